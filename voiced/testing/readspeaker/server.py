"""The emulated host on a port of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from voiced.testing.emulator import Served, serving
from voiced.testing.readspeaker.account import Account
from voiced.testing.readspeaker.house import House
from voiced.testing.readspeaker.speaking import Speaking
from voiced.web.router import Router


class ReadSpeaker(House):
    """An emulated host that answers at `served`; look at `journal`, set `faults`."""

    def __init__(self, account: Account, served: Served | None = None) -> None:
        super().__init__(account)
        self.served = served

    @property
    def router(self) -> Router:
        """Return its routes."""
        return Router(Speaking(self).routes())

    @property
    def url(self) -> str:
        """The address, for the plugin's option `url`."""
        assert self.served is not None
        return self.served.url


@asynccontextmanager
async def emulated(account: Account | None = None, **how: Any) -> AsyncIterator[ReadSpeaker]:
    """Serve for as long as the context lasts; `how` is the server's."""
    host = ReadSpeaker(account or Account())
    async with serving(host.router, **how) as served:
        host.served = served
        yield host
