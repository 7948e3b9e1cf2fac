"""Calls in progress on a terminal: the table, one call, its events. Numbers and addresses that were said are masked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from voiced.lab.screen import line_of
from voiced.text.mask import mask

COLUMNS = ("call", "worker", "time", "caller", "flow", "step", "doing", "consent")
ROLES = {"user": ("caller", "bold cyan"), "assistant": ("agent", "bold green"), "tool": ("tool", "magenta")}


def masked(value: Any) -> Any:
    """Return a JSON value with the numbers and addresses in its texts masked."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return {key: inner if key == "call_id" else masked(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [masked(inner) for inner in value]
    return value


def table(calls: Sequence[Mapping[str, Any]]) -> Table:
    """Return the table of calls."""
    drawn = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for column in COLUMNS:
        drawn.add_column(column, no_wrap=True)
    for call in calls:
        minutes, seconds = divmod(int(call["seconds"]), 60)
        cells = (call["worker"], f"{minutes}:{seconds:02}", call["caller"], call["flow"], call["step"], doing(call))
        drawn.add_row(call["call_id"], *map(str, cells), call["consent"])
    return drawn


def doing(call: Mapping[str, Any]) -> str:
    """Return what a call is doing, in a word or two."""
    if not call["line"]:
        return "no line"
    return "muted" if call["muted"] else str(call["doing"])


def event_line(event: Mapping[str, Any], *, with_call: bool) -> Text | None:
    """Return an event as a line; None for those that are of no interest to a person."""
    line = line_of(masked(event))
    if line is None:
        return None
    call = (f"{event['call_id']}  ", "dim") if with_call else ""
    return Text.assemble(call, (f"{event['at']:7.2f} s  ", "dim"), line)


def spoken_line(line: Mapping[str, Any]) -> Text:
    """Return a line of a call's conversation."""
    who, style = ROLES[line["role"]]
    return Text.assemble((f"{who:<8}", style), mask(line["text"]))
