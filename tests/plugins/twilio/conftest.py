"""What Twilio would send to us."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from scripted_desk import ScriptedDesk

from voiced.net import Network
from voiced.plugin import Net, WebRequest
from voiced_twilio.options import TwilioOptions
from voiced_twilio.signature import sign, signed_fields
from voiced_twilio.webhooks import Twilio

TOKEN = "0123456789abcdef0123456789abcdef"
ACCOUNT = "AC00000000000000000000000000000001"
CALL = "CA00000000000000000000000000000001"
PUBLIC = "https://agent.example.org"


@dataclass
class Ledger:
    """A logger that keeps what it was told."""

    lines: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def debug(self, event: str, **facts: Any) -> None:
        self.lines.append((event, facts))

    info = warning = error = debug


def post(path: str, fields: Sequence[tuple[str, str]] | dict[str, str], *, token: str = TOKEN) -> WebRequest:
    """A form POST, signed."""
    pairs = list(fields.items()) if isinstance(fields, dict) else list(fields)
    address, _, query = path.partition("?")
    return WebRequest(
        method="POST",
        url=PUBLIC + path,
        path=address,
        query=query,
        headers={
            "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
            "x-twilio-signature": sign(token.encode(), PUBLIC + path + signed_fields(pairs)),
        },
        body=urlencode(pairs).encode(),
    )


def get(path: str, fields: dict[str, str], *, token: str = TOKEN) -> WebRequest:
    """A GET with the fields in its query, signed."""
    query = urlencode(fields)
    url = f"{PUBLIC}{path}?{query}"
    return WebRequest("GET", url, path, query, {"x-twilio-signature": sign(token.encode(), url)})


def call_fields(**more: str) -> dict[str, str]:
    """The fields of a call that rings."""
    ringing = {"AccountSid": ACCOUNT, "CallSid": CALL, "From": "+33600000001", "To": "+33900000001"}
    return {**ringing, "CallStatus": "ringing", "ForwardedFrom": "", "CallerName": "Hélène", **more}


@pytest.fixture
def signed_post() -> Callable[..., WebRequest]:
    return post


@pytest.fixture
def signed_get() -> Callable[..., WebRequest]:
    return get


@pytest.fixture
def of_call() -> Callable[..., dict[str, str]]:
    return call_fields


@pytest.fixture
def log() -> Ledger:
    return Ledger()


@pytest.fixture
def desk() -> ScriptedDesk:
    return ScriptedDesk(lambda offer: f"wss://agent.example.org/voice/twilio/media/for-{offer.carrier_call_id}")


@pytest.fixture
def carrier(log: Ledger) -> Callable[..., Twilio]:
    """Twilio with these options, besides the account and its token."""

    def build(net: Net | None = None, **options: Any) -> Twilio:
        account = {"account_sid": ACCOUNT, "auth_tokens": ("of-before", TOKEN), **options}
        return Twilio(TwilioOptions(**account), log, net or Network("twilio"))

    return build


@dataclass
class PlainHost:
    """A host for a plugin that only logs."""

    log: Ledger
    net: Net = field(default_factory=lambda: Network("twilio"))


@pytest.fixture
def host(log: Ledger) -> PlainHost:
    return PlainHost(log)
