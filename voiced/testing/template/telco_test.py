"""The carrier keeps the contracts of `voiced.plugin.Telco` and `Leg`."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec.structs import replace

from voiced.plugin import WebRequest
from voiced.testing.conformance import TelcoRig, check_telco
from voiced.testing.fakes import FakeHost
from voiced.testing.template.telco import AcmeOptions, make

SECRET = "a-secret-of-the-test"  # noqa: S105 - it opens nothing
SOUND = b"\x10\x90" * 80
MEDIA: tuple[str | bytes, ...] = (
    json.dumps({"event": "start", "call": "call-1", "stream": "stream-1"}),
    *[SOUND] * 20,
    json.dumps({"event": "key", "value": "5"}),
    json.dumps({"event": "mark", "value": "m1"}),
    json.dumps({"event": "stop"}),
)


def signed(path: str, body: bytes = b"", secret: str = SECRET) -> WebRequest:
    """Return a request as the carrier makes it."""
    signature = hmac.digest(secret.encode(), path.encode() + body, hashlib.sha256).hex()
    return WebRequest("POST", f"https://voiced.example{path}", path, "", {"x-acme-signature": signature}, body)


def incoming(secret: str = SECRET) -> WebRequest:
    """Return the webhook of a call that rings."""
    body = json.dumps({"call": "call-1", "from": "+33199000001", "to": "+33199000002"}).encode()
    return signed("/voice/acme/inbound", body, secret)


@asynccontextmanager
async def rig(_fault: str) -> AsyncIterator[TelcoRig]:
    """Build the carrier, as voiced does."""
    host = FakeHost(Path("data"), Path("cache"))
    yield TelcoRig(
        make(AcmeOptions(secret=SECRET), host),
        call_id="call-1",
        media=MEDIA,
        incoming=incoming,
        forged=(incoming("another secret"), replace(incoming(), body=b"{}"), replace(incoming(), headers={})),
        upgrade=signed("/media/token"),
        forged_upgrades=(signed("/media/token", b"", "another secret"), replace(signed("/media/token"), headers={})),
    )


def test_it_keeps_its_contract() -> None:
    """Everything that the contract promises is tried."""
    check_telco(rig)
