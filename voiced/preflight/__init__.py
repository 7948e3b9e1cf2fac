"""The pre-flight: can this installation take calls, and may it? Every finding comes with its fix.

Nothing is changed: no folder or file is made, no model loaded, nobody called. The tables of a database server are
brought up to date, as they would be when voiced starts. What cannot be checked for another's fault is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from voiced.config.reader import examine
from voiced.preflight.accounts import look_at_keys, look_at_numbers
from voiced.preflight.addresses import look_at_providers, look_at_public_address
from voiced.preflight.finding import Finding
from voiced.preflight.installed import look_at_plugins, look_at_settings
from voiced.preflight.machine import look_at_machine
from voiced.preflight.processors import destinations, look_at_processors
from voiced.preflight.spoken import look_at_flows
from voiced.registry import discover

__all__ = ["Finding", "preflight"]


def preflight(path: Path, env: Mapping[str, str], *, offline: bool = False) -> Iterator[Finding]:
    """Yield all findings about the installation that the file `path` describes, as they are found.

    `offline`: ask nobody outside of this machine. Else providers are asked for next to nothing, which costs a few
    characters or tokens. Blocks; each provider may take some seconds.
    """
    plugins = discover()
    reading = examine(path, env, plugins)
    yield from look_at_settings(path, reading)
    yield from look_at_plugins(plugins, reading)
    yield from look_at_flows(plugins, reading)
    yield from look_at_processors(plugins, reading)
    yield from look_at_machine(reading, env)
    settings = reading.settings
    if offline or settings is None:
        return
    asked = {name: goes for name, goes in destinations(plugins, settings).items() if goes.url}
    ready = {name: goes for name, goes in asked.items() if not _waits(name, settings.unset)}
    yield from look_at_providers(ready)
    yield from look_at_keys(plugins, settings, {*ready})
    yield from look_at_public_address(settings)
    if settings.providers.telco in ready and settings.server.public_url:
        yield from look_at_numbers(plugins, settings)


def _waits(plugin: str, unset: Mapping[str, str]) -> bool:
    """Return whether a plugin waits for a variable: that is said already, and nobody need be asked."""
    return any(name.startswith(f"plugins.{plugin}.") for name in unset)
