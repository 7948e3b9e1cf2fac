"""The connections that an emulator has open, so that it can break one: in the middle of an answer, or between two."""

from __future__ import annotations

import struct
from contextvars import ContextVar

import trio

_own: ContextVar[Line] = ContextVar("line")


class Line:
    """One connection, as TCP has it."""

    def __init__(self, stream: trio.SocketStream) -> None:
        self._stream = stream

    async def reset(self) -> None:
        """Break it without a word (TCP reset)."""
        self._stream.socket.setsockopt(trio.socket.SOL_SOCKET, trio.socket.SO_LINGER, struct.pack("ii", 1, 0))
        await trio.aclose_forcefully(self._stream)

    async def close(self) -> None:
        """Close it in the middle of whatever is said (TCP FIN)."""
        await trio.aclose_forcefully(self._stream)


def current_line() -> Line:
    """Return the connection by which the request came that this task answers."""
    return _own.get()


class Lines(trio.abc.Listener[trio.SocketStream]):
    """Accepts connections, and remembers for each task that serves one which it is."""

    def __init__(self, listener: trio.SocketListener) -> None:
        self._listener = listener

    async def accept(self) -> trio.SocketStream:
        """Wait for a connection. The task that is started for it inherits the variable."""
        stream = await self._listener.accept()
        _own.set(Line(stream))
        return stream

    async def aclose(self) -> None:
        """Accept no more."""
        await self._listener.aclose()
