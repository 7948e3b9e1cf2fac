"""The hooks of voiced, in pluggy's terms. A hook exists only if it is documented and tested."""

from __future__ import annotations

import pluggy

from voiced.plugin.spec import PluginSpec

PROJECT = "voiced"
GROUP = "voiced.plugins"
"""The entry-point group: `name = "module"`, where the module implements `voiced_plugin`."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class Hooks:
    """What a plugin module may implement."""

    @hookspec
    def voiced_plugin(self) -> PluginSpec:  # type: ignore[empty-body]  # a hook specification has no body
        """Return what this plugin provides. Called once at start; must be cheap and must not import an SDK."""
