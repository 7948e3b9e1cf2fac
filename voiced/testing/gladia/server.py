"""The emulator's shell: sessions by HTTP, their sound and words by WebSocket, a journal of what came in."""

from __future__ import annotations

import itertools
import json
import random
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import trio

from voiced.plugin import WebRequest, WebResponse
from voiced.testing.emulator import Gone, Peer, Served, serving
from voiced.testing.emulator.hear import Hear
from voiced.testing.emulator.prompter import Prompter, Said
from voiced.testing.gladia.ear import scripted
from voiced.testing.gladia.faults import Faults, Latency, Manner
from voiced.testing.gladia.judge import CROWDED, UNKNOWN_KEY, Refusal, judged
from voiced.testing.gladia.messages import CREATED
from voiced.testing.gladia.session import Session, Words
from voiced.web.router import Router

LARGEST = 1024 * 1024
"""Bytes of one message."""
IDLE = 1001
ARRIVAL = 0.1
"""Seconds before a connection breaks, in which what was said by it arrives: a reset would take it back."""
PARTING = 1.0
"""Seconds that a client has to close its side."""
NONSENSE = '{"type": "transcript", "data": {'


@dataclass(frozen=True, slots=True)
class Asked:
    """A session that was asked for, and what the answer was."""

    body: Mapping[str, Any]
    headers: Mapping[str, str]
    region: str | None
    status: int


