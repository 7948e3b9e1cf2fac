"""A unified diff as lines to show: pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["file", "hunk", "gone", "new", "same"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a diff."""

    kind: Kind
    text: str


def lines(diff: str) -> list[Line]:
    """Return the lines of a unified diff; of a file's two head lines one is enough."""
    found: list[Line] = []
    for text in diff.splitlines():
        if text.startswith("--- "):
            found.append(Line("file", _name(text)))
        elif text.startswith("+++ "):
            if found and found[-1].text == "/dev/null":
                found[-1] = Line("file", _name(text))
        else:
            found.append(Line(_kind(text), text))
    return found


def _name(head: str) -> str:
    """Return the file that a head line names, without the version behind it."""
    return head[4:].rpartition(" ")[0] or head[4:]


def _kind(text: str) -> Kind:
    kinds: dict[str, Kind] = {"@": "hunk", "-": "gone", "+": "new"}
    return kinds.get(text[:1], "same")
