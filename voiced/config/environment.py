"""What configuration reads of the environment: the process's variables over those of a `.env` file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, field

from voiced.errors import Problem

_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")
_LARGEST = 64 * 1024


class Environment(Struct, frozen=True):
    """Variables by name, and where each was written when that was the `.env` file."""

    values: Mapping[str, str]
    places: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def get(self, name: str) -> str:
        """Return the variable; "" when it is not set, which is the same as set to nothing."""
        return self.values.get(name, "").strip()

    def problem(self, name: str, reason: str, fix: str = "") -> Problem:
        """Return a problem with the variable `name`, placed where it was set."""
        file, line = self.places.get(name, ("environment", 0))
        return Problem(file, line, 1 if line else 0, f"{name}: {reason}", fix)


def environment(process: Mapping[str, str], dotenv: Path) -> Environment:
    """Return the variables of `process`, and below them those of the file `dotenv` where there is one."""
    try:
        if not dotenv.exists():
            return Environment(process)
        if dotenv.stat().st_size > _LARGEST:
            return Environment(process, problems=(Problem(str(dotenv), 0, 0, "is larger than 64 KB"),))
        text = dotenv.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is not UTF-8 text"
        return Environment(process, problems=(Problem(str(dotenv), 0, 0, f"cannot be read: {reason}"),))
    return _parse(text, str(dotenv), process)


def _parse(text: str, file: str, process: Mapping[str, str]) -> Environment:
    values: dict[str, str] = {}
    places: dict[str, tuple[str, int]] = {}
    problems = []
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        match = _LINE.fullmatch(stripped)
        if match is None:
            problems.append(Problem(file, number, 1, "is not a line of the form NAME=value"))
        elif match[1] not in process:
            values[match[1]] = _unquoted(match[2])
            places[match[1]] = (file, number)
    return Environment({**values, **process}, places, tuple(problems))


def _unquoted(value: str) -> str:
    """Take the quotes off, or the comment behind an unquoted value."""
    if value[:1] in ("'", '"'):
        end = value.find(value[0], 1)
        if end > 0:
            return value[1:end]
    return re.sub(r"\s+#.*", "", value)
