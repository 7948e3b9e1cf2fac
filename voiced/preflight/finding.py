"""What a check finds: one line of the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voiced.errors import Problem


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. `line` and `column` are 0 where no place in a file is meant."""

    level: Literal["ok", "warning", "error"]
    subject: str
    message: str
    fix: str = ""
    file: str = ""
    line: int = 0
    column: int = 0


def told(problem: Problem, subject: str, level: Literal["warning", "error"] = "error") -> Finding:
    """Return a problem in a file as a finding."""
    message = str(Problem(problem.file, problem.line, problem.column, problem.reason))
    return Finding(level, subject, message, problem.fix, problem.file, problem.line, problem.column)
