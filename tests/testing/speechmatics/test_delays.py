"""What takes time, in virtual time."""

import statistics

import pytest
import trio

from voiced.testing.emulator import Profile
from voiced.testing.fakes import spell
from voiced.testing.speechmatics import REAL, Faults, Latency, Manner, Speechmatics

FORCE = {"message": "ForceEndOfUtterance"}


def start(words=0):
    config = {"language": "fr", "enable_partials": True, "additional_vocab": [{"content": "mot"}] * words}
    sound = {"type": "raw", "encoding": "mulaw", "sample_rate": 8000}
    return {"message": "StartRecognition", "audio_format": sound, "transcription_config": config}


@pytest.mark.checklist("speechmatics-3")
async def test_the_start_takes_its_time_and_more_with_many_words(played, autojump_clock):
    starts = []
    for words in (0, 1000):
        began = trio.current_time()
        wire = await played((0, start(words)), (20, {"message": "EndOfStream", "last_seq_no": 0}), latency=REAL)
        starts.append(wire.times("RecognitionStarted")[0] - began)
    assert 0.1 < starts[0] < 1.5
    assert starts[1] - starts[0] == pytest.approx(15.0)


@pytest.mark.checklist("speechmatics-4")
async def test_sound_while_it_starts_is_an_error(played, autojump_clock):
    wire = await played((0, start()), (0.1, b"\xff"), latency=Latency(start=Profile(1.0, 1.0)))
    assert wire.said[-1][1]["type"] == "protocol_error"
    assert wire.ended == "closed 1003"


@pytest.mark.checklist("speechmatics-11")
async def test_a_forced_end_takes_a_quarter_of_a_second(played, autojump_clock):
    speech = [(0.3, spell("oui ")), (0.0, FORCE)] * 40
    wire = await played(
        (0, start()), (5, FORCE), *speech, (5, {"message": "EndOfStream", "last_seq_no": 0}), latency=REAL
    )
    waits = [at - asked for at, asked in zip(wire.times("EndOfUtterance")[1:], wire.times("AudioAdded"), strict=True)]
    assert 0.2 < statistics.median(waits) < 0.5


@pytest.mark.fault("speechmatics", "idle time-out")
@pytest.mark.checklist("speechmatics-17")
async def test_a_silent_connection_is_dropped(played, autojump_clock):
    wire = await played((0, start()))
    assert wire.ended == "cut"
    assert trio.current_time() == pytest.approx(180.0)


async def test_it_is_dropped_sooner_on_demand(played, autojump_clock):
    await played((0, start()), manner=Manner(drop_after=2.0))
    assert trio.current_time() == pytest.approx(2.0)


@pytest.mark.checklist("speechmatics-20")
async def test_late_words_on_demand(played, autojump_clock):
    late = Latency(partial=Profile(0.8, 0.8))
    wire = await played((0, start()), (1, spell("oui non ")), (3, {"message": "EndOfStream"}), latency=late)
    assert wire.times("AddPartialTranscript")[0] - wire.times("AudioAdded")[0] == pytest.approx(0.8)


@pytest.mark.fault("speechmatics", "slow first byte")
@pytest.mark.checklist("speechmatics-20")
async def test_a_late_handshake_on_demand(visit):
    emulator = Speechmatics(faults=[Faults(handshake_late=0.3)])
    began = trio.current_time()
    async with visit(emulator) as client:
        assert trio.current_time() - began >= 0.3
        await client.start()


@pytest.mark.fault("speechmatics", "silence")
@pytest.mark.checklist("speechmatics-20")
async def test_a_late_start_and_silence_on_demand(played, autojump_clock):
    faults = Faults(start_late=4.0, after=0.0, then="silence")
    wire = await played((0, start()), (5, spell("oui ")), (5, {"message": "EndOfStream"}), faults=faults)
    assert wire.times("RecognitionStarted") == [pytest.approx(4.0)]
    assert wire.times("AddPartialTranscript") == []
