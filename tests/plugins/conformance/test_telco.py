"""Every bundled carrier keeps its contract."""

from contextlib import asynccontextmanager
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from voiced.net import Network
from voiced.plugin import WebRequest
from voiced.testing.conformance import TelcoRig, check_telco
from voiced.testing.fakes import FakeHost, spell
from voiced.testing.twilio.messages import CONNECTED, Identity, Outbound
from voiced.testing.twilio.signing import sign
from voiced_twilio import TwilioOptions
from voiced_twilio import make as make_twilio

PUBLIC = "https://voiced.example"


@asynccontextmanager
async def hosted(folder):
    host = FakeHost(folder, folder, net=Network("on-trial"))
    try:
        yield host
    finally:
        await host.net.aclose()


def twilio_media(call):
    stream = Outbound(Identity("AC" + "0" * 32, call, "MZ" + "0" * 32))
    sound = spell("bonjour")
    spoken = [stream.media(sound[at : at + 160], 20 * number) for number, at in enumerate(range(0, len(sound), 160))]
    return [CONNECTED, stream.start({"call_id": "call-1"}), *spoken, stream.dtmf("5"), stream.mark("m1"), stream.stop()]


def twilio_webhook(call, token):
    url, account = f"{PUBLIC}/voice/twilio/inbound", "AC" + "0" * 32
    fields = {"AccountSid": account, "CallSid": call, "From": "+33199000001", "To": "+33199000002"}
    fields["CallStatus"] = "ringing"
    headers = {
        "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
        "x-twilio-signature": sign(token, url, fields),
    }
    return WebRequest("POST", url, "/voice/twilio/inbound", "", headers, urlencode(fields).encode())


def twilio_upgrade(token):
    url = f"{PUBLIC}/media/token".replace("https", "wss")
    return WebRequest("GET", url, "/media/token", "", {"x-twilio-signature": sign(token, url)})


def twilio_case(folder):
    call, options = "CA" + "0" * 32, TwilioOptions(account_sid="AC" + "0" * 32, auth_tokens=("a-token",))
    incoming, upgrade = twilio_webhook(call, "a-token"), twilio_upgrade("a-token")

    @asynccontextmanager
    async def make(fault):
        async with hosted(folder) as host:
            yield TelcoRig(
                make_twilio(options, host),
                call,
                twilio_media(call),
                lambda: incoming,
                (
                    twilio_webhook(call, "another"),
                    replace(incoming, headers={}),
                    replace(incoming, body=b"CallSid=CA1"),
                ),
                upgrade,
                (twilio_upgrade("another"), replace(upgrade, headers={})),
            )

    return make


CASES = {"twilio": twilio_case}


@pytest.mark.parametrize("name", CASES)
def test_it_keeps_its_contract(name, tmp_path):
    check_telco(CASES[name](tmp_path))
