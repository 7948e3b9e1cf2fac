"""The listening sockets of a worker, and what to do when they cannot be had."""

from __future__ import annotations

import errno
import socket
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


def adopt_listeners(descriptors: Sequence[int]) -> Sequence[trio.SocketListener]:
    """Return the listeners of sockets that this process was given, open and listening.

    Raises `Unavailable` when one of them is not.
    """
    try:
        return [trio.SocketListener(trio.socket.from_stdlib_socket(_adopted(number))) for number in descriptors]
    except (OSError, ValueError) as error:
        fix = "give it a TCP socket that listens, such as systemd's ListenStream= with an address and a port"
        raise Unavailable(f"a socket that was given cannot be used: {error}", fix=fix) from error


def _adopted(descriptor: int) -> socket.socket:
    sock = socket.socket(fileno=descriptor)
    if sock.family not in (socket.AF_INET, socket.AF_INET6):
        sock.detach()
        raise ValueError(f"descriptor {descriptor} is no TCP socket")
    sock.set_inheritable(False)
    sock.setblocking(False)
    return sock


def _fix(error: OSError, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"stop the program that uses port {port}, or choose another port"
    if error.errno == errno.EACCES:
        return "choose a port above 1023, or allow this user the lower ones"
    return "choose a host that is an address of this machine"
