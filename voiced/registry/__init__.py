"""The plugins: found (`discover`), switched on (`Registry`), and what became of each (`PluginState`)."""

from voiced.registry.discover import discover
from voiced.registry.registry import Registry
from voiced.registry.state import PluginState, states

__all__ = ["PluginState", "Registry", "discover", "states"]
