"""What Asterisk's dialplan would ask."""

from __future__ import annotations

import base64
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from scripted_desk import ScriptedDesk

from voiced.plugin import WebRequest
from voiced.testing.fakes.host import Notes
from voiced_audiosocket.options import AudioSocketOptions
from voiced_audiosocket.webhooks import AudioSocket

KEY = "ouvre-toi"
CALL = "40325ec2-5efd-4bd3-805f-53576e581d13"


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
    return ScriptedDesk(lambda _offer: "tcp://127.0.0.1:9020/token")


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def carrier(notes: Notes) -> AudioSocket:
    return AudioSocket(AudioSocketOptions(key=KEY), notes)
