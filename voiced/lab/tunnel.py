"""A public address for this machine: `ssh -R` to any host, cloudflared or ngrok, whichever there is.

What to run and how its output tells the address is pure; `dig` runs it.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Literal

import trio

from voiced.call.voice import first_cause
from voiced.errors import ProviderError, Unavailable
from voiced.net import Network

By = Literal["ssh", "cloudflared", "ngrok"]
Announce = Callable[[str], Awaitable[None]]

OPEN = "voiced-tunnel-open"
"""What ssh echoes on this side once it is connected."""
FIRST_ADDRESS = 30.0
"""Seconds until the address must be known."""
LAST_LINES = 5
STOP_SECONDS = 5.0
LOOK = 0.2
"""Seconds between two tries whether somebody answers."""
LONGEST_LINE = 4096

_SERVICE = re.compile(r"(?:tunneled|[Ff]orwarding).*?(https://[\w.-]+)|^(https://[\w.-]+)$")
"""How services that are reached by ssh tell the address: localhost.run, serveo.net, pinggy.io."""
_CLOUDFLARE = re.compile(r"(https://[\w-]+\.trycloudflare\.com)")
_NGROK = re.compile(r'"url":"(https://[^"]+)"')


@dataclass(frozen=True, slots=True)
class Tunnel:
    """A program to run. `address`: the public one where it is known beforehand, else its output tells it."""

    by: By
    command: tuple[str, ...]
    address: str = ""

    def address_in(self, line: str) -> str:
        """Return the public address that a line of the program's output tells; "" when it tells none."""
        if self.address:
            return self.address if OPEN in line else ""
        pattern = {"ssh": _SERVICE, "cloudflared": _CLOUDFLARE, "ngrok": _NGROK}[self.by]
        found = pattern.search(line.strip())
        return next((group for group in found.groups() if group), "") if found else ""


def by_ssh(host: str, local: int, *, remote: str = "80", address: str = "", ssh: str = "ssh") -> Tunnel:
    """Return the tunnel by `ssh -R remote:127.0.0.1:local host`.

    With `address`, the host is a server of yours, whose proxy leads the address to `remote` (`[BIND:]PORT`); without,
    it is a service that tells the address. `ssh` is the program, with options of yours.
    """
    keep = ("-o", "ExitOnForwardFailure=yes", "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=3")
    quiet = ("-N", "-o", "PermitLocalCommand=yes", "-o", f"LocalCommand=echo {OPEN}") if address else ()
    forward = ("-R", f"{remote}:127.0.0.1:{local}", host)
    return Tunnel("ssh", (*shlex.split(ssh), "-T", *quiet, *keep, *forward), address.rstrip("/"))


def by_program(by: By, local: int) -> Tunnel:
    """Return the tunnel by a program that brings its own service."""
    if by == "cloudflared":
        return Tunnel(by, ("cloudflared", "tunnel", "--no-autoupdate", "--url", f"http://127.0.0.1:{local}"))
    return Tunnel(by, ("ngrok", "http", f"127.0.0.1:{local}", "--log", "stdout", "--log-format", "json"))


async def dig(tunnel: Tunnel, announce: Announce) -> None:
    """Run the tunnel until it breaks or this is cancelled; `announce` the public address once, when it is known.

    Raises `Unavailable` when the program is missing, does not tell the address in time, or ends; with its last lines.
    """
    try:
        process = await trio.lowlevel.open_process(
            tunnel.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
    except OSError as error:
        fix = "install it, or choose another way: a host by ssh, --by cloudflared, --by ngrok"
        raise Unavailable(f"{tunnel.command[0]} cannot be run: {error.strerror}", fix=fix) from error
    assert process.stdout is not None
    last: list[str] = []
    try:
        async with trio.open_nursery() as nursery:
            found = await nursery.start(partial(_address, tunnel, lines(process.stdout), last))
            await announce(found)
    except ExceptionGroup as group:
        raise first_cause(group) from group
    else:
        raise Unavailable(f"the tunnel broke: {_said(last)}", fix="start it again; what it says tells why")
    finally:
        await _stop(process)


async def answers(address: str, seconds: float = 5.0) -> bool:
    """Return whether voiced answers at a public address, within `seconds`: a forward may take a moment to be there."""
    net = Network("tunnel")
    with trio.move_on_after(seconds):
        while True:
            with suppress(ProviderError):
                if (await net.request("GET", f"{address}/healthz")).status == 200:
                    await net.aclose()
                    return True
            await trio.sleep(LOOK)
    with trio.CancelScope(shield=True):
        await net.aclose()
    return False


async def _address(
    tunnel: Tunnel, output: AsyncIterator[str], last: list[str], task_status: trio.TaskStatus[str]
) -> None:
    """Read what the program says to its end, so that it is never blocked; tell the address."""
    found = ""
    with trio.CancelScope(deadline=trio.current_time() + FIRST_ADDRESS) as patience:
        async for line in output:
            last[:] = [*last[1 - LAST_LINES :], line]
            address = "" if found else tunnel.address_in(line)
            if address:
                found, patience.deadline = address, float("inf")
                task_status.started(address)
    if not found:
        why = "it ended" if not patience.cancelled_caught else f"nothing in {FIRST_ADDRESS:.0f} s"
        fix = "give --public-url for a host of yours; else look at what it says"
        raise Unavailable(f"{tunnel.by} told no public address ({why}): {_said(last)}", fix=fix)


async def lines(stream: trio.abc.ReceiveStream) -> AsyncIterator[str]:
    """Give the lines of a program's output as they come."""
    rest = b""
    async for data in stream:
        *whole, rest = (rest + data).split(b"\n")
        for line in whole:
            yield line.decode("utf-8", "replace").strip()
        rest = rest[-LONGEST_LINE:]
    if rest:
        yield rest.decode("utf-8", "replace").strip()


def _said(last: Sequence[str]) -> str:
    return " / ".join(line for line in last if line) or "it said nothing"


async def _stop(process: trio.Process) -> None:
    with trio.CancelScope(shield=True):
        if process.poll() is None:
            process.terminate()
        with trio.move_on_after(STOP_SECONDS):
            await process.wait()
            return
        process.kill()
        await process.wait()
