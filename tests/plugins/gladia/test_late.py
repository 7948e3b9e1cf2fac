"""Words that come when their final has been given without them."""

import pytest

from voiced.plugin import Word
from voiced.testing.emulator import Profile
from voiced.testing.gladia import Latency
from voiced_gladia.hearing import GRACE, Hearing
from voiced_gladia.wire import Transcript

PATIENCE = 1.5


class Scene:
    """A caller whose sound arrives at once, and a Gladia that takes its time. Times are those of the call."""

    def __init__(self):
        self.hearing = Hearing(PATIENCE)
        self.hearing.connected(0.0)
        self.told = []

    def speaks(self, start, end):
        """The caller speaks, is known to, and pauses."""
        self.hearing.loud(end)
        self.hearing.arrived(end, end)
        self.hearing.voice(start)
        self.told += self.hearing.ask(end + 0.3, end + 0.3)
        self.hearing.arrived(end + 0.3, end + 0.3)
        return self

    def waits(self, until):
        self.told += self.hearing.tick(until)
        return self

    def understood(self, text, start, end, *, now, final=True, timed=True):
        """Gladia says what it understood, the words evenly in their span."""
        each = (end - start) / len(text.split())
        places = [(word, start + i * each) for i, word in enumerate(text.split())]
        words = tuple(Word(word, at, at + each) for word, at in places) if timed else ()
        self.told += self.hearing.take(Transcript(f"{start}", final, start, end, text, words), now)
        return self

    @property
    def finals(self):
        return [(heard.text, heard.late) for heard in self.told if heard.final]


def test_the_callers_words_come_late_and_what_he_says_next_is_not_answered_with_them():
    scene = Scene().speaks(0, 1).waits(3)
    assert scene.finals == [("", False)]
    scene.understood("je voudrais un rendez-vous", 0, 1, now=4)
    assert scene.finals == [("", False), ("je voudrais un rendez-vous", True)]
    late = scene.told[-1]
    assert (late.start, late.end, late.words[0].text) == (0, 1, "je")
    scene.speaks(5, 6).understood("plutôt mardi", 5, 6, now=6.5)
    assert scene.finals[2:] == [("plutôt mardi", False)]


def test_they_come_while_he_says_the_next_and_are_not_part_of_it():
    scene = Scene().speaks(0, 1).waits(3).speaks(4, 5)
    scene.understood("je voudrais un rendez-vous", 0, 1, now=5.5)
    assert scene.finals == [("", False), ("je voudrais un rendez-vous", True)]
    scene.understood("plutôt mardi", 4, 5, now=6)
    assert scene.finals[2:] == [("plutôt mardi", False)]


def test_the_rest_of_a_sentence_that_was_taken_as_it_was_comes_once_and_late():
    scene = Scene().speaks(0, 1)
    scene.understood("je voudrais un", 0, 0.75, now=1.5, final=False).waits(3)
    scene.understood("je voudrais un rendez-vous", 0, 1, now=4)
    assert scene.finals == [("je voudrais un", False), ("rendez-vous", True)]


def test_words_of_two_sentences_in_one_breath_are_told_apart():
    scene = Scene().speaks(0, 1).waits(3).speaks(1.4, 2.4)
    scene.understood("oui bonjour plutôt mardi", 0.4, 2.4, now=4)
    assert scene.finals == [("", False), ("oui bonjour", True), ("plutôt mardi", False)]


def test_words_that_never_become_final_are_told_apart_too():
    scene = Scene().speaks(0, 1).waits(3)
    scene.understood("je voudrais", 0, 1, now=4, final=False).speaks(5, 6).waits(8)
    assert scene.finals == [("", False), ("je voudrais", True), ("", False)]


@pytest.mark.parametrize(("start", "late"), [(0.2, True), (1.2, False)])
def test_words_without_times_are_told_apart_by_their_sentence(start, late):
    scene = Scene().speaks(0, 1).waits(3)
    scene.understood("mardi", start, start + 1, now=4, timed=False).speaks(5, 6).waits(8)
    assert ("mardi", late) in scene.finals


def test_words_of_what_seemed_to_be_no_speech_are_late_too():
    scene = Scene()
    scene.hearing.loud(1)
    scene.told += scene.hearing.ask(1.3, 1.3)
    scene.hearing.arrived(1.3, 1.3)
    scene.waits(1.3 + GRACE).understood("oui", 0.7, 1, now=2)
    assert scene.finals == [("", False), ("oui", True)]


async def test_a_slow_gladia_shifts_nothing(call):
    slow = Latency(partial=Profile(0.4, 0.4), final=Profile(0.4, 0.4))
    async with call(options={"patience": 0.1}, latency=slow) as (line, _):
        await line.say("oui bonjour")
        assert (await line.final()).text == ""
        late = await line.next_final()
        assert (late.text, late.late) == ("oui bonjour", True)
        await line.say("plutôt mardi")
        asked = [await line.final(), await line.next_final()]
    assert [heard.text for heard in asked] == ["", "plutôt mardi"]
    assert late.end < asked[0].start
