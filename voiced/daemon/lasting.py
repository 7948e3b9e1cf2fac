"""What of the settings lasts as long as the process does: the rest may be changed while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import reduce
from typing import Any

from msgspec import Struct, structs

from voiced.config.catalogue import Plugins, specs
from voiced.config.restart import waiting
from voiced.config.settings import Settings


def as_running(started: Settings, wanted: Settings, plugins: Plugins) -> Settings:
    """Return `wanted` as the process that was started with `started` can run it: what waits for a restart is as it was.

    The options of a plugin with models wait too, for its models were loaded with the old ones.
    """
    running = reduce(lambda settings, name: _with(settings, name.split("."), started), waiting(), wanted)
    options = dict(wanted.plugins)
    options |= {name: started.plugins[name] for name in models_changed(started, wanted, plugins)}
    telco = _owner(started, plugins)
    if telco in started.plugins:
        options.setdefault(telco, started.plugins[telco])
    return replace(running, plugins=options)


def models_changed(started: Settings, wanted: Settings, plugins: Plugins) -> list[str]:
    """Return the plugins with models whose options differ."""
    both: Mapping[str, Any] = {name: options for name, options in wanted.plugins.items() if name in started.plugins}
    return [name for name, spec in specs(plugins).items()
            if spec.models and name in both and both[name] != started.plugins[name]]  # fmt: skip


def _with(settings: Any, path: list[str], source: Any) -> Any:
    """Return `settings` with the one at `path` as it is in `source`."""
    name, *below = path
    value = getattr(source, name)
    changed = {name: _with(getattr(settings, name), below, value) if below else value}
    return structs.replace(settings, **changed) if isinstance(settings, Struct) else replace(settings, **changed)


def _owner(settings: Settings, plugins: Plugins) -> str:
    """Return the plugin that has the carrier."""
    wanted = ("telco", settings.providers.telco)
    owners = (name for name, spec in specs(plugins).items()
              if wanted in {(each.kind, each.name) for each in spec.providers})  # fmt: skip
    return next(owners, "")
