"""What a worker tells about its calls while they go on, read from its control socket."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import trio

from voiced.errors import Unavailable
from voiced.fleet.rundir import token_beside

Happening = dict[str, Any]


async def reach(control: Path) -> None:
    """Return when a worker answers at the control socket. Raises `Unavailable` when none does."""
    try:
        stream = await trio.open_unix_socket(str(control))
    except OSError as error:
        raise _no_worker(control) from error
    await stream.aclose()


def _no_worker(control: Path) -> Unavailable:
    return Unavailable(f"no worker answers at {control}", fix="start one with `voiced run`")


class Happenings:
    """The events so far, and a way to wait for the next."""

    def __init__(self, tell: Callable[[Happening], None] = lambda _event: None) -> None:
        self.events: list[Happening] = []
        self._tell = tell
        self._more = trio.Event()

    async def follow(self, control: Path, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Read events from the control socket at `control` until cancelled, or until the worker stops.

        Raises `Unavailable` when there is no worker, or it is gone without a word.
        """
        transport = httpx2.AsyncHTTPTransport(uds=str(control))
        headers = {"authorization": f"Bearer {token_beside(control)}"}
        try:
            async with (
                httpx2.AsyncClient(transport=transport, timeout=None, headers=headers) as client,
                client.stream("GET", "http://worker/v1/events") as response,
            ):
                if response.status_code != 200:
                    fix = "run this command as the user that runs voiced"
                    raise Unavailable(f"the worker at {control} tells us nothing ({response.status_code})", fix=fix)
                async for line in response.aiter_lines():
                    event = json.loads(line)
                    if event["event"] == "watching":
                        task_status.started()
                    else:
                        self.add(event)
        except httpx2.ConnectError as error:
            raise _no_worker(control) from error
        except httpx2.TransportError as error:
            raise Unavailable(f"the worker at {control} is gone", fix="see its log") from error

    def add(self, event: Happening) -> None:
        """Take one event."""
        self.events.append(event)
        self._tell(event)
        self._more.set()
        self._more = trio.Event()

    async def wait_for(self, wanted: Callable[[Happening], bool], start: int, seconds: float) -> int | None:
        """Return the index of the first event from `start` on that is `wanted`; None after `seconds`."""
        with trio.move_on_after(seconds):
            seen = start
            while True:
                for index in range(seen, len(self.events)):
                    if wanted(self.events[index]):
                        return index
                seen = len(self.events)
                await self._more.wait()
        return None

    def of(self, *names: str) -> Iterator[Happening]:
        """Yield the events called so."""
        return (event for event in self.events if event["event"] in names)
