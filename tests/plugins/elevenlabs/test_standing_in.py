"""ElevenLabs fails in the middle of a reply, or never answers: the next voice says what is left."""

import pytest
import trio

from voiced.audio import MULAW_8K
from voiced.errors import ProviderOverloaded
from voiced.resilience import Breakers, Link, TtsChain
from voiced.testing.elevenlabs import Account, Faults
from voiced.testing.elevenlabs.sound import hum
from voiced.testing.fakes import Reader, ScriptedTts

FIRST, SECOND = "Nous avons une place mardi à neuf heures.", "Laquelle vous convient ?"


@pytest.fixture
def chain(voice):
    gates = Breakers()
    return lambda **options: TtsChain(
        (
            Link(voice(**options), gates.gate("tts", "elevenlabs")),
            Link(ScriptedTts(), gates.gate("tts", "scripted")),
        )
    )


async def test_a_cut_in_mid_reply_is_finished_by_the_next(chain, say, eleven):
    eleven.faults = Faults(trouble="cut")
    sound = await say(chain(), FIRST, SECOND)
    begun = hum(FIRST + " ", MULAW_8K)[:2000]
    assert sound.startswith(begun)
    assert Reader().feed(sound[len(begun) :]).strip() == f"{FIRST} {SECOND}"


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_a_host_that_takes_calls_and_never_answers(chain, heard, clauses, autojump_clock, transport):
    """What hangs while the connection is made must run out of patience like all else."""
    autojump_clock.autojump_threshold = 0.05
    [listener] = await trio.open_tcp_listeners(0, host="127.0.0.1")
    async with listener:
        url = f"http://127.0.0.1:{listener.socket.getsockname()[1]}"
        sink = heard()
        await chain(url=url, transport=transport).speak(clauses(FIRST, SECOND), sink, MULAW_8K)
    assert Reader().feed(sink.sound).strip() == f"{FIRST} {SECOND}"
    assert trio.current_time() < 3.0


class Late:
    """A source whose only clause comes when ElevenLabs has lost patience."""

    given = False

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.given:
            raise StopAsyncIteration
        self.given = True
        await trio.sleep(60)
        return FIRST


async def test_a_socket_that_closes_while_the_text_is_awaited_is_a_fault(voice, heard, eleven, autojump_clock):
    autojump_clock.autojump_threshold = 0.05
    eleven.account = Account(hurry=0.01)  # two seconds
    with pytest.raises(ProviderOverloaded):
        await voice().speak(Late(), heard(), MULAW_8K)
