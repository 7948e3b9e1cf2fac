"""What most commands begin with: the settings, the plugins and the flows, or one clear message."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from voiced.config.catalogue import Plugins, providers
from voiced.config.reader import read_settings
from voiced.config.settings import Settings, flow_constants
from voiced.dialog.flow import Flow
from voiced.dialog.reader import read_flows
from voiced.registry import discover


@dataclass(frozen=True, slots=True)
class Project:
    """A configuration, read and found good."""

    settings: Settings
    plugins: Plugins
    flows: Mapping[str, Flow]


def read_around(file: Path) -> tuple[Settings, Plugins, list[str]]:
    """Read what flows stand in: the configuration `file`, the plugins, the names of their tools. Raises `BadInput`."""
    plugins = discover()
    settings = read_settings(file, os.environ, plugins)
    tools = [tool for tool, plugin in providers(plugins, "tool").items() if plugin in settings.plugins]
    return settings, plugins, tools


def read_project(file: Path) -> Project:
    """Read the configuration `file`, its plugins and flows. Raises `BadInput` with every fault."""
    settings, plugins, tools = read_around(file)
    return Project(settings, plugins, read_flows(settings.flows, flow_constants(settings), tools))
