"""What happens in the calls of several workers at once, as it happens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from queue import SimpleQueue
from threading import Thread

from voiced.errors import Unavailable
from voiced.fleet.control import Control, Json


def happenings(controls: Sequence[Control]) -> Iterator[Json]:
    """Yield the events of all calls of these workers, each with its `worker`, until the last of them is gone.

    The threads that wait for events end with the process; who watches has nothing else to do.
    """
    queue: SimpleQueue[Json | None] = SimpleQueue()
    for control in controls:
        Thread(target=_read, args=(control, queue), daemon=True).start()
    reading = len(controls)
    while reading:
        event = queue.get()
        if event is None:
            reading -= 1
        elif event["event"] != "watching":
            yield event


def _read(control: Control, queue: SimpleQueue[Json | None]) -> None:
    try:
        for event in control.events():
            queue.put({**event, "worker": control.worker})
    except Unavailable:
        pass  # it stopped or was killed: the others go on
    finally:
        queue.put(None)
