"""What Asterisk's dialplan would ask, and a desk that answers as it was told."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest

from voiced.plugin import Admission, AfterStream, CallOffer, CallRefused, HangUp, WebRequest
from voiced.testing.fakes.host import Notes
from voiced_audiosocket.options import AudioSocketOptions
from voiced_audiosocket.webhooks import AudioSocket

KEY = "ouvre-toi"
CALL = "40325ec2-5efd-4bd3-805f-53576e581d13"


@dataclass
class ScriptedDesk:
    """A desk whose answers a test sets, and that remembers what it was asked."""

    refuses: bool = False
    next: AfterStream = field(default_factory=HangUp)
    asked: list[tuple[Any, ...]] = field(default_factory=list)

    def offer(self, offer: CallOffer) -> Admission:
        self.asked.append(("offer", offer))
        if self.refuses:
            raise CallRefused("full")
        return Admission("call-1", "tcp://127.0.0.1:9020/token")

    def after_stream(self, offer: CallOffer) -> AfterStream:
        self.asked.append(("after_stream", offer))
        return self.next

    def dialled(self, provider: str, carrier_call_id: str, result: str) -> AfterStream:
        self.asked.append(("dialled", provider, carrier_call_id, result))
        return self.next

    def over(self, provider: str, carrier_call_id: str, status: str) -> None:
        self.asked.append(("over", provider, carrier_call_id, status))


def asked(path: str, *, key: str = KEY, method: str = "GET", **fields: str) -> WebRequest:
    """A request of the dialplan's."""
    query = urlencode({"uuid": CALL, "from": "+33600000001", "to": "+33900000001", **fields})
    credentials = base64.b64encode(f"asterisk:{key}".encode()).decode()
    address = f"/voice/{path}"
    body = query.encode() if method == "POST" else b""
    return WebRequest(
        method, f"http://127.0.0.1:8080{address}", address, "" if body else query,
        {"authorization": f"Basic {credentials}"}, body,
    )  # fmt: skip


@pytest.fixture
def question() -> Callable[..., WebRequest]:
    return asked


@pytest.fixture
def desk() -> ScriptedDesk:
    return ScriptedDesk()


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def carrier(notes: Notes) -> AudioSocket:
    return AudioSocket(AudioSocketOptions(key=KEY), notes)
