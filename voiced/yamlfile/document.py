"""A document that knows where each of its values and keys stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from voiced.errors import Problem

Path = tuple[str | int, ...]
Place = tuple[int, int]
"""Line and column, both from 1."""


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file's content as JSON values, and the places of its values and keys."""

    data: Any
    file: str
    values: Mapping[Path, Place] = field(default_factory=dict, repr=False)
    keys: Mapping[Path, Place] = field(default_factory=dict, repr=False)

    def place(self, path: Sequence[str | int], key: bool = False) -> Place:  # noqa: FBT001, FBT002 - the agreed call
        """Return line and column of the value at `path`, or of its key.

        What is not in the file has the place of the nearest thing around it that is.
        """
        whole = tuple(path)
        if key and whole in self.keys:
            return self.keys[whole]
        while whole and whole not in self.values:
            whole = whole[:-1]
        return self.values.get(whole, (1, 1))

    def problem(self, path: Sequence[str | int], reason: str, fix: str = "", *, key: bool = False) -> Problem:
        """Return a problem at the value (or key) at `path`."""
        line, column = self.place(path, key)
        return Problem(self.file, line, column, reason, fix)
