"""The emulated ElevenLabs, and clients that speak its protocol by hand."""

import base64
import json
from contextlib import asynccontextmanager

import pytest
import trio

from voiced.net import Network
from voiced.testing.elevenlabs import Account, emulated

QUERY = "model_id=eleven_flash_v2_5&output_format=ulaw_8000"


@pytest.fixture
async def net():
    made = Network("elevenlabs")
    yield made
    await made.aclose()


@pytest.fixture
async def host():
    """A host that is in a hurry: its waits are a twentieth of those of the real one."""
    async with emulated(Account(hurry=0.05)) as made:
        yield made


class Client:
    """One socket, spoken by hand."""

    def __init__(self, socket):
        self.socket = socket

    async def say(self, **message):
        await self.socket.send(json.dumps(message))

    async def hear(self):
        with trio.fail_after(10):
            return json.loads(await self.socket.receive())

    async def hear_until_final(self, *names):
        """Return the messages up to the final ones of the contexts `names`."""
        heard, left = [], set(names or (None,))
        while left:
            heard.append(await self.hear())
            if heard[-1].get("isFinal"):
                left.discard(heard[-1].get("contextId"))
        return heard


def sound_of(messages, name=None):
    return b"".join(
        base64.b64decode(each["audio"]) for each in messages if each.get("audio") and each.get("contextId") == name
    )


@pytest.fixture
def sound():
    return sound_of


@pytest.fixture
def client(net, host):
    @asynccontextmanager
    async def opened(kind="multi-stream-input", voice="fr-camille", query="", key="xi-key"):
        url = f"{host.served.ws_url}/v1/text-to-speech/{voice}/{kind}?{QUERY}{query}"
        async with net.connect(url, headers={"xi-api-key": key} if key else {}) as socket:
            yield Client(socket)

    return opened


@pytest.fixture
def ask(net, host):
    async def asked(text="Bonjour.", voice="fr-camille", format="ulaw_8000", key="xi-key", to=None, **body):
        body = {"text": text, "model_id": "eleven_flash_v2_5", **body}
        url = f"{(to or host).url}/v1/text-to-speech/{voice}/stream?output_format={format}"
        return await net.request("POST", url, headers={"xi-api-key": key}, body=json.dumps(body).encode())

    return asked
