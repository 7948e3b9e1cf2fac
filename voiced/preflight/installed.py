"""What was installed and written: the settings, the plugins."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from voiced.config.catalogue import Plugins
from voiced.config.reader import Reading
from voiced.config.settings import Settings
from voiced.preflight.finding import Finding, told
from voiced.registry import states


def look_at_settings(path: Path, reading: Reading) -> Iterator[Finding]:
    """Say what is wrong with the settings, and what they wait for."""
    yield from (told(problem, "settings") for problem in reading.problems)
    settings = reading.settings
    if settings is None:
        return
    yield Finding("ok", "settings", f"{path}, version {settings.version}")
    for name, variable in settings.unset.items():
        yield _unset(name, variable, settings)
    if settings.unset.get("server.public_url") is None and not settings.server.public_url:
        fix = "set server.public_url to the address by which the carrier reaches this server"
        yield Finding("warning", "settings", "server.public_url is empty: no carrier can call", fix)


def look_at_plugins(plugins: Plugins, reading: Reading) -> Iterator[Finding]:
    """Say which plugins are in use, and which could not be."""
    listed = states(plugins, reading.enabled, reading.plugin_faults)
    for state in listed:
        if state.reason and state.name not in reading.enabled:  # what is wrong with the others, the settings said
            fix = "see `voiced plugins`; update it, or remove it"
            yield Finding("warning", "plugins", f"{state.name} ({state.origin}): {state.reason}", fix)
    working = [state.name for state in listed if state.status == "enabled"]
    if working:
        yield Finding("ok", "plugins", ", ".join(working))


def _unset(name: str, variable: str, settings: Settings) -> Finding:
    """Warn of a setting that waits for its variable."""
    reason = f"{variable} is not set, so {name} is left out"
    if name.startswith(f"plugins.{settings.providers.telco}."):
        reason = f"{variable} is not set: calls will be refused"
    elif name == "server.public_url":
        reason = f"{variable} is not set: no carrier can call"
    return Finding("warning", "settings", reason, f"set {variable} in .env or the environment")
