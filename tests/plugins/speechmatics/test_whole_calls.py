"""The shipped flow's own scenarios, heard by the emulated Speechmatics at its published delays, in virtual time."""

from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import pytest
import trio

from voiced.plugin import ProviderClosed, ProviderError
from voiced.testing.emulator import Gone
from voiced.testing.fakes import FakeHost
from voiced.testing.scenario import Outcome
from voiced.testing.speechmatics import FAULTLESS, REAL, Faults, Manner, Session
from voiced.testing.stage import cast_for, play
from voiced.testing.stage.repertory import read
from voiced_speechmatics import make
from voiced_speechmatics.options import SpeechmaticsOptions

SCENARIOS = Path(__file__).parents[3] / "flows" / "scenarios"


@dataclass
class Pipe:
    """A WebSocket in memory: `Socket` for the plugin at one end, what the emulator talks on at the other."""

    to_server: tuple = field(default_factory=lambda: trio.open_memory_channel(100))
    to_client: tuple = field(default_factory=lambda: trio.open_memory_channel(1000))
    code: int = 1006

    async def send(self, message):
        try:
            await self.to_server[0].send(message)
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            raise self._closed() from None

    async def receive(self):
        try:
            return await self.to_client[1].receive()
        except trio.EndOfChannel:
            raise self._closed() from None

    def _closed(self):
        return ProviderClosed("closed", code=self.code)


class Far:
    """The other end."""

    def __init__(self, pipe):
        self.pipe = pipe

    async def receive(self):
        try:
            return await self.pipe.to_server[1].receive()
        except trio.EndOfChannel:
            raise Gone(1000) from None

    async def send(self, message):
        try:
            await self.pipe.to_client[0].send(message)
        except trio.ClosedResourceError:
            raise Gone(1000) from None

    async def close(self, code=1000, reason=""):  # noqa: ARG002 - the contract
        self.pipe.code = code
        await self.cut()

    async def cut(self):
        self.pipe.to_client[0].close()
        self.pipe.to_server[1].close()


@dataclass
class MemoryNet:
    """Implements what the plugin needs of `Net`. The nth connection gets the nth of `faults`."""

    faults: tuple = ()
    manner: Manner = field(default_factory=Manner)
    sessions: list = field(default_factory=list)

    @asynccontextmanager
    async def connect(self, _url, *, headers):
        assert headers == {"Authorization": "Bearer test-key"}
        number = len(self.sessions)
        faults = self.faults[number] if number < len(self.faults) else FAULTLESS
        pipe = Pipe()
        session = Session(Far(pipe), number, faults=faults, manner=self.manner, latency=REAL)
        self.sessions.append(session)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(session.run)
            failed = None
            try:
                yield pipe
            except ProviderError as error:  # else it would come out in a group
                failed = error
            nursery.cancel_scope.cancel()
        if failed is not None:
            raise failed


@pytest.fixture
def perform(tmp_path):
    """Play one of the shipped scenarios; return the performance and the emulator's sessions."""

    async def perform(name, **switches):
        [piece] = read([SCENARIOS / f"{name}.yaml"])
        net = MemoryNet(**switches)
        host = replace(FakeHost(tmp_path, tmp_path), net=net)
        scenario = msgspec.structs.replace(piece.scenario, expect=Outcome())  # its gaps are those of faster recognition
        cast = cast_for(scenario, piece.flow)
        cast.stt = make(SpeechmaticsOptions(api_key="test-key"), host)
        return await play(scenario, piece.flow, cast), net.sessions

    return perform


@pytest.mark.parametrize("nothing", ["final", "utterance"])
async def test_a_caller_asks_for_the_hours(perform, autojump_clock, nothing):
    performance, [session] = await perform("accueil-horaires-ouvert", manner=Manner(nothing=nothing))
    assert performance.failures == []
    config = session.journal[0]["transcription_config"]
    assert {"content": "rendez-vous"} in config["additional_vocab"]


async def test_a_whole_appointment_with_a_dictated_number(perform, autojump_clock):
    performance, [session] = await perform("accueil-rendez-vous-en-une-phrase")
    assert performance.failures == []
    assert session.journal[-1]["message"] == "ForceEndOfUtterance"  # the agent hangs up: nobody waits for more


@pytest.mark.parametrize("seconds", [13.0, 25.0])
async def test_a_connection_that_breaks_in_the_middle_changes_nothing(perform, autojump_clock, seconds):
    lost = Faults(after=seconds, then="reset")
    performance, sessions = await perform("accueil-rendez-vous-en-une-phrase", faults=(lost,))
    assert performance.failures == []
    assert len(sessions) == 2
