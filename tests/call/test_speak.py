"""Speaking: order, lead, marks, interruption, as the carrier and the caller have it."""

from contextlib import asynccontextmanager

import pytest
import trio

from voiced.call.speak import LOST_MARK, Speaker
from voiced.call.voice import Reply, Voice
from voiced.dialog.playout import Playout
from voiced.errors import ProviderOverloaded
from voiced.observe.waterfall import Waterfall
from voiced.plugin import LegCapabilities
from voiced.testing.fakes import PlainLeg, ScriptedTts, spell
from voiced.testing.stage import Phone, fresh_book
from voiced.text.pronunciations import Pronunciations

LEAD = LegCapabilities().lead
PLAIN = Pronunciations()
LONG = "Nous ouvrons à neuf heures et nous fermons à dix-huit heures tous les jours de la semaine"


class Marks:
    """Implements `Ear` as far as the phone needs it: marks come back to the playout clock, unless they are lost."""

    def __init__(self, mouth):
        self.mouth, self.lost = mouth, False

    def message(self, message):
        if isinstance(message, str) and message.startswith("mark") and not self.lost:
            self.mouth.speaker.playout.mark(message.partition(" ")[2], self.mouth.clock())

    def tick(self):
        self.mouth.speaker.tick(self.mouth.clock())
        self.mouth.ahead.append(self.mouth.phone._playout.queued)


class Mouth:
    """A speaker on a line in virtual time."""

    def __init__(self, tts=None, said=PLAIN):
        self.began = trio.current_time()
        self.tts = tts or ScriptedTts()
        self.book = fresh_book(self.tts).saying(said)
        self.phone, self.heard, self.failed, self.ahead = Phone(self.clock), [], [], []
        self.speaker = Speaker(
            PlainLeg(),
            self.phone,
            Voice(self.tts, self.book, self.clock, 8.0),
            Playout(respell=said.respell),
            self.clock,
            on_heard=self.heard.append,
            on_error=self.failed.append,
        )
        self.ear = Marks(self)

    def clock(self):
        return trio.current_time() - self.began

    def say(self, number, text, barge_in="voice", **more):
        reply = Reply(number, barge_in, whole=text, **more)
        self.speaker.say(reply)
        return reply

    async def live(self):
        while True:
            self.phone.frame(self.clock())
            await trio.sleep(0.02)

    def listen(self):
        self.phone.frame(self.clock())
        return self.phone.hearing.text.strip()


@asynccontextmanager
async def speaking(tts=None, said=PLAIN):
    async with trio.open_nursery() as nursery:
        mouth = Mouth(tts, said)
        await nursery.start(mouth.speaker.run)
        mouth.phone.open(mouth.ear, "CA1", "m1")
        nursery.start_soon(mouth.live)
        yield mouth
        nursery.cancel_scope.cancel()


async def test_replies_are_heard_in_order_and_told_when_they_were(autojump_clock):
    async with speaking() as mouth:
        mouth.say(1, "Bonjour.")
        mouth.say(2, "Que voulez-vous ?")
        assert not mouth.speaker.idle
        await trio.sleep(5)
        assert mouth.listen() == "Bonjour. Que voulez-vous ?"
        assert [(reply.reply, reply.heard) for reply in mouth.heard] == [(1, "Bonjour."), (2, "Que voulez-vous ?")]
        assert mouth.speaker.idle


async def test_nothing_is_told_before_it_was_heard(autojump_clock):
    async with speaking() as mouth:
        mouth.say(1, LONG)
        for _ in range(400):
            await trio.sleep(0.02)
            if mouth.heard:
                break
            assert len(mouth.listen()) <= len(LONG)
        assert mouth.listen() == LONG


async def test_no_more_than_the_lead_is_queued_at_the_carrier(autojump_clock):
    async with speaking() as mouth:
        mouth.say(1, LONG)
        mouth.say(2, LONG)
        await trio.sleep(14)
        assert max(mouth.ahead) <= 3 * LEAD + 0.05
        assert mouth.listen() == f"{LONG} {LONG}"
        assert len(mouth.phone.hearing.utterances) == 1  # no hole in it


async def test_the_next_reply_is_made_while_the_one_before_is_heard(autojump_clock):
    async with speaking(ScriptedTts(first_byte=2.0)) as mouth:
        mouth.say(1, LONG)
        mouth.say(2, "Et voilà.")
        await trio.sleep(12)
        assert len(mouth.phone.hearing.utterances) == 1


async def test_a_fixed_text_plays_from_the_book_at_once(autojump_clock):
    async with speaking(ScriptedTts(fails=ProviderOverloaded("down"))) as mouth:
        mouth.book.put("Bonjour.", spell("Bonjour."))
        waterfall = Waterfall(0.0)
        mouth.say(1, "Bonjour.", fixed=True, waterfall=waterfall)
        await trio.sleep(2)
        assert mouth.listen() == "Bonjour."
        assert waterfall.cached
        assert waterfall.response_gap < 0.1


