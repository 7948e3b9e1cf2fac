"""One HTTP/1.1 connection on the server's side: h11 and a trio stream, brought together. Deadlines are the caller's."""

from __future__ import annotations

import socket

import h11
import trio

from voiced.plugin import WebResponse
from voiced.web.router import Streaming

READ = 16 * 1024
UPGRADE = (b"upgrade", b"websocket")


class Refused(Exception):
    """The request cannot be read: answer `status` and close."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Conversation:
    """Requests and answers in turn: `wait`, `request`, then one answer, then `next`."""

    def __init__(
        self, stream: trio.SocketStream, *, head: int, body: int, early: bytes = b"", keep: bool = False
    ) -> None:
        """Speak on `stream`; a request's head may have `head` bytes and its body `body`.

        `early` was read from it already. `keep` what is read of a request, so that all of it can be handed on.
        """
        self._stream = stream
        self._body = body
        self._connection = h11.Connection(h11.SERVER, max_incomplete_event_size=head)
        self.asks_upgrade = False
        self._is_head = False
        self._kept: bytearray | None = bytearray() if keep else None
        if early:
            self._take(early)

    async def wait(self) -> bool:
        """Wait until a request begins; return False when the client closes instead."""
        if self._connection.trailing_data[0]:
            return True
        data = await self._stream.receive_some(READ)
        self._take(data)
        return bool(data)

    async def request(self) -> tuple[h11.Request, bytes]:
        """Read one request. Raises `Refused` when it is none, or too large."""
        head: h11.Request | None = None
        body = bytearray()
        while True:
            event = await self._event()
            if isinstance(event, h11.Request):
                head = event
                self._is_head = event.method == b"HEAD"
                self.asks_upgrade = any((name, value.lower()) == UPGRADE for name, value in event.headers)
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > self._body:
                    raise Refused(413)
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                return head, bytes(body)
            else:
                raise Refused(400)

    async def _event(self) -> h11.Event | type[h11.NEED_DATA | h11.PAUSED]:
        try:
            while (event := self._connection.next_event()) is h11.NEED_DATA:
                if self._connection.they_are_waiting_for_100_continue:
                    await self._write(h11.InformationalResponse(status_code=100, headers=[]))
                self._take(await self._stream.receive_some(READ))
        except h11.RemoteProtocolError as error:
            raise Refused(error.error_status_hint) from error
        return event

    async def answer(self, answer: WebResponse, *, last: bool) -> None:
        """Send a whole answer; `last` tells the client that no other follows."""
        bodyless = answer.status in (204, 304)  # RFC 9110, 8.6: no content-length either
        headers = [*answer.headers.items()]
        if not bodyless:
            headers += [("content-type", answer.content_type), ("content-length", str(len(answer.body)))]
        if last:
            headers.append(("connection", "close"))
        await self._write(
            h11.Response(status_code=answer.status, headers=headers),
            h11.Data(data=b"" if bodyless or self._is_head else answer.body),
            h11.EndOfMessage(),
        )

    async def begin(self, answer: Streaming) -> None:
        """Send the head of a streaming answer."""
        headers = [("content-type", answer.content_type), *answer.headers.items()]
        await self._write(h11.Response(status_code=answer.status, headers=headers))

    async def chunk(self, data: bytes) -> None:
        """Send a part of a streaming answer."""
        await self._write(h11.Data(data=data))

    async def finish(self) -> None:
        """End a streaming answer."""
        await self._write(h11.EndOfMessage())

    async def wait_gone(self) -> None:
        """Wait until the client closes, or sends more than it may before its answer has ended."""
        early = 0
        try:
            while early <= self._body:
                data = await self._stream.receive_some(READ)
                if not data:
                    return
                early += len(data)
                self._connection.receive_data(data)
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            return

    async def linger(self) -> None:
        """Say that we have finished, then read what the client still sends until it closes too (RFC 9112, 9.6)."""
        await self._stream.send_eof()
        while await self._stream.receive_some(READ):
            pass

    def next(self) -> bool:
        """Make ready for another request; return False when the connection must close."""
        if self._connection.our_state is not h11.DONE or self._connection.their_state is not h11.DONE:
            return False
        self._connection.start_next_cycle()
        if self._kept is not None:
            self._kept = bytearray(self._connection.trailing_data[0])
        return True

    def whole(self) -> tuple[int, bytes]:
        """Return the socket's file descriptor, and every byte read since the request began (if they were kept)."""
        return self._stream.socket.fileno(), bytes(self._kept or b"")

    def stream(self) -> tuple[trio.SocketStream, bytes]:
        """Lend the stream to who speaks another protocol on it from here, with the bytes read beyond the request."""
        return self._stream, self._connection.trailing_data[0]

    def detach(self) -> tuple[socket.socket, bytes]:
        """Give the socket away, with the bytes that were read beyond the request; nothing may be called afterwards."""
        early = self._connection.trailing_data[0]
        return socket.socket(fileno=self._stream.socket.detach()), early

    def _take(self, data: bytes) -> None:
        self._connection.receive_data(data)
        if self._kept is not None:
            self._kept += data

    async def _write(self, *events: h11.Event) -> None:
        data = b"".join(self._connection.send(event) or b"" for event in events)
        if data:
            await self._stream.send_all(data)
