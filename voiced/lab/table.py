"""Tables that people make: tab-separated, with a first line that names the columns."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from voiced.errors import BadInput, Problem


def read_table(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """Return the lines of a table that has at least `columns`; others are left alone.

    Raises BadInput when it cannot be read, is not UTF-8, lacks a column, or a line lacks a field.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            table = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            if missing := [column for column in columns if column not in (table.fieldnames or ())]:
                reason = f"the list has no column {', '.join(missing)}"
                raise BadInput([Problem(str(path), 1, 1, reason, "its first line must name its columns")])
            return [_whole(path, number, line, columns) for number, line in enumerate(table, 2)]
    except (OSError, UnicodeDecodeError) as error:
        reason = "is not UTF-8" if isinstance(error, UnicodeDecodeError) else f"cannot be read: {error.strerror}"
        raise BadInput([Problem(str(path), 0, 0, f"the list {reason}")]) from error


def _whole(path: Path, number: int, line: dict[str, str], columns: Sequence[str]) -> dict[str, str]:
    if any(line[column] is None for column in columns):
        raise BadInput([Problem(str(path), number, 1, "this line has fewer fields than the first", "separate by tabs")])
    return line
