"""Finds the installed plugins by their entry points. What is wrong with one is its own status, never a crash.

Every plugin gets a plugin manager of its own: one manager for all would stop at the first that fails. Entry points are
loaded one by one, by name; a plugin module imports no SDK, so looking at all of them is cheap.
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import NamedTuple

import pluggy

from voiced.config.catalogue import Found, Plugins, Status
from voiced.plugin import GROUP, Hooks, PluginSpec
from voiced.plugin.hooks import PROJECT
from voiced.registry.contract import spec_faults

_HOUSE = "voiced"


def discover() -> Plugins:
    """Return every installed plugin, by name. Imports their modules; reads the list of installed distributions anew."""
    found: dict[str, Found] = {}
    taken: dict[tuple[str, str], str] = {}
    for entry in sorted(_entries(), key=_precedence):
        if entry.name not in found:
            found[entry.name] = _without_duplicates(_look_at(entry), taken)
        elif found[entry.name].origin != entry.origin:
            found[f"{entry.name} ({entry.origin})"] = _failed(entry, "duplicate", "another plugin has its name")
    return dict(sorted(found.items()))


class _Entry(NamedTuple):
    """An entry point, and the distribution it comes from."""

    name: str
    point: EntryPoint
    distribution: str
    version: str

    @property
    def origin(self) -> str:
        return f"{self.distribution} {self.version}" if self.distribution else "unknown"


def _entries() -> list[_Entry]:
    """Return all entry points; the metadata of each distribution is parsed once, which takes milliseconds."""
    known: dict[int, tuple[str, str]] = {}
    entries = []
    for point in entry_points(group=GROUP):
        origin = known.get(id(point.dist))
        if origin is None:
            metadata = point.dist.metadata if point.dist else {"Name": "", "Version": ""}
            origin = known[id(point.dist)] = (metadata["Name"], metadata["Version"])
        entries.append(_Entry(point.name, point, *origin))
    return entries


def _precedence(entry: _Entry) -> tuple[bool, str, str]:
    """The house's own plugins come first, so that none can be pushed aside by an installed one."""
    return (entry.distribution != _HOUSE, entry.name, entry.origin)


def _look_at(entry: _Entry) -> Found:
    try:
        module = entry.point.load()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a stranger's module does while it is imported
        return _failed(entry, "load_error", _why(error))
    try:
        spec = _declared(entry.name, module)
        faults = spec_faults(entry.name, spec)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a stranger's hook does
        return _failed(entry, "invalid", _why(error))
    if faults:
        return _failed(entry, "invalid", "; ".join(faults))
    return Found(entry.name, entry.origin, spec)


def _declared(name: str, module: object) -> PluginSpec:
    """Return what the module's hook declares. Raises on misspelt hooks, wrong arguments, no answer."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(Hooks)
    manager.register(module, name=name)
    manager.check_pending()
    answers: list[PluginSpec] = manager.hook.voiced_plugin()
    if not answers:
        raise TypeError("it has no hook voiced_plugin, or the hook returned None")
    return answers[0]


def _without_duplicates(found: Found, taken: dict[tuple[str, str], str]) -> Found:
    """Refuse a plugin one of whose providers or models has a name that an earlier plugin took."""
    if found.spec is None:
        return found
    names: list[tuple[str, str]] = [(provider.kind, provider.name) for provider in found.spec.providers]
    names += [("model", model.name) for model in found.spec.models]
    clashes = [f"{kind} {name!r} is already that of plugin {taken[kind, name]}" for kind, name in names
               if (kind, name) in taken]  # fmt: skip
    if clashes:
        return Found(found.name, found.origin, None, "duplicate", "; ".join(clashes))
    taken.update(dict.fromkeys(names, found.name))
    return found


def _failed(entry: _Entry, status: Status, reason: str) -> Found:
    return Found(entry.name, entry.origin, None, status, reason)


def _why(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
