"""All vendors open at once, each at its port, until told to stop."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from voiced.errors import BadInput, Problem
from voiced.lab.dev.vendors import OPENS, Opened, Setting
from voiced.lab.dev.wishes import Vendor, Wish
from voiced.testing.vonage.tokens import generated_key

HOST = "127.0.0.1"


@asynccontextmanager
async def opened(wishes: Mapping[Vendor, Wish], setting: Setting) -> AsyncIterator[dict[Vendor, Opened]]:
    """Emulate the vendors as wished for as long as the context lasts. Raises `BadInput` for ports that are taken."""
    problems = list(_taken(wishes))
    if problems:
        raise BadInput(problems)
    async with AsyncExitStack() as stack:
        yield {name: await stack.enter_async_context(OPENS[name](wish, setting)) for name, wish in wishes.items()}


def _taken(wishes: Mapping[Vendor, Wish]) -> Iterator[Problem]:
    for vendor, wish in wishes.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, wish.port))
            except OSError as error:
                reason = f"cannot be opened for {vendor}: {(error.strerror or str(error)).lower()}"
                fix = "stop what listens there, or choose others by --base-port (0: any that are free)"
                yield Problem(f"{HOST}:{wish.port}", 0, 0, reason, fix)


def kept_key(file: Path) -> str:
    """Return the private key of the Vonage application (PEM): the one in `file`, made there when there is none.

    It is kept, so that what was configured yesterday is good today.
    """
    try:
        return file.read_text("ascii")
    except (OSError, UnicodeDecodeError):
        key = generated_key()
    file.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as written:
        written.write(key)
    return key
