"""What the tests of recognisers and of voices share: a call to the one, who listens to the other, whole calls."""

import sys
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
import trio

sys.path.insert(0, str(Path(__file__).parent))  # the tests of the folders below share `stt_line` and `scripted_desk`

from stt_line import calling

from voiced.plugin import MULAW_8K
from voiced.testing.emulator.playback import Player
from voiced.testing.fakes import FakeHost, ScriptedTts
from voiced.testing.fakes.spelling import CHARACTER, spell
from voiced.testing.scenario import Outcome
from voiced.testing.stage import Cast, cast_for, play
from voiced.testing.stage.repertory import read

SCENARIOS = Path(__file__).parents[2] / "flows" / "scenarios"


@pytest.fixture
async def host(tmp_path):
    host = FakeHost(tmp_path, tmp_path)
    yield host
    await host.net.aclose()


@pytest.fixture
def call(provider):
    """Call a recogniser whose emulator has the given switches; yields the line and the emulator."""

    @asynccontextmanager
    async def call(hints=(), options=None, **emulated):
        async with provider(hints, options, **emulated) as (stt, emulator), calling(stt, hints) as line:
            yield line, emulator

    return call


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


def spelled(text):
    """Speech that the stage can read."""
    return spell(text) + b" " * CHARACTER


@pytest.fixture
def perform(voice, cloud):
    """Play one of the shipped scenarios in the voice of an emulated cloud; return the performance.

    Nothing is ready beforehand. `emulator` is the package of the emulator; with `faults` another voice stands in.
    """

    async def performed(emulator, name, faults=None):
        [piece] = read([SCENARIOS / f"{name}.yaml"])
        cloud.account, cloud.player = emulator.Account(speak=spelled), Player(emulator.REAL, 1)
        cloud.faults = faults or emulator.Faults()
        scenario = msgspec.structs.replace(piece.scenario, expect=Outcome())  # its gaps are those of ready phrases
        cast = cast_for(scenario, piece.flow)
        cast.tts, cast.ready = voice(), False
        cast.stand_ins = Cast(tts=ScriptedTts()) if faults else None
        return await play(scenario, piece.flow, cast)

    return performed
