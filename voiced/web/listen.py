"""The listening sockets of a worker, and what to do when they cannot be had."""

from __future__ import annotations

import errno
from collections.abc import Sequence

import trio

from voiced.errors import Unavailable


async def open_listeners(host: str, port: int) -> Sequence[trio.SocketListener]:
    """Listen on `host` (a name or address; "" for all) and `port` (0: any free one).

    Raises `Unavailable` when it cannot be had, with what to do.
    """
    try:
        return await trio.open_tcp_listeners(port, host=host or None)
    except OSError as error:
        place = f"{host or '*'}:{port}"
        raise Unavailable(f"cannot listen on {place}: {error.strerror or error}", fix=_fix(error, port)) from error


def _fix(error: OSError, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"stop the program that uses port {port}, or choose another port"
    if error.errno == errno.EACCES:
        return "choose a port above 1023, or allow this user the lower ones"
    return "choose a host that is an address of this machine"
