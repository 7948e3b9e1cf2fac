from voiced_local.stt.utterance import FRAME, LEAD, RATE, TAIL, Hypothesis, Listener

LOUD, SOFT, SILENT = b"\x10" * FRAME, b"\x60" * FRAME, b"\xff" * FRAME


def listener():
    return Listener(lambda frame: frame in (LOUD, SOFT))


def say(ear, seconds, frame=LOUD):
    ear.feed(frame * round(seconds * RATE / FRAME))


def test_silence_before_speech_is_forgotten_and_time_goes_on():
    ear = listener()
    say(ear, 60, SILENT)
    say(ear, 1)
    assert len(ear.utterance.sound) == round((LEAD + 1) * RATE)
    assert (round(ear.utterance.start, 2), round(ear.utterance.end, 2)) == (60.0, 61.0)


def test_silence_after_speech_is_kept_for_a_second_only():
    ear = listener()
    say(ear, 1)
    say(ear, 300, SILENT)
    assert len(ear.utterance.sound) == 2 * RATE
    assert round(ear.utterance.quiet) == 300


def test_a_click_is_no_speech():
    ear = listener()
    say(ear, 0.02)
    assert not ear.utterance.spoke
    say(ear, 2, SILENT)
    say(ear, 0.02)
    say(ear, 0.02, SILENT)
    say(ear, 0.02)
    assert not ear.utterance.spoke
    say(ear, 0.04)
    assert ear.utterance.spoke


def test_the_recogniser_gets_speech_with_a_little_silence_around_it():
    ear = listener()
    say(ear, 5, SILENT)
    say(ear, 1)
    say(ear, 5, SILENT)
    assert len(ear.utterance.speech()) == round((LEAD + 1 + TAIL) * RATE)


def test_packets_may_be_cut_anywhere():
    ear = listener()
    for _ in range(80):
        ear.feed(LOUD[:100])
    assert round(ear.now, 2) == 1.0


def test_what_is_known_is_known_until_more_is_said():
    ear = listener()
    say(ear, 1)
    utterance = ear.utterance
    utterance.hypothesis = Hypothesis("oui", 0.9, utterance.speech_end)
    say(ear, 0.3, SILENT)
    assert utterance.known
    say(ear, 0.02)
    assert not utterance.known


def test_a_long_utterance_is_cut_where_it_is_quietest():
    ear = listener()
    say(ear, 20)
    say(ear, 0.4, SOFT)
    say(ear, 7.7)
    utterance = ear.utterance
    assert utterance.overlong
    head = utterance.cut()
    assert 20 <= len(head) / RATE <= 20.4
    assert not utterance.overlong
    assert len(head) + len(utterance.sound) == round(28.1 * RATE)


def test_the_breath_before_a_word_belongs_to_the_next_utterance():
    ear = listener()
    say(ear, 1, SILENT)
    assert not ear.take().spoke
    say(ear, 1)
    assert len(ear.utterance.sound) == round((LEAD + 1) * RATE)
