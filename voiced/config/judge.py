"""A configuration judged as one: settings and flows of the same reading, or everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from voiced.config.bundle import Bundle
from voiced.config.catalogue import Plugins, providers
from voiced.config.reader import examine
from voiced.config.settings import Settings, flow_constants
from voiced.dialog.flow import Flow
from voiced.dialog.reader import read_contents
from voiced.errors import BadInput, Problem


class Project(Struct, frozen=True):
    """A configuration, read and found good."""

    settings: Settings
    plugins: Plugins
    flows: Mapping[str, Flow]
    bundle: Bundle
    """The files that it was read from."""
    faults: tuple[Problem, ...] = ()
    """What is wrong with the files on the disk, when this is the last good version instead."""


class Judged(Struct, frozen=True):
    """What came of reading the files; `project` is None exactly when there are problems."""

    project: Project | None
    problems: tuple[Problem, ...]
    flows: Path
    """Folder of the flows as far as it could be read."""


def judge(file: Path, env: Mapping[str, str], plugins: Plugins, bundle: Bundle | None = None) -> Judged:
    """Read the configuration `file` and its flows, from `bundle` when that is given: never raises on what is in them.

    Blocks on the disk and takes some ten milliseconds: a worker does it in a thread.
    """
    reading = examine(file, env, plugins, bundle)
    settings = reading.settings
    if reading.bundle is None:
        return Judged(None, reading.problems, reading.flows)
    contents = reading.bundle.flows(file.parent, reading.flows)
    if settings is None and not contents:
        return Judged(None, reading.problems, reading.flows)  # why there are none is among the problems
    constants = flow_constants(settings) if settings else dict.fromkeys(("company", "site", "retention"), "")
    on = [tool for tool, plugin in providers(plugins, "tool").items() if plugin in reading.enabled]
    tools = on if settings else None  # what is wrong with the settings may be which plugins are on
    try:
        flows = read_contents(reading.flows, contents, constants, tools)
    except BadInput as error:
        return Judged(None, (*reading.problems, *error.problems), reading.flows)
    project = Project(settings, plugins, flows, reading.bundle) if settings else None
    return Judged(project, reading.problems, reading.flows)
