"""The emulated host: requests and sockets on one port, with or without TLS."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from voiced.testing.elevenlabs.account import Account
from voiced.testing.elevenlabs.session import Session
from voiced.testing.elevenlabs.speech import Speech
from voiced.testing.elevenlabs.studio import Studio
from voiced.testing.emulator import Peer, Served, serving
from voiced.web.router import Router


class ElevenLabs(Studio):
    """An emulated host that answers at `served`; look at `journal`, set `faults`."""

    def __init__(self, account: Account, served: Served | None = None) -> None:
        super().__init__(account)
        self.served = served

    @property
    def url(self) -> str:
        """The address, for the plugin's option `url`."""
        assert self.served is not None
        return self.served.url

    @property
    def port(self) -> int:
        """The port of this machine that it listens on."""
        assert self.served is not None
        return self.served.port

    async def talk(self, peer: Peer) -> None:
        """Serve one socket."""
        await Session(self, peer).run()


@asynccontextmanager
async def emulated(account: Account | None = None, **how: Any) -> AsyncIterator[ElevenLabs]:
    """Serve for as long as the context lasts; `how` is the server's."""
    host = ElevenLabs(account or Account())
    async with serving(Router(Speech(host).routes()), {"/v1/text-to-speech/": host.talk}, **how) as served:
        host.served = served
        yield host
