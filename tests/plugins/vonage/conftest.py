"""Vonage's side of a webhook, a desk behind it, and the carrier between them."""

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # the tests of this folder share `vonage_side`

from scripted_desk import ScriptedDesk
from vonage_side import API_KEY, SECRET, PlainHost, Sender

from voiced_vonage.options import VonageOptions
from voiced_vonage.webhooks import Vonage


@pytest.fixture
def sender():
    return Sender()


@pytest.fixture
def desk():
    desk = ScriptedDesk(lambda _offer: f"wss://agent.example.org/voice/vonage/media/t.{len(desk.asked)}")
    return desk


@pytest.fixture
def host():
    return PlainHost()


@pytest.fixture
def carrier(host):
    """Vonage with these options, besides the account."""

    def build(**options):
        return Vonage(VonageOptions(**{"api_key": API_KEY, "signature_secrets": ("old", SECRET), **options}), host)

    return build


@pytest.fixture
def ask(carrier, desk):
    """Let a carrier answer; return the actions, or the status when there are none."""
    usual = carrier()

    def ask(request, of=usual):
        answer = of.webhook(request, desk)
        return json.loads(answer.body) if answer.body else answer.status

    return ask
