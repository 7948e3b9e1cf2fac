"""The live feed: what happens in calls, as it happens, for whoever watches (control socket, demo, tests).

Events are plain JSON-like mappings with `event`, `call_id` and `at` (seconds since pick-up). They may hold what was
said, so they leave the process only by the private control socket. A watcher that does not keep up loses events, and
is told how many; a call never waits for one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import trio

BEHIND = 1000
"""Events a watcher may lag behind."""


class Feed:
    """Broadcasts events to any number of watchers."""

    def __init__(self) -> None:
        self._watchers: dict[trio.MemorySendChannel[dict[str, Any]], int] = {}

    def publish(self, event: dict[str, Any]) -> None:
        """Tell every watcher."""
        for watcher, missed in list(self._watchers.items()):
            try:
                watcher.send_nowait({**event, "missed": missed} if missed else event)
            except trio.WouldBlock:
                self._watchers[watcher] = missed + 1
            else:
                self._watchers[watcher] = 0

    @contextmanager
    def watch(self) -> Iterator[trio.MemoryReceiveChannel[dict[str, Any]]]:
        """Watch for as long as the context lasts."""
        send, receive = trio.open_memory_channel[dict[str, Any]](BEHIND)
        self._watchers[send] = 0
        try:
            yield receive
        finally:
            self._watchers.pop(send, None)
            send.close()
            receive.close()

    def close(self) -> None:
        """Let every watcher come to its end; nobody is told anything any more."""
        for watcher in self._watchers:
            watcher.close()
        self._watchers.clear()
