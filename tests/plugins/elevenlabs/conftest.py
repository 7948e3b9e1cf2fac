"""The plugin, talking to the emulated ElevenLabs."""

from dataclasses import replace

import pytest
import trio

from voiced.net import Network
from voiced.plugin import MULAW_8K
from voiced.testing.elevenlabs import Account, emulated
from voiced.testing.fakes.host import FakeHost
from voiced_elevenlabs import ElevenLabsOptions, make


@pytest.fixture
async def eleven():
    """The emulated host."""
    async with emulated(Account(pace=200.0)) as host:
        yield host


@pytest.fixture
async def fake_host(tmp_path):
    net = Network("elevenlabs")
    yield FakeHost(tmp_path, tmp_path, net=net)
    await net.aclose()


@pytest.fixture
def voice(eleven, fake_host):
    """Build the provider, with other options where they are given."""

    def built(**options):
        chosen = ElevenLabsOptions(api_key="xi-key", voice="fr-camille", url=eleven.url)
        return make(replace(chosen, **options), fake_host)

    return built


class Heard:
    """A `Sink` that keeps the sound."""

    def __init__(self):
        self.packets = []
        self.first = trio.Event()

    async def send(self, packet):
        await trio.lowlevel.checkpoint()
        self.packets.append(packet)
        self.first.set()

    @property
    def sound(self):
        return b"".join(packet.data for packet in self.packets)


def spoken(*clauses):
    given, taken = trio.open_memory_channel(len(clauses))
    with given:
        for clause in clauses:
            given.send_nowait(clause)
    return taken


@pytest.fixture
def heard():
    return Heard


@pytest.fixture
def clauses():
    """A `Source` of clauses that ends after the last."""
    return spoken


@pytest.fixture
def say():
    """Have a voice speak clauses; return the sound."""

    async def said(tts, *clauses, format=MULAW_8K):
        sink = Heard()
        with trio.fail_after(20):
            await tts.speak(spoken(*clauses), sink, format)
        return sink.sound

    return said
