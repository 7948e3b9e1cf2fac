"""Where the data of calls goes, for each plugin in use, and whether the operator's policy allows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from voiced.config.catalogue import Plugins, providers
from voiced.config.named import named
from voiced.config.substitute import Place
from voiced.errors import Problem
from voiced.plugin import Destination, Kind, PluginSpec

ALLOWED = frozenset({"here", "eu"})
"""What `privacy.eu_only` lets pass."""


def destination(spec: PluginSpec, options: object, regions: Mapping[str, str]) -> Destination:
    """Return where a plugin sends what callers say; `regions` is what the operator knows of those that cannot say."""
    said = Destination("unknown") if spec.goes_to is None else spec.goes_to(options)
    return replace(said, region="eu") if said.region == "unknown" and regions.get(spec.name) == "eu" else said


def outside(
    data: Mapping[str, Any], plugins: Plugins, options: Mapping[str, object], active: Mapping[Kind, str], place: Place
) -> Iterator[Problem]:
    """Yield a problem for each plugin in use that the policy forbids, where the settings name it.

    `active` are the active providers by kind, `options` those of the plugins by name. A plugin whose options are wrong
    is passed over: that is said already.
    """
    privacy = data.get("privacy")
    if not isinstance(privacy, Mapping) or privacy.get("eu_only") is not True:
        return
    given = privacy.get("regions")
    regions = given if isinstance(given, Mapping) else {}
    for plugin, path in _uses(data, plugins, active):
        spec = plugins[plugin].spec
        if spec is None or options.get(plugin) is None:
            continue
        goes = destination(spec, options[plugin], regions)
        if goes.region not in ALLOWED:
            where = "to the United States" if goes.region == "us" else "nobody knows where"
            to = f" to {goes.company}," if goes.company else ""
            reason = f"privacy.eu_only is true, and {plugin} sends what callers say{to} {where}"
            known = f"state `privacy.regions: {{{plugin}: eu}}` if your contract says so"
            yield place(path, reason, goes.fix or known)


def _uses(
    data: Mapping[str, Any], plugins: Plugins, active: Mapping[Kind, str]
) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """Yield each plugin in use once, with the setting that brings it in."""
    wanted: list[tuple[Kind, str, tuple[str | int, ...]]] = [
        (kind, name, ("providers", kind)) for kind, name in active.items()
    ]
    wanted += [(each.kind, each.name, tuple(each.path)) for each in named(data)]
    seen: set[str] = set()
    for kind, name, path in wanted:
        owner = providers(plugins, kind).get(name)
        if owner is not None and owner not in seen:
            seen.add(owner)
            yield owner, path
    for plugin in data.get("plugins") or ():
        if plugin in plugins and plugin not in seen:
            yield plugin, ("plugins", plugin)
