"""ReadSpeaker fails in the middle of a reply, or never answers: the next voice says what is left, and nothing twice."""

import pytest
import trio

from voiced.audio import MULAW_8K
from voiced.resilience import Breakers, Link, TtsChain
from voiced.testing.fakes import Reader, ScriptedTts
from voiced.testing.readspeaker import Faults

FIRST, SECOND = "Nous avons une place mardi à neuf heures.", "Laquelle vous convient ?"


@pytest.fixture
def chain(voice):
    gates = Breakers()
    return lambda **options: TtsChain(
        (
            Link(voice(**options), gates.gate("tts", "readspeaker")),
            Link(ScriptedTts(), gates.gate("tts", "scripted")),
        )
    )


async def two(cloud, faults):
    """Two clauses; the second meets a cloud that fails."""
    yield FIRST
    cloud.faults = faults
    yield SECOND


@pytest.mark.parametrize(
    "faults", [Faults(status=503), Faults(status=429), Faults(trouble="empty"), Faults(words="ERROR: Busy.")]
)
async def test_a_clause_that_fails_is_said_by_the_next_voice(chain, heard, cloud, hummed, faults):
    sink, begun = heard(), hummed(FIRST)
    with trio.fail_after(20):
        await chain().speak(two(cloud, faults), sink, MULAW_8K)
    assert sink.sound.startswith(begun)
    assert Reader().feed(sink.sound[len(begun) :]).strip() == SECOND


async def test_a_sound_that_breaks_off_is_said_again(chain, heard, cloud, hummed):
    sink, begun = heard(), hummed(FIRST)
    with trio.fail_after(20):
        await chain().speak(two(cloud, Faults(trouble="cut")), sink, MULAW_8K)
    assert sink.sound.startswith(begun)
    rest = sink.sound[len(begun) :]
    whole = hummed(SECOND)
    cut = next(size for size in range(len(whole), 0, -1) if rest.startswith(whole[:size]))
    assert cut < len(whole)
    assert Reader().feed(rest[cut:]).strip() == SECOND


@pytest.mark.parametrize("trouble", ["half_open", "stall"])
async def test_a_host_that_falls_silent(chain, heard, cloud, clauses, trouble, autojump_clock):
    autojump_clock.autojump_threshold = 0.05
    cloud.faults = Faults(trouble=trouble)
    sink = heard()
    await chain().speak(clauses(FIRST, SECOND), sink, MULAW_8K)
    assert Reader().feed(sink.sound).strip().endswith(f"{FIRST} {SECOND}")
    assert trio.current_time() < 5.0


async def test_a_host_that_takes_calls_and_never_answers(chain, heard, clauses, autojump_clock):
    autojump_clock.autojump_threshold = 0.05
    [listener] = await trio.open_tcp_listeners(0, host="127.0.0.1")
    async with listener:
        url = f"http://127.0.0.1:{listener.socket.getsockname()[1]}"
        sink = heard()
        await chain(url=url).speak(clauses(FIRST, SECOND), sink, MULAW_8K)
    assert Reader().feed(sink.sound).strip() == f"{FIRST} {SECOND}"
    assert trio.current_time() < 4.0
