"""What an hour of simulated calls costs: the scenarios of a project, played by `voiced test` in its own process."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from voiced.errors import Unavailable
from voiced.lab.gates import Gate

HOUR = 3600.0
TIMES = 2
"""How often each scenario is played: the shipped ones are a good half hour."""
MOST = 20.0
"""CPU seconds that an hour of calls may cost."""
LONGEST = 600.0
"""Seconds that all of them may take."""


def simulated(folder: Path, files: Mapping[str, bytes], words: str = "") -> Gate:
    """Play the scenarios with `words` of a project made of `files`; return what an hour of them costs.

    The project is written into `folder`. Blocks for as long as that takes. What the process needs to start is part of
    the figure. Raises `Unavailable` when they cannot be played; whether they go as they demand is not judged here.
    """
    places = [str(_written(folder / str(time), files)) for time in range(TIMES)]
    before = _children()
    command = [sys.executable, "-m", "voiced", "test", *places, "--jobs", "1", "--json", "-k", words]
    played = subprocess.run(  # noqa: S603 - our own command
        command, cwd=folder, capture_output=True, text=True, timeout=LONGEST, check=False
    )
    spent = _children() - before
    if played.returncode not in (0, 1):
        reason = played.stderr.strip() or f"exit code {played.returncode}"
        raise Unavailable(f"the scenarios cannot be played: {reason}", fix="see `voiced test`")
    seconds = sum(float(each["seconds"]) for each in json.loads(played.stdout))
    return Gate("an hour of simulated calls", spent / (seconds / HOUR), MOST, "CPU-seconds")


def _written(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder / "flows"


def _children() -> float:
    """Return the CPU seconds of all processes that this one started and that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
