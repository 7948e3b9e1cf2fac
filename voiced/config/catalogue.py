"""The plugins that are installed, as configuration sees them: what each declares, or why it could not be loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from voiced.plugin import Kind, PluginSpec

Status = Literal["enabled", "available", "load_error", "invalid", "duplicate", "option_error", "build_error", "missing"]
"""`enabled`: in use. `available`: installed, not in use. `load_error`: its module does not import. `invalid`: it breaks
the contract. `duplicate`: another plugin has its name or its provider's. `option_error`: its options in `voiced.yaml`
are wrong. `build_error`: its factory failed. `missing`: named in `voiced.yaml`, not installed."""


class Found(Struct, frozen=True):
    """One installed plugin. `spec` is None exactly when it is unusable, and `failure` then says why."""

    name: str
    origin: str
    """The distribution that brings it and its version, such as `voiced 0.1.0`."""
    spec: PluginSpec | None = None
    status: Status = "available"
    failure: str = ""


Plugins = Mapping[str, Found]
"""By name, in the order of names."""


def specs(plugins: Plugins) -> dict[str, PluginSpec]:
    """Return what the usable plugins declare, by name."""
    return {name: found.spec for name, found in plugins.items() if found.spec is not None}


def providers(plugins: Plugins, kind: Kind) -> dict[str, str]:
    """Return the providers of `kind`: provider name -> name of the plugin that has it."""
    return {
        provider.name: name
        for name, spec in specs(plugins).items()
        for provider in spec.providers
        if provider.kind == kind
    }
