"""Finds the installed plugins by their entry points. What is wrong with one is its own status, never a crash.

Every plugin gets a plugin manager of its own: one manager for all would stop at the first that fails. Entry points are
loaded one by one, by name; a plugin module imports no SDK, so looking at all of them is cheap.
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

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
    for entry in sorted(entry_points(group=GROUP), key=_precedence):
        if entry.name not in found:
            found[entry.name] = _without_duplicates(_look_at(entry), taken)
        elif found[entry.name].origin != _origin(entry):
            found[f"{entry.name} ({_origin(entry)})"] = _failed(entry, "duplicate", "another plugin has its name")
    return dict(sorted(found.items()))


def _precedence(entry: EntryPoint) -> tuple[bool, str, str]:
    """The house's own plugins come first, so that none can be pushed aside by an installed one."""
    return (entry.dist is None or entry.dist.name != _HOUSE, entry.name, _origin(entry))


def _look_at(entry: EntryPoint) -> Found:
    try:
        module = entry.load()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a stranger's module does while it is imported
        return _failed(entry, "load_error", _why(error))
    try:
        spec = _declared(entry.name, module)
        faults = spec_faults(entry.name, spec)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a stranger's hook does
        return _failed(entry, "invalid", _why(error))
    if faults:
        return _failed(entry, "invalid", "; ".join(faults))
    return Found(entry.name, _origin(entry), spec)


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


def _failed(entry: EntryPoint, status: Status, reason: str) -> Found:
    return Found(entry.name, _origin(entry), None, status, reason)


def _origin(entry: EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else "unknown"


def _why(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
