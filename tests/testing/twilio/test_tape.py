"""The recording at the caller's ear, and what is measured on it."""

import pytest

from voiced.audio.wav import read_wav
from voiced.testing.caller.facts import Span, audible_spans, barge_ins, turns
from voiced.testing.caller.mouth import FRAME, Mouth
from voiced.testing.caller.tape import Tape
from voiced.testing.caller.tones import keys, read_aloud, silence, tone
from voiced.testing.twilio.recording import Recording

VOICE = tone(0.5, 300.0, 700.0)


def taped(*, said=(), agent=(), seconds=4.0, noise=b""):
    mouth, tape = Mouth(noise), Tape()
    for at, sound in said:
        mouth.speak(sound, at)
    for at, sound in agent:
        tape.hear(round(at * 8000), sound)
    for index in range(round(seconds * 50)):
        frame = mouth.frame()
        tape.speak(index * FRAME, frame.line, frame.voice)
    return mouth, tape


def test_speech_starts_at_its_sample_and_follows_what_is_being_said():
    mouth = Mouth()
    first, second = mouth.speak(VOICE, at=0.0301), mouth.speak(VOICE, at=0.1)
    assert (first.start, second.start) == (241, 241 + len(VOICE))
    line = b"".join(mouth.frame().line for _ in range(60))
    assert line[:241] == b"\xff" * 241
    assert line[241 : 241 + 2 * len(VOICE)] == VOICE * 2


def test_hushing_keeps_what_was_said():
    mouth = Mouth()
    mouth.speak(VOICE, at=0.0)
    spoken = b"".join(mouth.frame().line for _ in range(5))
    mouth.hush(at=0.1)
    assert spoken == VOICE[:800]
    assert mouth.frame().silent
    assert mouth.spoken[0].end == 800


def test_noise_is_on_the_line_and_not_in_the_voice():
    _, tape = taped(said=[(1.0, VOICE)], noise=tone(0.25, 150.0, peak=2000.0))
    assert audible_spans(tape.caller.all()) == [Span(pytest.approx(0.0, abs=0.01), pytest.approx(4.0, abs=0.01))]
    assert len(audible_spans(tape.voice.all())) == 1


def test_spans_are_exact_and_bridge_short_holes():
    sound = silence(0.1003) + VOICE + silence(0.2) + VOICE + silence(1.0) + VOICE
    first, second = audible_spans(sound)
    assert first.start == pytest.approx(0.1003, abs=0.001)
    assert first.end == pytest.approx(0.1003 + 1.2, abs=0.001)
    assert second.start == pytest.approx(2.3003, abs=0.001)
    assert audible_spans(silence(1.0)) == []


def test_a_turn_is_measured_from_waveform_to_waveform():
    mouth, tape = taped(said=[(0.5, silence(0.1) + VOICE + silence(0.3))], agent=[(2.0, silence(0.2) + VOICE)])
    (turn,) = turns(tape, mouth.spoken)
    assert turn.caller.end == pytest.approx(1.1, abs=0.001)
    assert turn.gap == pytest.approx(1.1, abs=0.002)


def test_an_unanswered_turn_has_no_gap():
    mouth, tape = taped(said=[(0.2, VOICE), (1.5, VOICE)], agent=[(3.0, VOICE)])
    assert [turn.gap is None for turn in turns(tape, mouth.spoken)] == [True, False]


@pytest.mark.checklist("twilio-28")
def test_a_barge_in_shows_where_the_agent_was_cut():
    mouth, tape = taped(said=[(1.0, VOICE)], agent=[(0.5, tone(0.8, 400.0))])
    (barge_in,) = barge_ins(tape, mouth.spoken)
    assert barge_in.seconds == pytest.approx(0.3, abs=0.002)


def test_the_tape_is_a_stereo_file_with_the_caller_on_the_left():
    _, tape = taped(said=[(0.0, VOICE)], agent=[(1.0, VOICE)], seconds=1.0)
    wav = read_wav(tape.mulaw_wav())
    assert (wav.channels, wav.format.rate, wav.seconds) == (2, 8000, 1.5)
    assert wav.data[0:8000:2] == VOICE
    assert wav.data[16001::2] == VOICE


@pytest.mark.checklist("twilio-47")
@pytest.mark.parametrize(("behavior", "seconds"), [("silence", 3.0), ("skip", 2.0)])
def test_a_paused_recording_holds_nothing_of_the_pause(behavior, seconds):
    _, tape = taped(agent=[(0.0, tone(4.0, 400.0))])
    recording = Recording("CA1", 0, "test", channels=2)
    recording.pause(8000, behavior)
    recording.resume(16_000)
    recording.stop(24_000)
    wav = read_wav(recording.wav(tape))
    assert wav.seconds == recording.seconds(0) == seconds
    quiet = audible_spans(wav.data[1::2])
    assert quiet[0].end == pytest.approx(1.0 if behavior == "silence" else 2.0, abs=0.001)


def test_a_recording_in_one_channel_holds_both_sides():
    _, tape = taped(said=[(0.0, VOICE)], agent=[(1.0, VOICE)], seconds=2.0)
    recording = Recording("CA1", 0, "test")
    recording.stop(16_000)
    assert len(audible_spans(read_wav(recording.wav(tape)).data)) == 2


@pytest.mark.checklist("twilio-50")
def test_reading_aloud_takes_a_second_for_14_characters():
    assert len(read_aloud("quatorze signes")) / 8000 == pytest.approx(15 / 14, abs=0.01)
    assert len(keys("1w2")) / 8000 == pytest.approx(0.8)
    assert keys("A") == b""
