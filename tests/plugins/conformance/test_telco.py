"""Every bundled carrier keeps its contract."""

import base64
import json
import time
from contextlib import asynccontextmanager, nullcontext
from functools import partial
from itertools import count
from urllib.parse import urlencode
from uuid import UUID

import pytest
import trio
from msgspec.structs import replace

from voiced.audio import to_format
from voiced.net import Network
from voiced.plugin import MULAW_8K, AudioFormat, NumberWish, OutboundCall, Papers, WebRequest
from voiced.testing.conformance import Account, TelcoRig, check_telco
from voiced.testing.fakes import FakeHost, spell
from voiced.testing.twilio import Twilio
from voiced.testing.twilio import open_rest as open_twilio
from voiced.testing.twilio.http_server import Response, serve_http
from voiced.testing.twilio.messages import CONNECTED, Identity, Outbound
from voiced.testing.twilio.signing import sign
from voiced.testing.vonage import Hooks, Vonage
from voiced.testing.vonage import open_rest as open_vonage
from voiced.testing.vonage.settings import API_KEY, API_SECRET, APPLICATION_ID, SIGNATURE_SECRET, Application
from voiced.testing.vonage.tokens import authorization, generated_key
from voiced_audiosocket import make as make_audiosocket
from voiced_audiosocket.options import AudioSocketOptions
from voiced_audiosocket.wire import pack
from voiced_twilio import TwilioOptions
from voiced_twilio import make as make_twilio
from voiced_vonage import make as make_vonage
from voiced_vonage.options import VonageOptions
from voiced_vonage.signature import Signatures

PUBLIC = "https://voiced.example"
TWILIO = "AC" + "0" * 32
PERSON, OURS = "+33199000003", "+33199000002"
FAULTS = {
    "refused": 401,
    "throttled": 429,
    "overloaded": 503,
    "bad_input": 422,
    "garbage": 200,
    "silent": 0,
    "hanging": 0,
}
EVERY = (*FAULTS, "cut", "unreachable")
NOBODY = "http://127.0.0.1:9"
"""Where nobody listens."""
FORGERIES = ("unsigned", "wrong secret", "alg none", "tampered", "old", "future", "unknown key")


@asynccontextmanager
async def hosted(folder, **clock):
    host = FakeHost(folder, folder, net=Network("on-trial"), **clock)
    try:
        yield host
    finally:
        await host.net.aclose()


@asynccontextmanager
async def answering(status, body=b"", content_type="text/html"):
    """Answer whatever is asked; with a status of 0 never. Gives the address."""

    async def answer(_request):
        if not status:
            await trio.sleep_forever()
        return Response(status, body, content_type)

    async with trio.open_nursery() as nursery:
        yield f"http://127.0.0.1:{await nursery.start(serve_http, answer, 0)}"
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def called(carrier):
    """Let an emulated carrier be called: gives what makes a call and returns its id once it is in progress."""

    async def ring():
        sid, answered = [], trio.Event()

        async def phone(phone):
            sid.append(phone.call_sid)
            answered.set()
            await phone.wait_end()

        nursery.start_soon(carrier.call, phone)
        await answered.wait()
        return sid[0]

    async with trio.open_nursery() as nursery:
        yield ring
        nursery.cancel_scope.cancel()


def lives(carrier):
    return lambda call: call in carrier.legs and carrier.legs[call].live


