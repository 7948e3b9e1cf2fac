"""Twilio itself, over sockets: from the call that rings to the stream's end, every request signed as Twilio does."""

from __future__ import annotations

import base64
import json
from xml.etree import ElementTree as ET

import httpx2
import pytest
import trio
from trio_websocket import open_websocket_url
from twilio.request_validator import RequestValidator

from voiced.net import Network
from voiced.plugin import Ended, Mark, Packet, Play, SetMark, Started
from voiced.web import open_listeners, serve
from voiced_twilio import TwilioOptions, voiced_plugin

TOKEN = "0123456789abcdef0123456789abcdef"
ACCOUNT = "AC00000000000000000000000000000001"
CALL = "CA00000000000000000000000000000001"
STREAM = "MZ00000000000000000000000000000001"
PUBLIC = "https://agent.example.org"
SIGNER = RequestValidator(TOKEN)


@pytest.fixture
async def port(nursery, exchange, ledger) -> int:
    class PlainHost:
        log = ledger
        net = Network("twilio")

    [provider] = voiced_plugin().providers
    twilio = provider.make(TwilioOptions(ACCOUNT, (TOKEN,)), PlainHost())
    listeners = await open_listeners("127.0.0.1", 0)
    port = listeners[0].socket.getsockname()[1]

    async def run(task_status) -> None:
        await serve(
            exchange, {"twilio": twilio}, active="twilio",
            public_url=PUBLIC, listeners=listeners, log=ledger, task_status=task_status,
        )  # fmt: skip

    await nursery.start(run)
    return port


async def post(port: int, path: str, **fields: str) -> httpx2.Response:
    form = {"AccountSid": ACCOUNT, "CallSid": CALL, "From": "+33600000001", "To": "+33900000001", **fields}
    signature = SIGNER.compute_signature(PUBLIC + path, form)
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        return await client.post(path, data=form, headers={"X-Twilio-Signature": signature})


def media(number: int, data: bytes) -> str:
    payload = base64.b64encode(data).decode()
    body = {"track": "inbound", "chunk": str(number), "timestamp": str(20 * number), "payload": payload}
    return json.dumps({"event": "media", "sequenceNumber": str(number + 1), "streamSid": STREAM, "media": body})


async def test_a_whole_call(port, exchange):
    rings = await post(port, "/voice/inbound", CallStatus="ringing")
    assert rings.headers["content-type"].startswith("text/xml")
    url = ET.fromstring(rings.text).find("Connect/Stream").attrib["url"]
    path = url.removeprefix("wss://agent.example.org")

    signed = [("X-Twilio-Signature", SIGNER.compute_signature(url, {}))]
    async with open_websocket_url(f"ws://127.0.0.1:{port}{path}", extra_headers=signed) as carrier:
        call = await exchange.call("call-fresh")
        start = {"streamSid": STREAM, "callSid": CALL, "customParameters": {"call_id": "call-fresh"}}
        await carrier.send_message('{"event":"connected","protocol":"Call","version":"1.0.0"}')
        await carrier.send_message(json.dumps({"event": "start", "streamSid": STREAM, "start": start}))
        await carrier.send_message(media(1, b"\x80" * 160))
        heard = [event for _ in range(3) for event in call.leg.feed(await call.hear())]
        assert heard == [Started(CALL, STREAM, params={"call_id": "call-fresh"}), Packet(b"\x80" * 160)]

        call.line.send([*call.leg.encode(Play(b"\xff" * 160)), *call.leg.encode(SetMark("t1"))])
        with trio.fail_after(15):
            said = [json.loads(await carrier.get_message()) for _ in range(2)]
        assert [message["event"] for message in said] == ["media", "mark"]
        await carrier.send_message(json.dumps({**said[1], "sequenceNumber": "3"}))
        await carrier.send_message(json.dumps({"event": "stop", "streamSid": STREAM}))
        heard = [event for _ in range(2) for event in call.leg.feed(await call.hear())]
        assert heard == [Mark("t1"), Ended("hangup")]
    assert await call.hear() == ("closed", "closed by the carrier (1000)")

    after = await post(port, "/voice/twilio/after", CallStatus="in-progress")
    assert [verb.tag for verb in ET.fromstring(after.text)] == ["Hangup"]
    assert (await post(port, "/voice/status", CallStatus="completed")).status_code == 200
    assert exchange.asked[-1] == ("over", "twilio", CALL, "completed")


async def test_a_stranger_learns_nothing(port, exchange):
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        answer = await client.post("/voice/inbound", data={"CallSid": CALL, "AccountSid": ACCOUNT})
    assert (answer.status_code, answer.content) == (403, b"")
    assert exchange.asked == []
