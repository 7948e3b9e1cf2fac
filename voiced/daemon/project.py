"""A configuration read as one: settings, plugins and flows of the same reading; or the last good one instead.

Every process of voiced begins with `open_project`, so that all of them run on while the files on the disk are broken.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from voiced.config.bundle import Bundle
from voiced.config.catalogue import Plugins, providers
from voiced.config.environment import environment
from voiced.config.history import History
from voiced.config.reader import examine
from voiced.config.settings import Settings, flow_constants
from voiced.dialog.flow import Flow
from voiced.dialog.reader import read_contents
from voiced.errors import BadInput, Problem, Unavailable
from voiced.registry import discover

_DATA_DIR = re.compile(rb"^data_dir:[ \t]*[\"']?([^\"'#\r\n]+)", re.MULTILINE)
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-)?\}")


@dataclass(frozen=True, slots=True)
class Project:
    """A configuration, read and found good."""

    settings: Settings
    plugins: Plugins
    flows: Mapping[str, Flow]
    bundle: Bundle
    """The files that it was read from."""
    faults: tuple[Problem, ...] = ()
    """What is wrong with the files on the disk, when this is the last good version instead."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of reading the files; `project` is None exactly when there are problems."""

    project: Project | None
    problems: tuple[Problem, ...]
    flows: Path
    """Folder of the flows as far as it could be read."""


def judge(file: Path, env: Mapping[str, str], plugins: Plugins, bundle: Bundle | None = None) -> Judged:
    """Read the configuration `file` and its flows, from `bundle` when that is given; never raises on what is in them.

    Blocks on the disk and takes some ten milliseconds: a worker does it in a thread.
    """
    reading = examine(file, env, plugins, bundle)
    settings = reading.settings
    if settings is None or reading.bundle is None:
        return Judged(None, reading.problems, reading.flows)
    tools = [tool for tool, plugin in providers(plugins, "tool").items() if plugin in settings.plugins]
    contents = reading.bundle.flows(settings.file.parent, settings.flows)
    try:
        flows = read_contents(settings.flows, contents, flow_constants(settings), tools)
    except BadInput as error:
        return Judged(None, error.problems, settings.flows)
    return Judged(Project(settings, plugins, flows, reading.bundle), (), settings.flows)


def read_project(file: Path) -> Project:
    """Read the configuration `file`, its plugins and flows. Raises `BadInput` with every fault."""
    judged = judge(file, os.environ, discover())
    if judged.project is None:
        raise BadInput(judged.problems)
    return judged.project


def open_project(file: Path) -> Project:
    """Return the configuration `file`, or the last good one when it is broken: `faults` then says what is wrong.

    Raises `BadInput` with every fault when there is no good one.
    """
    plugins = discover()
    judged = judge(file, os.environ, plugins)
    found = judged.project or last_good(file, plugins, judged.problems)
    if found is None:
        raise BadInput(judged.problems)
    return found


def last_good(file: Path, plugins: Plugins, faults: tuple[Problem, ...]) -> Project | None:
    """Return the configuration that took effect last, None when there never was one or it is no good any more.

    `faults` are those of the files on the disk. Of these only `.env` counts: no history keeps secrets.
    """
    history = History(data_dir_of(file) / "config")
    try:
        newest = history.newest()
        if newest is None:
            return None
        project = judge(file, os.environ, plugins, history.bundle(newest.version)).project
    except (Unavailable, BadInput):
        return None  # what is wrong with the files is told, and the history is not the way out
    return None if project is None else Project(project.settings, plugins, project.flows, project.bundle, faults)


def data_dir_of(file: Path) -> Path:
    """Return where the data lies, although the file that says so may be no YAML at all."""
    folder = file.absolute().parent
    try:
        match = _DATA_DIR.search(file.read_bytes())
    except OSError:
        match = None
    stated = match[1].decode("utf-8", "replace").strip() if match else ""
    variable = _VARIABLE.fullmatch(stated)
    if variable is not None:
        stated = environment(os.environ, folder / ".env").get(variable[1])
    return folder / (stated or "data")