@asynccontextmanager
async def breaking():
    """Begin an answer, and break the connection. Gives the address."""

    async def answer(stream):
        await stream.receive_some()
        await stream.send_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\ncontent-type: application/json\r\n\r\n{")
        await stream.aclose()

    async with trio.open_nursery() as nursery:
        [listener] = await nursery.start(partial(trio.serve_tcp, answer, 0, host="127.0.0.1"))
        yield f"http://127.0.0.1:{listener.socket.getsockname()[1]}"
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def at_fault(fault):
    """An account that shows a fault: its address, nobody calls."""
    served = {"cut": breaking(), "unreachable": nullcontext(NOBODY)}.get(fault)
    async with served or answering(FAULTS[fault], b"<html>") as url:
        yield url, lambda **of: Account(trio.sleep_forever, lambda _: False, **of)


@asynccontextmanager
async def twilio_account(fault):
    """An emulated account at Twilio: where it is, and what the kit gets of it."""
    if fault:
        async with at_fault(fault) as (url, made):
            order = OutboundCall(PERSON, OURS, f"{PUBLIC}/voice/twilio/")
            yield url, made(unknown="CA" + "9" * 32, order=order)
        return
    pause = b"<Response><Pause length='3600'/></Response>"
    async with answering(200, pause, "text/xml") as app:
        twilio = Twilio(f"{app}/voice/twilio/inbound", account_sid=TWILIO, auth_token="a-token")
        async with open_twilio(twilio) as double, called(twilio) as ring:
            papers = twilio_papers(double)
            order = OutboundCall(PERSON, OURS, f"{app}/voice/twilio/")
            wish = NumberWish(kind="national", limit=5)
            yield double.url, Account(ring, lives(twilio), "CA" + "9" * 32, order, wish, papers)


def twilio_papers(double):
    fields = {"CustomerName": "Garage", "Street": "1 rue Haute", "City": "Lyon", "Region": "Rhône"}
    address = double.numbers.add_address(fields | {"PostalCode": "69001", "IsoCountry": "FR"}).json["sid"]
    double.regulatory.bundles["BU1"] = {"sid": "BU1", "status": "twilio-approved"}
    return Papers("BU1", address)


@asynccontextmanager
async def vonage_account(fault):
    """An emulated account at Vonage: where it is, and what the kit gets of it."""
    unknown = "aaaaaaaa-bbbb-cccc-dddd-000000000009"
    if fault:
        async with at_fault(fault) as (url, made):
            yield url, made(unknown=unknown, order=OutboundCall(PERSON, OURS, f"{PUBLIC}/voice/vonage/"))
        return
    actions = [{"action": "talk", "text": "a"}, {"action": "wait", "timeout": 3600}]
    async with answering(200, json.dumps(actions).encode(), "application/json") as app:
        vonage = Vonage(Hooks(f"{app}/voice/vonage/inbound"), application=Application(private_key=generated_key()))
        async with open_vonage(vonage) as (served, _), called(vonage) as ring:
            order = OutboundCall(PERSON, OURS, f"{app}/voice/vonage/")
            yield served.url, Account(ring, lives(vonage), unknown, order, NumberWish(kind="local", limit=5))


def twilio_media(call):
    stream = Outbound(Identity(TWILIO, call, "MZ" + "0" * 32))
    sound = spell("bonjour")
    spoken = [stream.media(sound[at : at + 160], 20 * number) for number, at in enumerate(range(0, len(sound), 160))]
    return [CONNECTED, stream.start({"call_id": "call-1"}), *spoken, stream.dtmf("5"), stream.mark("m1"), stream.stop()]


def twilio_webhook(call, token):
    url, account = f"{PUBLIC}/voice/twilio/inbound", TWILIO
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
    call = "CA" + "0" * 32
    incoming, upgrade = twilio_webhook(call, "a-token"), twilio_upgrade("a-token")

    @asynccontextmanager
    async def make(fault):
        async with twilio_account(fault) as (url, account), hosted(folder) as host:
            options = TwilioOptions(account_sid=TWILIO, auth_tokens=("a-token",), url=url)
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
                account=account,
            )

    return make, EVERY


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
    given = {"api_key": API_KEY, "api_secret": API_SECRET, "signature_secrets": (SIGNATURE_SECRET,)}
    given |= {"application_id": APPLICATION_ID, "private_key": generated_key()}
    proof = Signatures(API_KEY, (SIGNATURE_SECRET,)).prove("token")
    upgrade = WebRequest("GET", f"{PUBLIC}/media/token", "/media/token", "", {"authorization": proof})

    @asynccontextmanager
    async def make(fault):
        async with vonage_account(fault) as (url, account), hosted(folder, epoch=time.time()) as host:
            options = VonageOptions(**given, url=url, numbers_url=url, applications_url=url)
            yield TelcoRig(
                make_vonage(options, host),
                call,
                vonage_media(call),
                lambda: vonage_webhook(call, number=numbers),
                [vonage_webhook(call, forgery) for forgery in FORGERIES],
                upgrade,
                (replace(upgrade, path="/media/another"), replace(upgrade, headers={})),
                ends=False,
                account=account,
            )

    return make, EVERY


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

    return make, ()


CASES = {"audiosocket": audiosocket_case, "twilio": twilio_case, "vonage": vonage_case}


@pytest.mark.parametrize("name", CASES)
def test_it_keeps_its_contract(name, tmp_path):
    make, faults = CASES[name](tmp_path)
    check_telco(make, faults=faults)
