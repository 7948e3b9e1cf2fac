"""A configuration read as one: settings, plugins and flows of the same reading; or the last good one instead.

Every process of voiced begins with `open_project`, so that all of them run on while the files on the disk are broken.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from voiced.config.catalogue import Plugins
from voiced.config.environment import environment
from voiced.config.history import History
from voiced.config.judge import Judged, Project, judge
from voiced.errors import BadInput, Problem, Unavailable
from voiced.registry import discover

__all__ = ["Judged", "Project", "data_dir_of", "judge", "last_good", "open_project", "read_project"]

_DATA_DIR = re.compile(rb"^data_dir:[ \t]*[\"']?([^\"'#\r\n]+)", re.MULTILINE)
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-)?\}")


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
