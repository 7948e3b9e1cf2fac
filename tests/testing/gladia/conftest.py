"""A client of the emulator, in the wire's own words."""

import json
from contextlib import asynccontextmanager, suppress

import pytest
import trio

from voiced.errors import ProviderClosed
from voiced.net import Network

TELEPHONY = {"encoding": "wav/ulaw", "sample_rate": 8000, "bit_depth": 8, "endpointing": 0.1}
ALL = {"receive_partial_transcripts": True, "receive_lifecycle_events": True}


class Client:
    def __init__(self, net, served):
        self.net, self.served = net, served

    async def start(self, key="test-key", query="?region=eu-west", messages=ALL, **parameters):
        body = json.dumps({**TELEPHONY, "messages_config": messages, **parameters}).encode()
        headers = {"X-Gladia-Key": key, "content-type": "application/json"}
        answer = await self.net.request("POST", f"{self.served.url}/v2/live{query}", headers=headers, body=body)
        return answer.status, json.loads(answer.body), answer.headers

    @asynccontextmanager
    async def socket(self, **parameters):
        _, session, _ = await self.start(**parameters)
        async with self.net.connect(session["url"]) as socket:
            yield Talk(socket, session["url"])


class Talk:
    def __init__(self, socket, url):
        self.socket, self.url, self.code = socket, url, 0

    async def say(self, sound, chunk=800):
        with suppress(ProviderClosed):
            for at in range(0, len(sound), chunk):
                await self.socket.send(sound[at : at + chunk])

    async def stop(self):
        with suppress(ProviderClosed):
            await self.socket.send('{"type": "stop_recording"}')

    async def until(self, wanted=lambda _message: False):
        """Return the messages up to one that is wanted, or the end."""
        messages = []
        with trio.fail_after(10):
            while True:
                try:
                    messages.append(json.loads(await self.socket.receive()))
                except ProviderClosed as closed:
                    self.code = closed.code
                    return messages
                if wanted(messages[-1]):
                    return messages


@pytest.fixture
async def client():
    net = Network("gladia")
    yield lambda served: Client(net, served)
    await net.aclose()
