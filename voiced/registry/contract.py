"""What voiced checks of everything that a plugin hands over: it trusts no value it did not make."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

from voiced.config.schema import options_schema
from voiced.plugin import KINDS, Kind, Llm, ModelSpec, PluginSpec, ProviderSpec, Stt, Telco, Tool, Tts, Vad

CONTRACTS: dict[Kind, type[Any]] = {"telco": Telco, "stt": Stt, "tts": Tts, "llm": Llm, "vad": Vad, "tool": Tool}
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")


def spec_faults(name: str, spec: object) -> list[str]:
    """Return what is wrong with what the plugin of entry point `name` declares; empty when nothing is."""
    if not isinstance(spec, PluginSpec):
        return [f"voiced_plugin returned {type(spec).__name__}, not PluginSpec"]
    return list(_spec_faults(name, spec))


def _spec_faults(name: str, spec: PluginSpec) -> Iterator[str]:
    if spec.name != name:
        yield f"it calls itself {spec.name!r} but its entry point is {name!r}"
    if not isinstance(spec.about, str) or not spec.about:
        yield "about is empty: say in a sentence what the plugin does"
    yield from _options_faults(spec)
    yield from _list_faults("providers", spec.providers, ProviderSpec)
    yield from _list_faults("models", spec.models, ModelSpec)


def _options_faults(spec: PluginSpec) -> Iterator[str]:
    if not (isinstance(spec.options, type) and dataclasses.is_dataclass(spec.options)):
        yield f"options is {spec.options!r}, not a dataclass"
        return
    try:
        options_schema(spec.options, spec.about)
    except Exception as error:  # noqa: BLE001 - msgspec raises many kinds for types it cannot describe
        yield f"options {spec.options.__name__} cannot be described: {error}"


def _list_faults(field: str, given: object, wanted: type[ProviderSpec | ModelSpec]) -> Iterator[str]:
    if not isinstance(given, tuple):
        yield f"{field} is {type(given).__name__}, not a tuple"
        return
    for each in given:
        if isinstance(each, wanted):
            yield from _entry_faults(each)
        else:
            yield f"{field} holds {type(each).__name__}, not {wanted.__name__}"
    names = [(getattr(each, "kind", ""), getattr(each, "name", "")) for each in given]
    for kind, name in {pair for pair in names if names.count(pair) > 1}:
        yield f"{field} has {kind} {name!r} twice".replace("  ", " ")


def _entry_faults(entry: ProviderSpec | ModelSpec) -> Iterator[str]:
    if isinstance(entry, ProviderSpec) and entry.kind not in KINDS:
        yield f"provider {entry.name!r} has kind {entry.kind!r}; the kinds are {', '.join(KINDS)}"
    if not isinstance(entry.name, str) or not _NAME.fullmatch(entry.name):
        yield f"{entry.name!r} is no name: lower-case letters, digits, - and _"
    if not all(map(callable, (entry.make, entry.models) if isinstance(entry, ProviderSpec) else (entry.load,))):
        yield f"the factory of {entry.name!r} cannot be called"


def instance_faults(provider: ProviderSpec, made: Any) -> list[str]:
    """Return what is wrong with what the factory of `provider` returned."""
    members = [member for member in vars(CONTRACTS[provider.kind]) if not member.startswith("_")]
    faults = [f"{type(made).__name__} has no {member}" for member in members if not hasattr(made, member)]
    if faults or provider.kind != "tool":
        return faults
    tool: Tool = made
    same = tool.spec.name == provider.name
    return [] if same else [f"the tool calls itself {tool.spec.name!r}, its provider {provider.name!r}"]
