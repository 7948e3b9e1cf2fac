"""What a plugin declares: one `PluginSpec`, returned by the hook `voiced_plugin`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from msgspec import Struct

from voiced.plugin.destination import Destination
from voiced.plugin.host import Host

Kind = Literal["telco", "stt", "tts", "llm", "vad", "tool"]
KINDS: tuple[Kind, ...] = ("telco", "stt", "tts", "llm", "vad", "tool")


class ProviderSpec(Struct, frozen=True):
    """One provider: its kind, the name used in `voiced.yaml`, and the factory that builds it.

    `make(options, host)` is called when the provider is first needed, and again when the plugin's options have changed:
    calls in progress keep the one before. It may be called in a thread, so it may block for a moment; vendor SDKs are
    imported inside it.

    `models(options)` names the models of the plugin that it cannot work without: a worker whose chosen provider lacks
    one does not start, unless another provider stands in. It is cheap, and may be called at any time.
    """

    kind: Kind
    name: str
    make: Callable[[Any, Host], Any]
    about: str = ""
    models: Callable[[Any], tuple[str, ...]] = lambda _options: ()


class ModelSpec(Struct, frozen=True):
    """A model that lives in the inference process.

    `load(options, host)` returns an object whose public methods `Host.infer` calls, each in a thread; it must be safe
    to call from several.
    """

    name: str
    load: Callable[[Any, Host], Any]
    about: str = ""


@dataclass(frozen=True, slots=True)
class NoOptions:
    """The options of a plugin that has none."""


class PluginSpec(Struct, frozen=True):
    """A plugin: its name in `voiced.yaml`, its options (a frozen dataclass, see `options`), what it provides."""

    name: str
    about: str
    providers: tuple[ProviderSpec, ...]
    options: type[Any] = NoOptions
    models: tuple[ModelSpec, ...] = ()
    goes_to: Callable[[Any], Destination] | None = None
    """Says by the plugin's options where the data of calls goes. None: nobody has said, and no policy allows it."""
