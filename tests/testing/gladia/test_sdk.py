"""Gladia's own client holds whole conversations with the emulator."""

import json
import sys
from pathlib import Path

import pytest
import trio

from voiced.testing.fakes.spelling import spell
from voiced.testing.gladia import Faults, Gladia, running

SENTENCE = "bonjour je voudrais un rendez-vous"
SOUND = spell(SENTENCE) + b"\xff" * 1600


@pytest.fixture
def converse(tmp_path):
    """Let the client say the sentence; return what it told, and the emulator that heard it."""
    sound = tmp_path / "sound"
    sound.write_bytes(SOUND)

    async def hold(faults, connections=1):
        emulator = Gladia(faults=faults)
        async with running(emulator) as served:
            jobs = json.dumps([(served.url, connections)])
            command = [sys.executable, str(Path(__file__).with_name("sdk_peer.py")), jobs, str(sound)]
            done = await trio.run_process(command, capture_stdout=True, capture_stderr=True)
        return *json.loads(done.stdout), emulator

    return hold


async def test_it_hears_a_sentence(converse):
    told, emulator = await converse(Faults())
    assert (told["finals"], told["code"]) == ([SENTENCE], 1000)
    assert {"speech_start", "speech_end", "audio_chunk", "post_final_transcript"} <= set(told["kinds"])
    assert bytes(emulator.session.audio) == SOUND


@pytest.mark.parametrize("cut", ["reset", 1011])
@pytest.mark.checklist("gladia-14", "gladia-17")
async def test_it_resumes_and_loses_nothing(converse, cut):
    told, emulator = await converse(Faults(cut=cut, cut_at=8000), 2)
    assert (told["finals"], told["code"], emulator.session.connections) == ([SENTENCE], 1000, 2)
    assert bytes(emulator.session.audio) == SOUND


@pytest.mark.checklist("gladia-17")
async def test_it_does_not_resume_what_is_closed_for_good(converse):
    told, emulator = await converse(Faults(cut=4408, cut_at=8000))
    assert (told["code"], emulator.session.connections) == (4408, 1)


@pytest.mark.checklist("gladia-16")
async def test_it_tries_again_when_it_was_throttled(converse):
    told, emulator = await converse(Faults(status=429, times=1))
    assert [asked.status for asked in emulator.asked] == [429, 201]
    assert told["finals"] == [SENTENCE]
