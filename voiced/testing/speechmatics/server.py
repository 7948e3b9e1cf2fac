"""The emulator's door: handshakes judged, sessions counted, each connection with its own faults."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import trio

from voiced.testing.emulator import Gone, Peer, Served, serving
from voiced.testing.emulator.hear import Hear
from voiced.testing.emulator.prompter import Prompter
from voiced.testing.speechmatics import messages
from voiced.testing.speechmatics.manner import FAULTLESS, Faults, House, Latency, Manner
from voiced.testing.speechmatics.messages import CODES, Json
from voiced.testing.speechmatics.session import Session
from voiced.web.router import Router


@dataclass(frozen=True, slots=True)
class Visit:
    """One connection, as it came in. `messages` and `sound` grow while it lasts."""

    path: str
    headers: Mapping[str, str]
    messages: list[Json]
    sound: bytearray


@dataclass(slots=True)
class Speechmatics:
    """The provider. The nth connection gets the nth of `faults`; those after the last get none."""

    house: House = field(default_factory=House)
    faults: Sequence[Faults] = ()
    manner: Manner = field(default_factory=Manner)
    latency: Latency = field(default_factory=Latency)
    prompter: Prompter | None = None
    """What is said by sound that spells nothing; None: sound spells its text."""
    hear: Hear | None = None
    """A recogniser, for what is really said."""
    seed: int = 1
    journal: list[Visit] = field(default_factory=list)
    open: int = 0
    """Sessions of the moment."""

    async def talk(self, peer: Peer) -> None:
        """Serve a WebSocket."""
        number = len(self.journal)
        faults = self.faults[number] if number < len(self.faults) else FAULTLESS
        visit = Visit(peer.request.path, dict(peer.request.headers), [], bytearray())
        self.journal.append(visit)
        await trio.sleep(faults.handshake_late)
        if status := faults.status or self._status(peer):
            await _refuse(peer, status, faults.retry_after)
        await peer.accept()
        self.open += 1
        try:
            await self._session(peer, visit, faults, number)
        finally:
            self.open -= 1

    def _status(self, peer: Peer) -> int:
        path = peer.request.path.rstrip("/")
        if path not in {"/v2", "/v2/agent"}:
            return 404
        [token] = parse_qs(peer.request.query).get("jwt", [""])
        bearer = peer.request.headers.get("authorization", "")
        good = not self.house.key or token == self.house.key or bearer == f"Bearer {self.house.key}"
        return 0 if good else 401

    async def _session(self, peer: Peer, visit: Visit, faults: Faults, number: int) -> None:
        if self.open > self.house.sessions:
            await peer.send(json.dumps(messages.error("quota_exceeded")))
            await peer.close(CODES["quota_exceeded"])
            return
        if self.manner.usage_first:
            await peer.send(json.dumps(messages.usage(self.open, self.house.sessions)))
        session = Session(
            peer,
            number + 1,
            agent=visit.path.rstrip("/").endswith("/agent"),
            faults=faults,
            manner=self.manner,
            latency=self.latency,
            prompter=self.prompter,
            hear=self.hear,
            journal=visit.messages,
            sound=visit.sound,
            source=random.Random(self.seed + number),  # noqa: S311 - delays, no secrets
        )
        await session.run()


async def _refuse(peer: Peer, status: int, retry_after: str) -> None:
    """Answer the handshake with a status, and close."""
    more = f"retry-after: {retry_after}\r\n" if retry_after else ""
    await peer.send_raw(f"HTTP/1.1 {status} Refused\r\ncontent-length: 0\r\n{more}\r\n".encode())
    raise Gone(1006)


@asynccontextmanager
async def running(emulator: Speechmatics, **how: Any) -> AsyncIterator[Served]:
    """Serve `emulator` for as long as the context lasts; its API is at `/v2`, `how` is the server's."""
    async with serving(Router({}), {"/v2": emulator.talk}, **how) as served:
        yield served
