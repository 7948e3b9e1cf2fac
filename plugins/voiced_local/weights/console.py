"""Progress on a terminal, by rich; a line for each part where the output is no terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TransferSpeedColumn

from voiced_local.weights.fetch import Progress as Report


@contextmanager
def console_progress() -> Iterator[Report]:
    """Yield a reporter for `ensure` that draws bars on standard error."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    bars: dict[str, TaskID] = {}
    with Progress(*columns, console=Console(stderr=True)) as display:

        def report(what: str, done: int, size: int) -> None:
            bar = bars.get(what)
            if bar is None:
                bar = bars[what] = display.add_task(what, total=size)
            display.update(bar, completed=done)

        yield report
