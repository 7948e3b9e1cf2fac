"""The pre-flight: can this installation take calls, and may it? Every finding comes with its fix.

Nothing is changed: no folder or file is made, no model loaded, nobody called. The tables of a database server are
brought up to date, as they would be when voiced starts. What cannot be checked for another's fault is passed over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from voiced.config.catalogue import Plugins, providers
from voiced.config.reader import examine
from voiced.config.settings import Settings
from voiced.preflight.accounts import look_at_keys, look_at_numbers
from voiced.preflight.addresses import look_at_providers, look_at_public_address
from voiced.preflight.finding import Finding
from voiced.preflight.installed import look_at_plugins, look_at_settings
from voiced.preflight.keys import Wanted, lacking, look_at_lacking
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
    if settings is None:
        return
    lacks = lacking(plugins, settings)
    yield from look_at_lacking(settings, lacks)
    if not offline:
        yield from _ask(plugins, settings, lacks)


def _ask(plugins: Plugins, settings: Settings, lacks: Collection[Wanted]) -> Iterator[Finding]:
    """Ask everybody outside of this machine who may be asked: who lacks a key need not be."""
    waiting = {providers(plugins, kind)[name] for kind, name in lacks}
    going = destinations(plugins, settings)
    asked = {name: goes for name, goes in going.items() if goes.url and name not in waiting}
    yield from look_at_providers(asked)
    yield from look_at_keys(plugins, settings, {*asked})
    yield from look_at_public_address(settings)
    if ("telco", settings.providers.telco) not in lacks:
        yield from look_at_numbers(plugins, settings)
