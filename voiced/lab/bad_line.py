"""An emulated Twilio whose media streams break, and whose API is down at the moment that it is needed.

As with Twilio: when it notices that a stream is lost it asks by a webhook what follows, and is told of the next stream.
One that is lost unnoticed (some proxy on the way died, and Twilio's side stays open) brings no webhook: then Twilio has
to be told over its API, and until that has worked there is nothing that a caller could hear.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import trio

from voiced.lab.cases import Case
from voiced.testing.emulator.proxy import Wire, proxied
from voiced.testing.twilio import ACCOUNT_SID, AUTH_TOKEN, Options, Twilio
from voiced.testing.twilio.rest import RestDouble, RestFaults, open_rest

SPOKEN = 16_000
"""Bytes to the carrier after which the agent is within a sentence: about a second of sound, as messages write it."""
LULL = 1.5
"""Seconds for which nothing comes through a line that stalls, until TCP has sent it all again."""
LONGEST = 10.0
"""Seconds after which nobody will ask the API any more."""
OUTAGES: Mapping[str, RestFaults] = {"cut": RestFaults(outage=503), "stall": RestFaults(late=60.0)}


@dataclass(slots=True)
class BadLine:
    """The carrier, the line that its streams take to the worker, and its API."""

    twilio: Twilio
    wire: Wire
    rest: RestDouble

    @property
    def options(self) -> dict[str, Any]:
        """The plugin's options."""
        return {
            "account_sid": "${TWILIO_ACCOUNT_SID}", "auth_tokens": ["${TWILIO_AUTH_TOKEN}"], "url": self.rest.url
        }  # fmt: skip

    @property
    def env(self) -> dict[str, str]:
        """The account's secrets."""
        return {"TWILIO_ACCOUNT_SID": ACCOUNT_SID, "TWILIO_AUTH_TOKEN": AUTH_TOKEN}

    async def break_line(self, case: Case) -> bool:
        """Break the stream for good, or for a while; within a sentence: once the agent speaks."""
        if case.within_sentence:
            await self.wire.wait_given(self.wire.given + SPOKEN)
        if case.how == "cut":
            self.wire.cut()
        else:
            self.wire.stall()
            await trio.sleep(LULL)
        self.wire.mend()
        return True

    async def lose_unnoticed(self, case: Case) -> bool:
        """Lose the stream unnoticed by the carrier while the agent speaks, and its API until it was asked in vain.

        Return whether it was.
        """
        await self.wire.wait_given(self.wire.given + SPOKEN)
        self.rest.faults = OUTAGES[case.how]
        self.wire.strand()
        with trio.move_on_after(LONGEST) as waiting:
            await self.rest.journal.wait_for("http.request")
        self.rest.faults = RestFaults()
        return not waiting.cancelled_caught


@asynccontextmanager
async def bad_line(url: str) -> AsyncIterator[BadLine]:
    """Emulate a carrier whose number leads to the worker at `url`, for as long as the context lasts."""
    at = urlsplit(url)
    async with proxied(at.port or 80) as wire:
        options = Options(routes={f"ws://{at.netloc}": wire.ws_url})
        twilio = Twilio(f"{url}/voice/inbound", status_url=f"{url}/voice/status", options=options)
        async with open_rest(twilio) as rest:
            yield BadLine(twilio, wire, rest)
