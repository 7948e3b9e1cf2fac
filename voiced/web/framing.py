"""WebSocket frames (RFC 6455) as a pure protocol: bytes in, messages out; messages in, bytes out.

wsproto does the framing. What is ours is the interface, so that another codec can stand behind it, the joining of
fragments, the limit on what one message may take, and a short cut for whole frames (`frames`).
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from wsproto.connection import Connection, ConnectionState, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, Pong, TextMessage
from wsproto.frame_protocol import CloseReason

from voiced.web import frames

LONGEST = 64 * 1024
"""Characters or bytes that one message may have. A carrier's message of 20 ms has 400."""


class Closing(Struct, frozen=True):
    """The peer closed, or must be dropped: send `answer`, then close the socket. `reason` is for the log.

    `breach`: it must be dropped, for it broke the protocol or sent more than anybody may.
    """

    reason: str
    answer: bytes = b""
    breach: bool = False


class Reply(Struct, frozen=True):
    """Bytes that the protocol owes the peer (the answer to a ping)."""

    data: bytes


Arrival = str | bytes | Reply | Closing


class Framing:
    """The server's side of one WebSocket after its handshake, without extensions."""

    def __init__(self, longest: int = LONGEST) -> None:
        """Refuse messages of more than `longest` characters or bytes."""
        self._connection = Connection(ConnectionType.SERVER)
        self._longest = longest
        self._parts: list[str | bytes] = []
        self._size = 0
        self._rest = b""  # the beginning of a frame
        self._owed = 0  # bytes to come of a frame that the codec is reading

    def receive(self, data: bytes) -> Iterator[Arrival]:
        """Take bytes of the socket; yield what they complete. Nothing follows a `Closing`. Never raises."""
        data, at = self._rest + data if self._rest else data, min(self._owed, len(data))
        if at:
            self._owed -= at
            yield from self._decode(data[:at])
        while True:
            while self._at_rest and (usual := frames.whole(data, at)) is not None and usual[1] - at <= self._longest:
                said, at = usual
                yield said
            if (frame := frames.head(data, at)) is None:
                break
            whole, plain = frame.end <= len(data), self._is_plain(frame)
            if plain and not whole:
                break
            text = frames.text(data, frame) if plain else None
            yield from self._decode(data[at : frame.end]) if text is None else (text,)
            self._owed = max(0, frame.end - len(data))
            at = min(frame.end, len(data))
        self._rest = data[at:]

    @property
    def _at_rest(self) -> bool:
        """Whether a frame may take the short cut: nothing is half read before it, and neither side has closed."""
        return not (self._parts or self._size) and self._connection.state is ConnectionState.OPEN

    def _is_plain(self, frame: frames.Head) -> bool:
        return frame.plain and self._at_rest and frame.end - frame.start <= self._longest

    def _decode(self, data: bytes) -> Iterator[Arrival]:
        """Let the codec read `data`, whole frames or the stream of one that is too long."""
        if self._connection.state not in (ConnectionState.OPEN, ConnectionState.LOCAL_CLOSING):
            return
        self._connection.receive_data(data)
        for event in self._connection.events():
            arrival = self._arrival(event)
            if arrival is not None:
                yield arrival
            if isinstance(arrival, Closing):
                return

    def encode(self, message: str | bytes) -> bytes:
        """Return the frame of one message; nothing once either side has closed."""
        if isinstance(message, bytes):
            return self._send(BytesMessage(data=message))
        return frames.of_text(message) if self._connection.state is ConnectionState.OPEN else b""

    def ping(self) -> bytes:
        """Return a ping."""
        return self._send(Ping())

    def close(self, code: int = CloseReason.NORMAL_CLOSURE, reason: str = "") -> bytes:
        """Return the frame that closes our side (RFC 6455, 5.5.1); nothing when it was sent before."""
        if self._connection.state not in (ConnectionState.OPEN, ConnectionState.REMOTE_CLOSING):
            return b""
        return bytes(self._connection.send(CloseConnection(code=code, reason=reason)))

    def _send(self, event: Event) -> bytes:
        return bytes(self._connection.send(event)) if self._connection.state is ConnectionState.OPEN else b""

    def _arrival(self, event: Event) -> Arrival | None:
        match event:
            case TextMessage() | BytesMessage():
                return self._join(event)
            case Ping(payload):
                return Reply(self._send(Pong(payload=payload)))
            case CloseConnection(code, reason):
                return self._closing(code, reason or "")
        return None

    def _join(self, part: TextMessage | BytesMessage) -> Arrival | None:
        data = part.data if isinstance(part.data, str) else bytes(part.data)
        self._size += len(data)
        if self._size > self._longest:
            return Closing("message too big", self.close(CloseReason.MESSAGE_TOO_BIG), breach=True)
        if not part.message_finished:
            self._parts.append(data)
            return None
        self._size = 0
        if not self._parts:
            return data
        parts, self._parts = [*self._parts, data], []
        return _joined(parts)

    def _closing(self, code: int, reason: str) -> Closing:
        """Tell the peer's close from its breach of the protocol: wsproto reports both as an event of the same kind."""
        if self._connection.state is ConnectionState.OPEN:
            return Closing(f"protocol error: {reason}", self.close(code), breach=True)
        return Closing(f"closed by the carrier ({int(code)})", self.close(code))


def _joined(parts: list[str | bytes]) -> str | bytes:
    """All parts of a message are of one kind: the codec sees to it."""
    if isinstance(parts[0], str):
        return "".join(part for part in parts if isinstance(part, str))
    return b"".join(part for part in parts if isinstance(part, bytes))
