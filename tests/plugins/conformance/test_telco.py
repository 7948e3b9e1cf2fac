"""Every bundled carrier keeps its contract."""

import base64
import json
import time
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count
from urllib.parse import urlencode
from uuid import UUID

import pytest

from voiced.audio import to_format
from voiced.net import Network
from voiced.plugin import MULAW_8K, AudioFormat, WebRequest
from voiced.testing.conformance import TelcoRig, check_telco
from voiced.testing.fakes import FakeHost, spell
from voiced.testing.twilio.messages import CONNECTED, Identity, Outbound
from voiced.testing.twilio.signing import sign
from voiced.testing.vonage.settings import API_KEY, SIGNATURE_SECRET, Application
from voiced.testing.vonage.tokens import authorization
from voiced_audiosocket import make as make_audiosocket
from voiced_audiosocket.options import AudioSocketOptions
from voiced_audiosocket.wire import pack
from voiced_twilio import TwilioOptions
from voiced_twilio import make as make_twilio
from voiced_vonage import make as make_vonage
from voiced_vonage.options import VonageOptions
from voiced_vonage.signature import Signatures

PUBLIC = "https://voiced.example"
FORGERIES = ("unsigned", "wrong secret", "alg none", "tampered", "old", "future", "unknown key")


@asynccontextmanager
async def hosted(folder, **clock):
    host = FakeHost(folder, folder, net=Network("on-trial"), **clock)
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


def vonage_media(call):
    linear = to_format(spell("bonjour"), MULAW_8K, AudioFormat("pcm16", 8000))
    spoken = [linear[at : at + 320] for at in range(0, len(linear) - 319, 320)]
    start = {"event": "websocket:connected", "content-type": "audio/l16;rate=8000", "call": call, "call_id": "call-1"}
    told = {"event": "websocket:dtmf", "digit": "5"}, {"event": "websocket:notify", "payload": {"id": "m1"}}
    return [json.dumps(start), *spoken, *map(json.dumps, told)]


def vonage_webhook(call, forgery="none", number=None):
    body = json.dumps({"from": "33199000001", "to": "33199000002", "uuid": call, "conversation_uuid": "CON-1"}).encode()
    signed = authorization(Application(), body, f"jti-{next(number or count())}", forgery)
    headers = {"content-type": "application/json", **{name.lower(): value for name, value in signed.items()}}
    return WebRequest("POST", f"{PUBLIC}/voice/vonage/inbound", "/voice/vonage/inbound", "", headers, body)


def vonage_case(folder):
    call, numbers = "aaaaaaaa-bbbb-cccc-dddd-000000000001", count()
    options = VonageOptions(api_key=API_KEY, signature_secrets=(SIGNATURE_SECRET,))
    proof = Signatures(API_KEY, options.signature_secrets).prove("token")
    upgrade = WebRequest("GET", f"{PUBLIC}/media/token", "/media/token", "", {"authorization": proof})

    @asynccontextmanager
    async def make(fault):
        async with hosted(folder, epoch=time.time()) as host:
            yield TelcoRig(
                make_vonage(options, host),
                call,
                vonage_media(call),
                lambda: vonage_webhook(call, number=numbers),
                [vonage_webhook(call, forgery) for forgery in FORGERIES],
                upgrade,
                (replace(upgrade, path="/media/another"), replace(upgrade, headers={})),
                ends=False,
            )

    return make


def audiosocket_webhook(call, key):
    query = urlencode({"uuid": call, "from": "+33199000001", "to": "+33199000002"})
    shown = {"authorization": f"Basic {base64.b64encode(f'asterisk:{key}'.encode()).decode()}"}
    return WebRequest("GET", f"{PUBLIC}/voice/audiosocket/inbound?{query}", "/voice/audiosocket/inbound", query, shown)


def audiosocket_case(folder):
    call = "40325ec2-5efd-4bd3-805f-53576e581d13"
    linear = to_format(spell("bonjour"), MULAW_8K, AudioFormat("pcm16", 8000))
    spoken = [pack(0x10, linear[at : at + 320]) for at in range(0, len(linear) - 319, 320)]
    incoming = audiosocket_webhook(call, "a-key")

    @asynccontextmanager
    async def make(fault):
        async with hosted(folder) as host:
            yield TelcoRig(
                make_audiosocket(AudioSocketOptions(key="a-key"), host),
                call,
                [pack(0x01, UUID(call).bytes), *spoken, pack(0x03, b"5"), pack(0x00)],
                lambda: incoming,
                (audiosocket_webhook(call, "another"), replace(incoming, headers={})),
            )

    return make


CASES = {"audiosocket": audiosocket_case, "twilio": twilio_case, "vonage": vonage_case}


@pytest.mark.parametrize("name", CASES)
def test_it_keeps_its_contract(name, tmp_path):
    check_telco(CASES[name](tmp_path))