class Gladia:
    """The emulator. `faults` may be changed at any time; `asked` and `sessions` tell what came in, in order."""

    def __init__(
        self,
        *,
        key: str = "test-key",
        lines: Sequence[str | Said] = (),
        finals: Mapping[str, str] | None = None,
        faults: Faults | None = None,
        manner: Manner | None = None,
        latency: Latency | None = None,
        hear: Hear | None = None,
        seed: int = 1,
    ) -> None:
        """Understand what sound spells, as `finals` has it in the end; else `lines`, one an utterance, in turn.

        With `hear`, understand what is said.
        """
        self.key = key
        self.faults = faults or Faults()
        self.manner = manner or Manner()
        self.latency = latency or Latency()
        self.asked: list[Asked] = []
        self.sessions: dict[str, Session] = {}
        self.deleted: list[str] = []
        self.ws_url = ""
        prompter = Prompter(itertools.cycle(lines)) if lines else None
        self._words = Words(prompter, scripted(finals or {}), hear)
        self._source = random.Random(seed)  # noqa: S311 - no secret, a distribution
        self._refused = 0
        self._talks: dict[str, trio.CancelScope] = {}

    @property
    def session(self) -> Session:
        """The last session that was opened."""
        return list(self.sessions.values())[-1]

    @property
    def kept(self) -> list[str]:
        """The sessions that nobody has deleted."""
        return [name for name in self.sessions if name not in self.deleted]

    @property
    def router(self) -> Router:
        """Return its routes."""
        return Router(
            {"/v2/live": {"POST": self._start}, "/v2/live/{id}": {"GET": self._status, "DELETE": self._delete}}
        )

    async def _start(self, request: WebRequest) -> WebResponse:
        await trio.sleep(self.faults.post_late + self.latency.post.draw(self._source))
        body: dict[str, Any] = json.loads(request.body or b"{}")
        region = next(iter(parse_qs(request.query).get("region", ())), None)
        refusal, fault = self._refusal(request, body, region)
        status = refusal.status if refusal else 201
        self.asked.append(Asked(body, dict(request.headers), region, status))
        if self.faults.page:
            return WebResponse(200, b"<html>", "text/html")
        if refusal is not None:
            return _json(status, refusal.body(CREATED), self.faults.retry_after if fault else None)
        token = str(uuid.UUID(int=self._source.getrandbits(128), version=4))
        self.sessions[token] = Session(
            token,
            body,
            words=self._words,
            faults=lambda: self.faults,
            manner=self.manner,
            latency=self.latency,
            source=self._source,
        )
        answer = {"id": token, "created_at": CREATED, "url": f"{self.ws_url}/v2/live?token={token}"}
        return _json(201, answer)

    def _refusal(self, request: WebRequest, body: dict[str, Any], region: str | None) -> tuple[Refusal | None, bool]:
        """Return why there is no session, and whether that is a fault on demand."""
        if self.faults.status and not (self.faults.times and self._refused >= self.faults.times):
            self._refused += 1
            return Refusal(self.faults.status, "on demand"), True
        if request.headers.get("x-gladia-key") != self.key:
            return UNKNOWN_KEY, False
        if sum(not each.over for each in self.sessions.values()) >= self.manner.most:
            return CROWDED, True
        return judged(body, region), False

    async def _status(self, request: WebRequest) -> WebResponse:
        session = self.sessions.get(request.path.rpartition("/")[2])
        if session is None:
            return _json(404, Refusal(404, "Transcription not found").body(CREATED))
        return _json(200, {"id": session.id, "status": "done" if session.over else "processing"})

    async def _delete(self, request: WebRequest) -> WebResponse:
        token = request.path.rpartition("/")[2]
        if request.headers.get("x-gladia-key") != self.key:
            return _json(401, UNKNOWN_KEY.body(CREATED))
        if token not in self.sessions:
            return _json(404, Refusal(404, "Transcription not found").body(CREATED))
        if self.faults.delete:
            return _json(self.faults.delete, Refusal(self.faults.delete, "on demand").body(CREATED))
        self.deleted.append(token)
        return WebResponse(status=202)

    async def talk(self, peer: Peer) -> None:
        """Serve one WebSocket."""
        token = next(iter(parse_qs(peer.request.query).get("token", ())), "")
        session = self.sessions.get(token)
        await trio.sleep(self.faults.accept_late)
        if session is None or session.over:
            if self.manner.stranger == "close":
                await peer.accept()
                await _part(peer, 4401)
            return
        await peer.accept()
        if token in self._talks:
            if self.manner.second == "newer":
                await _part(peer, 1008)
                return
            self._talks[token].cancel()
        with trio.CancelScope() as scope:
            self._talks[token] = scope
            await self._converse(session, peer)
        if scope.cancelled_caught:
            await _part(peer, 1008)
        elif self._talks.get(token) is scope:
            del self._talks[token]

    async def _converse(self, session: Session, peer: Peer) -> None:
        session.connect()
        code = 0
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._speak, session, peer, nursery.cancel_scope)
                nursery.start_soon(session.understand)
                code = await self._listen(session, peer)
                nursery.cancel_scope.cancel()
        except* Gone as group:
            codes = [error.code for error in group.exceptions if isinstance(error, Gone)]
            session.closed_by_client += codes
            session.over = session.over or 1000 in codes
        if code:
            await _part(peer, code)

    async def _listen(self, session: Session, peer: Peer) -> int:
        """Take what comes; return the code to close with, 0 where the connection is broken already."""
        while True:
            with trio.move_on_after(self.faults.idle) as patience:
                message = await peer.receive()
            if patience.cancelled_caught:
                return IDLE
            if session.over:
                continue
            if len(message) > LARGEST:
                return 1009
            if self._cuts(session, message):
                session.cuts += 1
                return await self._cut(peer)
            session.take(message)

    def _cuts(self, session: Session, message: str | bytes) -> bool:
        faults = self.faults
        if faults.cut == "" or session.cuts >= faults.cuts or not isinstance(message, bytes):
            return False
        return len(session.audio) + len(message) > faults.cut_at

    async def _cut(self, peer: Peer) -> int:
        cut = self.faults.cut
        await trio.sleep(ARRIVAL)
        if isinstance(cut, int) and cut != 1006:
            return cut
        if cut == "stall":
            await trio.sleep_forever()
        await peer.cut()
        return 0

    async def _speak(self, session: Session, peer: Peer, scope: trio.CancelScope) -> None:
        """Send what is due; what a broken connection did not take waits for the next."""
        while True:
            session.wake = trio.Event()
            due = session.due()
            if due is None:
                await session.wake.wait()
                continue
            at, _, message = due
            if at > trio.current_time():
                with trio.move_on_at(at):
                    await session.wake.wait()
                continue
            if isinstance(message, int):
                session.over = True
                await peer.close(message)
                scope.deadline = trio.current_time() + PARTING
                return
            await peer.send(json.dumps(message, ensure_ascii=False) if message else NONSENSE)
            session.sent()


async def _part(peer: Peer, code: int) -> None:
    """Close, and read on until the client has: unread messages would break the connection."""
    await peer.close(code)
    with trio.move_on_after(PARTING), suppress(Gone):
        while True:
            await peer.receive()


def _json(status: int, body: Any, retry_after: float | None = None) -> WebResponse:
    headers = {} if retry_after is None else {"retry-after": f"{retry_after:g}"}
    return WebResponse(status, json.dumps(body).encode(), "application/json", headers)


@asynccontextmanager
async def running(emulator: Gladia, **how: Any) -> AsyncIterator[Served]:
    """Serve `emulator` for as long as the context lasts; `how` is the server's."""
    async with serving(emulator.router, {"/v2/live": emulator.talk}, **how) as served:
        emulator.ws_url = served.ws_url
        yield served
