"""Where a worker stands: alone, or as one of several that a supervisor (or systemd) started."""

from __future__ import annotations

from msgspec import Struct


class Place(Struct, frozen=True):
    """One worker's place among the processes of its host."""

    number: int = 0
    sockets: tuple[int, ...] = ()
    """Descriptors of listening sockets that it was given; none: it opens its own."""
    shared: bool = False
    """It has siblings, with which it shares the port and the models' process."""
    parent: int | None = None
    """The process that started it: when that is gone, the worker drains and leaves."""


ALONE = Place()
