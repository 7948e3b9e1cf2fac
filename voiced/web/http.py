"""Our HTTP/1.1 server: h11 on trio. One task serves one connection; every wait has a deadline that is held here.

It answers requests by a `Router`, and hands a connection that asks for an upgrade to `Upgrade`, when there is one.
What a client can do to us is bounded: header and body sizes, the time for a request and for reading its answer, the
number of connections.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import h11
import trio
from msgspec import Struct

from voiced.plugin import Logger, WebRequest, WebResponse
from voiced.web.conversation import Conversation, Refused
from voiced.web.door import Handed
from voiced.web.router import Elsewhere, Response, Router, SendChunk, Streaming

LINGER = 1.0
"""Seconds for which what a refused client still sends is read and dropped, so that it can read why."""

Answer = WebResponse | Streaming

Upgrade = Callable[[Conversation, h11.Request, WebRequest], Awaitable[WebResponse | Elsewhere | None]]
"""Takes over a connection that asks for one; returns the answer when it will not, None when the socket is taken."""

Hand = Callable[[int, int, bytes], Awaitable[bool]]
"""Hands a socket (by its descriptor), with what was read of it, to the worker of that number. Returns whether it was
taken: when not, the request is looked at again, and must not be sent there any more."""
MOST_HANDS = 64
"""Workers that are tried, at most."""


class Limits(Struct, frozen=True):
    """What a client may use. Bytes and seconds."""

    head: int = 16 * 1024
    """Of a head that is not complete yet: one that comes in a single read may be that much longer."""
    body: int = 64 * 1024
    request: float = 10.0
    """From its first byte to its last, and again for the answer, or each part of a streaming one."""
    idle: float = 75.0
    """Between requests of one connection."""
    connections: int = 256
    """Served at once; as many again are told 503, any further just closed. Media sockets are not counted."""


class HttpServer:
    """One server: `run` it with listeners; `stop` lets it finish what it has."""

    def __init__(
        self,
        router: Router,
        log: Logger,
        *,
        public_url: str,
        upgrade: Upgrade | None = None,
        limits: Limits | None = None,
        hand: Hand | None = None,
    ) -> None:
        """Answer by `router`. `public_url` is what clients call this server: requests' URLs are rebuilt from it.

        `hand` is needed where an answer may be `Elsewhere`.
        """
        self._router = router
        self._log = log
        self._public = public_url.rstrip("/")
        self._upgrade = upgrade
        self._limits = limits or Limits()
        self._hand = hand
        self._served: set[Conversation] = set()
        self._refused: set[Conversation] = set()
        self._stopping = False
        self._accepting = trio.CancelScope()
        self._idle: set[trio.CancelScope] = set()

    async def run(self, listeners: Sequence[trio.abc.Listener[trio.SocketStream | Handed]]) -> None:
        """Accept and answer until `stop`, then return once the requests at hand are answered. Closes the listeners."""
        async with trio.open_nursery() as nursery:
            with self._accepting:
                await trio.serve_listeners(self._serve, list(listeners), handler_nursery=nursery)

    def stop(self) -> None:
        """Accept no more connections, and no more requests on those that are open. Idempotent."""
        self._stopping = True
        self._accepting.cancel()
        for scope in self._idle:
            scope.cancel()

    async def _serve(self, arrived: trio.SocketStream | Handed) -> None:
        async with arrived:
            stream, early = (arrived.stream, arrived.early) if isinstance(arrived, Handed) else (arrived, b"")
            keep = self._hand is not None
            talk = Conversation(stream, head=self._limits.head, body=self._limits.body, early=early, keep=keep)
            if len(self._served) < self._limits.connections:
                await self._counted(talk, self._served, self._converse(talk))
            elif len(self._refused) < self._limits.connections:
                await self._counted(talk, self._refused, self._refuse(talk, 503))

    async def _counted(self, talk: Conversation, among: set[Conversation], work: Awaitable[None]) -> None:
        among.add(talk)
        try:
            await work
        except (trio.BrokenResourceError, trio.ClosedResourceError, h11.LocalProtocolError):
            pass  # the client left before its answer
        except Exception as error:  # noqa: BLE001 - one connection's fault must not reach the others
            self._log.error("connection_failed", error=type(error).__name__)
        finally:
            among.discard(talk)

    async def _converse(self, talk: Conversation) -> None:
        while not self._stopping and await self._wait(talk):
            keep = False
            try:
                keep = await self._one(talk)
            except Refused as refused:
                await self._refuse(talk, refused.status)
            if not keep or not talk.next():
                return

    async def _wait(self, talk: Conversation) -> bool:
        """Wait for the first byte of a request; return False when none comes."""
        with trio.move_on_after(self._limits.idle) as scope:
            self._idle.add(scope)
            try:
                return await talk.wait()
            finally:
                self._idle.discard(scope)
        return False

    async def _one(self, talk: Conversation) -> bool:
        """Answer one request; return whether another may follow. Raises `Refused`."""
        with trio.move_on_after(self._limits.request) as scope:
            head, body = await talk.request()
        if scope.cancelled_caught:
            raise Refused(408)
        answer = await self._decide(talk, head, self._request(head, body))
        if answer is None:
            return False
        return await self._send(talk, answer, last=self._stopping)

    async def _decide(self, talk: Conversation, head: h11.Request, request: WebRequest) -> Answer | None:
        """Return the answer; None when somebody else has the socket now."""
        for _ in range(MOST_HANDS):
            answer: Response | None
            if self._upgrade is not None and talk.asks_upgrade:
                answer = await self._upgrade(talk, head, request)
            else:
                answer = await self._answer(request)
            if not isinstance(answer, Elsewhere):
                return answer
            if self._hand is not None and await self._hand(answer.number, *talk.whole()):
                return None
        return WebResponse(status=503)

    async def _answer(self, request: WebRequest) -> Response:
        try:
            return await self._router.answer(request)
        except Exception as error:  # noqa: BLE001 - a handler's bug answers 500 and stops nobody else
            # No path: it may hold a token.
            self._log.error("request_failed", method=request.method, error=type(error).__name__)
            return WebResponse(status=500)

    async def _refuse(self, talk: Conversation, status: int) -> None:
        await self._send(talk, WebResponse(status=status), last=True)
        with trio.move_on_after(LINGER):
            await talk.linger()

    async def _send(self, talk: Conversation, answer: Answer, *, last: bool) -> bool:
        """Send an answer; return whether another request may follow."""
        if isinstance(answer, Streaming):
            return await self._stream(talk, answer) and not last
        with trio.move_on_after(self._limits.request) as scope:
            await talk.answer(answer, last=last)
        return not (last or scope.cancelled_caught)

    async def _stream(self, talk: Conversation, answer: Streaming) -> bool:
        """Send an answer while it is made; return whether it came to its end.

        It does not when the client leaves, or reads nothing for too long.
        """
        await talk.begin(answer)
        done = False
        async with trio.open_nursery() as nursery:

            async def leave() -> None:
                await talk.wait_gone()
                nursery.cancel_scope.cancel()

            async def send(chunk: bytes) -> None:
                with trio.move_on_after(self._limits.request) as scope:
                    await talk.chunk(chunk)
                if scope.cancelled_caught:
                    nursery.cancel_scope.cancel()
                    await trio.lowlevel.checkpoint_if_cancelled()

            nursery.start_soon(leave)
            done = await self._produce(answer, send)
            nursery.cancel_scope.cancel()
        if done:
            await talk.finish()
        return done

    async def _produce(self, answer: Streaming, send: SendChunk) -> bool:
        try:
            await answer.produce(send)
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            return False
        except Exception as error:  # noqa: BLE001 - a handler's bug ends this answer only
            self._log.error("request_failed", error=type(error).__name__)
            return False
        return True

    def _request(self, head: h11.Request, body: bytes) -> WebRequest:
        target = head.target.decode("ascii")
        if not target.startswith("/"):  # absolute-form, RFC 9112 3.2.2
            _, scheme, rest = target.partition("://")
            slash = rest.find("/")
            if not scheme or slash < 0:
                raise Refused(400)
            target = rest[slash:]
        path, _, query = target.partition("?")
        headers: dict[str, str] = {}
        for raw_name, raw_value in head.headers:
            name, value = raw_name.decode("ascii"), raw_value.decode("latin-1")
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        return WebRequest(
            method=head.method.decode("ascii"),
            url=self._public + target,
            path=path,
            query=query,
            headers=headers,
            body=body,
        )