@pytest.mark.parametrize("seconds", [1.0, 2.0, 3.0, 4.5])
async def test_words_that_are_said_otherwise_are_heard_as_they_are_written(autojump_clock, seconds):
    said = Pronunciations.of({"CHU": "centre hospitalier universitaire", "Rouvray": "Rouvré"})
    async with speaking(said=said) as mouth:
        mouth.say(1, "Le CHU de Rouvray vous rappelle au plus tard demain.")
        await trio.sleep(seconds)
        (heard,) = mouth.speaker.interrupt()
        assert heard.whole == "Le CHU de Rouvray vous rappelle au plus tard demain."
        assert heard.whole.startswith(heard.heard)
        sounded = mouth.listen()
        assert sounded.startswith(said.respell(heard.heard))
        following = len(said.respell(heard.whole[: len(heard.heard) + 12]))
        assert len(sounded) <= following + 3  # and hardly more than what is told was sounded


async def test_the_end_of_words_that_are_said_otherwise_is_told_as_it_is_written(autojump_clock):
    async with speaking(said=Pronunciations.of({"Rouvray": "Rouvré"})) as mouth:
        mouth.say(1, "Cabinet Rouvray.")
        await trio.sleep(5)
        assert mouth.listen() == "Cabinet Rouvré."
        assert mouth.heard[0].heard == "Cabinet Rouvray."


async def test_interrupted_it_is_silent_at_once_and_knows_what_was_heard(autojump_clock):
    async with speaking() as mouth:
        mouth.say(1, LONG)
        mouth.say(2, "Et voilà.")
        await trio.sleep(2)
        first, second = mouth.speaker.interrupt()
        cut_at = mouth.clock()
        await trio.sleep(3)
        assert mouth.phone.hearing.quiet_since - cut_at < 0.06
        assert mouth.listen().startswith(first.heard)
        assert len(mouth.listen()) - len(first.heard) < 15  # rounded down to a word, no more
        assert (second.heard, second.whole) == ("", "Et voilà.")
        assert mouth.speaker.idle


async def test_what_is_longer_to_say_than_to_write_is_not_credited_early(autojump_clock):
    async with speaking() as mouth:
        mouth.say(1, "Nous gardons ce texte pendant 1999 jours, puis nous l'effaçons sans en garder de copie.")
        await trio.sleep(4.2)
        (reply,) = mouth.speaker.interrupt()
        assert "mille neuf cent" in mouth.listen()
        assert reply.heard == "Nous gardons ce texte pendant"


async def test_after_an_interruption_it_speaks_again(autojump_clock):
    async with speaking() as mouth:
        mouth.say(1, LONG)
        await trio.sleep(2)
        mouth.speaker.interrupt()
        mouth.say(2, "Très bien.")
        await trio.sleep(3)
        assert mouth.listen().endswith("Très bien.")
        assert [reply.reply for reply in mouth.heard] == [2]


async def test_interrupted_before_a_sound_nothing_was_heard(autojump_clock):
    async with speaking(ScriptedTts(first_byte=3.0)) as mouth:
        mouth.say(1, "Bonjour.")
        await trio.sleep(1)
        (reply,) = mouth.speaker.interrupt()
        await trio.sleep(5)
        assert reply.heard == mouth.listen() == ""


async def test_words_that_must_be_heard_are_not_hushed(autojump_clock):
    async with speaking() as mouth:
        mouth.say(1, "Ceci doit être entendu.", barge_in="none")
        mouth.say(2, "Cela pas.")
        await trio.sleep(0.5)
        assert mouth.speaker.hush() == ()
        mouth.say(3, "Au revoir.")
        await trio.sleep(6)
        assert mouth.listen() == "Ceci doit être entendu. Au revoir."


async def test_hushed_words_that_may_be_dropped_are(autojump_clock):
    async with speaking() as mouth:
        mouth.say(1, LONG)
        await trio.sleep(1)
        (reply,) = mouth.speaker.hush()
        await trio.sleep(2)
        assert reply.heard
        assert len(mouth.listen()) < 20


async def test_a_mark_that_is_lost_does_not_hold_the_call(autojump_clock):
    async with speaking() as mouth:
        mouth.ear.lost = True
        mouth.say(1, "Bonjour.")
        await trio.sleep(1.5 + LOST_MARK)
        assert [reply.heard for reply in mouth.heard] == ["Bonjour."]
        assert mouth.speaker.idle


async def test_a_voice_that_fails_is_told_and_the_next_reply_goes_on(autojump_clock):
    async with speaking(ScriptedTts(fails=ProviderOverloaded("down"))) as mouth:
        mouth.say(1, "Bonjour.")
        await trio.sleep(0.5)
        assert [reply.number for reply in mouth.failed] == [1]
        mouth.tts.fails = None
        mouth.say(2, "Me revoilà.")
        await trio.sleep(3)
        assert mouth.listen() == "Me revoilà."
        assert [reply.heard for reply in mouth.heard] == ["", "Me revoilà."]


@pytest.mark.parametrize("transit", [0.0, 0.03, 0.1])
async def test_the_turn_knows_which_reply_is_in_the_caller_s_ear(autojump_clock, transit):
    async with speaking() as mouth:
        mouth.phone.transit = transit
        mouth.say(1, "Ceci doit être entendu jusqu'au bout.", barge_in="none")
        mouth.say(2, LONG, barge_in="words")
        await trio.sleep(1)
        assert mouth.speaker.barge_in(mouth.clock()) == "none"
        await trio.sleep(3)
        assert mouth.speaker.barge_in(mouth.clock()) == "words"
