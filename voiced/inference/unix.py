"""The Unix socket of the inference process: only this user may connect, a dead server's leftover is removed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import trio
from trio import socket

from voiced.errors import Unavailable

BACKLOG = 64


@asynccontextmanager
async def listening(path: Path) -> AsyncIterator[trio.SocketListener]:
    """Listen on `path`, and remove it at the end.

    Raises Unavailable when a live server holds it or the folder cannot be written.
    """
    place = trio.Path(path)
    await _clear(place)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        try:
            await sock.bind(str(path))
            await place.chmod(0o600)
            sock.listen(BACKLOG)
        except OSError as error:
            raise Unavailable(f"cannot listen on {path}: {error}", fix="choose a short path you may write") from error
        try:
            yield trio.SocketListener(sock)
        finally:
            with trio.CancelScope(shield=True):
                await place.unlink(missing_ok=True)


async def _clear(path: trio.Path) -> None:
    if not await path.is_socket():
        return
    try:
        stream = await trio.open_unix_socket(str(path))
    except OSError:
        await path.unlink(missing_ok=True)
        return
    await stream.aclose()
    raise Unavailable(f"another inference process listens on {path}", fix="stop it, or choose another path")
