"""Clients of the emulator: one over real sockets, and one in memory for what takes time."""

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
import trio

from voiced.errors import ProviderClosed, ProviderError
from voiced.net import Network
from voiced.testing.emulator import Gone
from voiced.testing.fakes import spell
from voiced.testing.speechmatics import Config, Ear, Manner, Recogniser, Session, Speechmatics, running

START = {
    "message": "StartRecognition",
    "audio_format": {"type": "raw", "encoding": "mulaw", "sample_rate": 8000},
    "transcription_config": {"language": "fr", "model": "enhanced", "enable_partials": True},
}
KEY = {"Authorization": "Bearer test-key"}


class Client:
    """Speaks the protocol by hand."""

    def __init__(self, socket):
        self.socket = socket

    async def tell(self, **message):
        await self.socket.send(json.dumps(message))

    async def start(self, **config):
        await self.tell(**{**START, "transcription_config": {**START["transcription_config"], **config}})
        return await self.until("RecognitionStarted")

    async def chatter(self):
        """Speak until it is over."""
        with trio.fail_after(5):
            while True:
                await self.say("oui")
                await trio.sleep(0.01)

    async def say(self, text, pause=0.0):
        sound = spell(text) + b"\xff" * round(pause * 8000)
        for at in range(0, len(sound), 800):
            await self.socket.send(sound[at : at + 800])

    async def next(self):
        with trio.fail_after(10):
            return json.loads(await self.socket.receive())

    async def until(self, kind):
        """Return the next message of the kind."""
        while (message := await self.next())["message"] != kind:
            pass
        return message

    async def ending(self):
        """Return the code by which the connection is closed, after whatever comes before."""
        with pytest.raises(ProviderClosed) as closed:
            await self.until("nothing more")
        return closed.value.code


@pytest.fixture
def visit():
    """Connect to an emulator with the given switches."""

    @asynccontextmanager
    async def visit(emulator=None, path="/v2", headers=KEY, **switches):
        net = Network("speechmatics")
        async with (
            running(emulator or Speechmatics(**switches)) as served,
            net.connect(served.ws_url + path, headers=headers) as socket,
        ):
            yield Client(socket)
        await net.aclose()

    return visit


@pytest.fixture
def refused():
    """Connect where one is not let in; return the error."""

    async def refused(path="/v2", headers=KEY, **switches):
        net = Network("speechmatics")
        async with running(Speechmatics(**switches)) as served:
            with pytest.raises(ProviderError) as raised:
                async with net.connect(served.ws_url + path, headers=headers):
                    pass
        await net.aclose()
        return raised.value

    return refused


@dataclass
class Memory:
    """Implements the emulator's `Wire`, in memory."""

    inbox: object
    said: list = field(default_factory=list)
    ended: str = ""

    async def receive(self):
        try:
            return await self.inbox.receive()
        except trio.EndOfChannel:
            raise Gone(1000) from None

    async def send(self, message):
        self.said.append((trio.current_time(), json.loads(message)))

    async def close(self, code=1000, reason=""):  # noqa: ARG002 - the contract
        self.ended = f"closed {code}"

    async def cut(self):
        self.ended = "cut"

    def times(self, kind):
        return [at for at, message in self.said if message["message"] == kind]


@pytest.fixture
def played():
    """Play messages to a session in memory: pairs of a pause in seconds and a message; return what it said."""

    async def played(*script, **switches):
        outbox, inbox = trio.open_memory_channel(1000)
        wire = Memory(inbox)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(Session(wire, **switches).run)
            for pause, message in script:
                await trio.sleep(pause)
                await outbox.send(message if isinstance(message, bytes) else json.dumps(message))
        return wire

    return played


@pytest.fixture
def hearing():
    """A recogniser without sockets: what it tells, with the seconds of sound at which it does."""

    class Hearing:
        def __init__(self, manner=None, **config):
            self.core = Recogniser(Config(**config), Ear(), manner or Manner())
            self.told = []
            self.at = 0.0

        def hear(self, text, pause=0.0):
            sound = spell(text) + b"\xff" * round(pause * 8000)
            for start in range(0, len(sound), 160):
                piece = sound[start : start + 160]
                self.at += len(piece) / 8000
                self.told += [(self.at, message) for _, message in self.core.feed(piece)]

        def of(self, kind):
            return [(at, message) for at, message in self.told if message["message"] == kind]

        def texts(self, kind):
            return [message["metadata"]["transcript"] for _, message in self.of(kind)]

    return Hearing
