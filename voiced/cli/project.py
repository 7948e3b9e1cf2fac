"""What most commands begin with: the settings, the plugins and the flows, or one clear message."""

from __future__ import annotations

import os
from pathlib import Path

from voiced.config.catalogue import Plugins, providers
from voiced.config.reader import read_settings
from voiced.config.settings import Settings
from voiced.daemon.project import Project, read_project
from voiced.registry import discover

__all__ = ["Project", "read_around", "read_project"]


def read_around(file: Path) -> tuple[Settings, Plugins, list[str]]:
    """Read what flows stand in: the configuration `file`, the plugins, the names of their tools. Raises `BadInput`."""
    plugins = discover()
    settings = read_settings(file, os.environ, plugins)
    tools = [tool for tool, plugin in providers(plugins, "tool").items() if plugin in settings.plugins]
    return settings, plugins, tools
