"""What became of each plugin: the table that `voiced plugins` shows and the daemon logs at start."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from voiced.config.catalogue import Found, Plugins, Status


@dataclass(frozen=True, slots=True)
class PluginState:
    """One plugin as an operator sees it. `reason` is empty when all is well."""

    name: str
    status: Status
    reason: str
    origin: str
    about: str
    providers: tuple[str, ...]
    """Such as `stt local`."""
    models: tuple[str, ...]


def states(plugins: Plugins, enabled: Collection[str], faults: Mapping[str, tuple[Status, str]]) -> list[PluginState]:
    """Return the state of every plugin that is installed or wanted, by name.

    `enabled` are the plugins that the configuration switches on; `faults` says what went wrong with some of them
    after they were found.
    """
    absent = {name: Found(name, "", None, "missing", "it is not installed") for name in enabled if name not in plugins}
    everyone = {**plugins, **absent}
    return [_state(everyone[name], name, enabled, faults) for name in sorted(everyone)]


def _state(found: Found, name: str, enabled: Collection[str], faults: Mapping[str, tuple[Status, str]]) -> PluginState:
    status, reason = found.status, found.failure
    if found.spec is None:
        return PluginState(name, status, reason, found.origin, "", (), ())
    if name in enabled:
        status, reason = faults.get(name, ("enabled", ""))
    providers = tuple(f"{provider.kind} {provider.name}" for provider in found.spec.providers)
    models = tuple(model.name for model in found.spec.models)
    return PluginState(name, status, reason, found.origin, found.spec.about, providers, models)
