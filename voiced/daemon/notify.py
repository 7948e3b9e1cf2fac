"""What we tell the service manager, and what it gave us: sd_notify(3), sd_listen_fds(3), sd_watchdog_enabled(3).

The protocol is a datagram of `NAME=value` lines; systemd, and whatever speaks the same, names its socket in
`NOTIFY_SOCKET`.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Mapping

import trio
from msgspec import Struct

FIRST_DESCRIPTOR = 3
LOOK = 0.5
"""Seconds between two looks at what there is to tell."""
OURS = frozenset({"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"})
"""Variables that are meant for one process, and must not be passed on to those it starts."""


class Manager(Struct, frozen=True):
    """The service manager that started this process."""

    address: str
    """Of its socket; "" when there is none, and nothing is told."""
    watchdog: float | None = None
    """Seconds within which it wants to hear of us."""

    def tell(self, *lines: str) -> bool:
        """Tell it `lines` such as `READY=1`; return whether it was told. Never raises, never blocks.

        A manager that does not listen must not hurt calls.
        """
        if not self.address:
            return False
        address = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
                sock.setblocking(False)
                sock.sendto("\n".join(lines).encode(), address)
        except OSError:
            return False
        return True

    def reloading(self) -> None:
        """Tell that a reload begins; `READY=1` tells that it is done."""
        self.tell("RELOADING=1", f"MONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")


def manager(env: Mapping[str, str], pid: int) -> Manager:
    """Return the manager that `env` names for the process `pid`."""
    microseconds = env.get("WATCHDOG_USEC", "")
    ours = env.get("WATCHDOG_PID", str(pid)) == str(pid)
    watchdog = int(microseconds) / 1e6 if microseconds.isdecimal() and int(microseconds) and ours else None
    return Manager(env.get("NOTIFY_SOCKET", ""), watchdog)


def given_sockets(env: Mapping[str, str], pid: int) -> tuple[int, ...]:
    """Return the descriptors of the listening sockets that the manager opened for the process `pid`."""
    count = env.get("LISTEN_FDS", "")
    if env.get("LISTEN_PID") != str(pid) or not count.isdecimal():
        return ()
    return tuple(range(FIRST_DESCRIPTOR, FIRST_DESCRIPTOR + int(count)))


def without_manager(env: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a process that we start."""
    return {name: value for name, value in env.items() if name not in OURS}


async def report(to: Manager, state: Callable[[], tuple[bool, str]]) -> None:
    """Tell the manager when we are ready, how we do, and that we live, until cancelled.

    `state()` says whether we are ready, and our status in a few words.
    """
    if not to.address:
        return
    ready, told = False, ""
    while True:
        now_ready, status = state()
        lines = [] if ready or not now_ready else ["READY=1"]
        lines += [] if status == told else [f"STATUS={status}"]
        lines += [] if to.watchdog is None else ["WATCHDOG=1"]
        if not lines or to.tell(*lines):
            ready, told = ready or now_ready, status
        await trio.sleep(LOOK if to.watchdog is None else min(LOOK, to.watchdog / 2))


def this_process() -> tuple[Manager, tuple[int, ...]]:
    """Return this process's manager, and the sockets that it was given."""
    return manager(os.environ, os.getpid()), given_sockets(os.environ, os.getpid())
