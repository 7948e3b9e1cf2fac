"""The other workers of this host, which share our port: whose a request is, and how it gets there.

Any worker may accept any connection. A webhook of a call goes to the worker that has the call; a media socket to the
one whose token it shows; a new call to the one with the fewest. What is ours already costs nothing.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

import trio
from msgspec import Struct, field
from msgspec.structs import replace

from voiced.call.tokens import worker_of
from voiced.fleet.board import Board, Record, least_busy
from voiced.fleet.owners import Owner, Owners
from voiced.fleet.rundir import calls_dir, door_path
from voiced.plugin import Logger, WebResponse
from voiced.web import door
from voiced.web.router import Elsewhere

MOST_HEIRS = 2
"""Workers that may die with a call before it is given up: it may be why."""


class Calls(Protocol):
    """What is asked of our own calls."""

    def knows(self, provider: str, carrier_call_id: str) -> bool:
        """Return whether the call is ours."""
        ...

    def despair(self, provider: str, carrier_call_id: str) -> None:
        """Do not take this call over."""
        ...


class Siblings(Struct):
    """The workers of this host, as worker `number` sees them."""

    number: int
    data_dir: Path
    board: Board
    calls: Calls
    publish: Callable[[], None]
    """Puts up our own record, as it is now."""
    limiter: trio.CapacityLimiter
    log: Logger
    _claimed: set[tuple[str, str]] = field(default_factory=set)
    _coming: set[tuple[str, str]] = field(default_factory=set)
    """Calls that we are about to take."""
    _lost: set[int] = field(default_factory=set)
    """Process ids of workers whose door was shut."""

    async def answer(self, provider: str, call: str, ours: Callable[[], WebResponse]) -> WebResponse | Elsewhere:
        """Return our answer to a webhook about `call` ("": about none), or which sibling answers."""
        if not call or self.calls.knows(provider, call):
            return ours()
        owner = await self._owner(provider, call)
        if owner.number != self.number:
            return Elsewhere(owner.number)
        self._claimed.add((provider, call))
        if owner.heirs > MOST_HEIRS:
            self.calls.despair(provider, call)
        try:
            return ours()
        finally:
            self._coming.discard((provider, call))
            self.publish()
            with trio.CancelScope(shield=True):
                await self._release_if_forgotten(provider, call)

    @property
    def coming(self) -> int:
        """How many calls we are about to take: they count as ours, or two would get the last place."""
        return len(self._coming)

    def of_token(self, token: str) -> int | None:
        """Return the sibling that issued the token of a media socket; None when we did, or it is gone."""
        number = worker_of(token)
        return None if number is None or number == self.number or not self._lives(number) else number

    def take_calls(self) -> bool:
        """Return whether a sibling takes calls."""
        now = time.monotonic()
        return any(record.takes(now) for number, record in self._workers().items() if number != self.number)

    async def hand(self, number: int, descriptor: int, data: bytes) -> bool:
        """Hand a connection to sibling `number`; return whether it was taken."""
        if await door.hand(door_path(self.data_dir, number), descriptor, data):
            return True
        self.log.warning("sibling_lost", worker=number)
        if (record := self.board.read(number)) is not None:
            self._lost.add(record.pid)
        return False

    async def tidy(self) -> None:
        """Give up the calls that are forgotten; to be called now and then."""
        for provider, call in list(self._claimed):
            await self._release_if_forgotten(provider, call)

    async def leave(self) -> None:
        """Give up every call: we are leaving."""
        for provider, call in list(self._claimed):
            await self._release(provider, call)

    async def _owner(self, provider: str, call: str) -> Owner:
        self.publish()
        me = Owner(self.number, os.getpid())
        owners = Owners(calls_dir(self.data_dir), me)
        best = partial(self._best, (provider, call))
        try:
            return await trio.to_thread.run_sync(
                owners.claim, provider, call, self._is_alive, best, limiter=self.limiter
            )
        except OSError as error:
            self.log.warning("owner_unknown", error=type(error).__name__)
            return me

    def _is_alive(self, owner: Owner) -> bool:
        record = self.board.read(owner.number)
        return record is not None and record.pid == owner.pid and self._lives(owner.number)

    def _lives(self, number: int) -> bool:
        record = self._workers().get(number)
        return record is not None and record.lives(time.monotonic())

    def _best(self, call: tuple[str, str]) -> int:
        """Choose who gets a new call; when it is us, it counts at once. Called by one worker of the host at a time."""
        best = least_busy(self._workers(), time.monotonic(), prefer=self.number)
        if best is not None and best != self.number:
            return best
        self._coming.add(call)
        if (record := self.board.read(self.number)) is not None:
            self.board.write(self.number, replace(record, calls=record.calls + 1))
        return self.number

    def _workers(self) -> dict[int, Record]:
        return {number: record for number, record in self.board.records().items() if record.pid not in self._lost}

    async def _release_if_forgotten(self, provider: str, call: str) -> None:
        if not self.calls.knows(provider, call):
            await self._release(provider, call)

    async def _release(self, provider: str, call: str) -> None:
        self._claimed.discard((provider, call))
        owners = Owners(calls_dir(self.data_dir), Owner(self.number, os.getpid()))
        try:
            await trio.to_thread.run_sync(owners.release, provider, call, limiter=self.limiter)
        except OSError as error:
            self.log.warning("owner_not_released", error=type(error).__name__)
