"""The emulated host on a port of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from voiced.testing.acapela.account import Account
from voiced.testing.acapela.cloud import Cloud
from voiced.testing.acapela.commands import Commands
from voiced.testing.acapela.doors import Doors
from voiced.testing.emulator import Served, serving
from voiced.web.router import Router


class Acapela(Cloud):
    """An emulated host that answers at `served`; look at `journal`, set `faults`."""

    def __init__(self, account: Account, served: Served | None = None) -> None:
        super().__init__(account)
        self.served = served

    @property
    def router(self) -> Router:
        """Return its routes."""
        return Router({**Doors(self).routes(), **Commands(self).routes()})

    @property
    def url(self) -> str:
        """The address, for the plugin's option `url`."""
        assert self.served is not None
        return self.served.url


@asynccontextmanager
async def emulated(account: Account | None = None, **how: Any) -> AsyncIterator[Acapela]:
    """Serve for as long as the context lasts; `how` is the server's."""
    host = Acapela(account or Account())
    async with serving(host.router, **how) as served:
        host.served = served
        yield host
