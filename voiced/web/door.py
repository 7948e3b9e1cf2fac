"""The door between the workers of one host: an open connection is handed from one to another, whole.

The socket goes as a descriptor (SCM_RIGHTS, unix(7)) in one datagram with the bytes that were read of it, so that the
receiver can serve it as if it had accepted it itself.
"""

from __future__ import annotations

import array
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import trio
from trio import socket

MOST = 192 * 1024
"""Bytes of one datagram: more than a request may have, less than the kernel's default for a socket's buffer."""
HAND_SECONDS = 1.0
"""A worker that takes nothing for this long is taken for gone."""
WIDTH = array.array("i").itemsize


class Handed(trio.abc.AsyncResource):
    """A connection that another worker accepted, with what it read of it."""

    def __init__(self, stream: trio.SocketStream, early: bytes) -> None:
        self.stream = stream
        self.early = early

    async def aclose(self) -> None:
        """Close the connection."""
        await self.stream.aclose()


class Door(trio.abc.Listener[Handed]):
    """Where one worker is handed connections: a listener like any other."""

    def __init__(self, path: Path, sock: socket.SocketType) -> None:
        """Use `open`."""
        self._path = path
        self._socket = sock

    @classmethod
    async def open(cls, path: Path) -> Self:
        """Open the door at `path`; what a worker of before left there is removed. Raises OSError."""
        place = trio.Path(path)
        await place.unlink(missing_ok=True)
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        await sock.bind(str(path))
        await place.chmod(0o600)
        return cls(path, sock)

    async def accept(self) -> Handed:
        """Wait for a connection; a datagram without one is dropped."""
        while True:
            data, ancillary, _flags, _address = await self._socket.recvmsg(MOST, socket.CMSG_SPACE(WIDTH))
            if numbers := _descriptors(ancillary):
                return Handed(_stream(numbers), data)

    async def aclose(self) -> None:
        """Close, and remove the socket from the folder."""
        self._socket.close()
        with trio.CancelScope(shield=True):
            await trio.Path(self._path).unlink(missing_ok=True)


async def hand(path: Path, descriptor: int, data: bytes) -> bool:
    """Hand the socket `descriptor`, of which `data` was read, to the door at `path`; return whether it was taken.

    The caller closes its own end afterwards, when it was.
    """
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [descriptor]))]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock, trio.move_on_after(HAND_SECONDS):
        try:
            await sock.sendmsg([data], rights, 0, str(path))
        except OSError:
            return False
        return True
    return False


def _descriptors(ancillary: Sequence[tuple[int, int, bytes]]) -> list[int]:
    found = array.array("i")
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            found.frombytes(data[: len(data) - len(data) % WIDTH])
    return list(found)


def _stream(numbers: Sequence[int]) -> trio.SocketStream:
    for extra in numbers[1:]:
        os.close(extra)
    return trio.SocketStream(socket.socket(fileno=numbers[0]))
