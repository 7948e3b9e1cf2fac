"""A worker whose loop stood still for a moment: what the caller heard, and what the call takes for heard."""

from __future__ import annotations

import socket
from contextlib import asynccontextmanager, suppress

import pytest
import trio

from voiced.audio import hot
from voiced.call.speak import Speaker
from voiced.call.voice import Reply, Voice
from voiced.dialog.playout import Playout
from voiced.testing.fakes import ScriptedTts
from voiced.testing.fakes.spelling import Reader
from voiced.testing.stage import fresh_book
from voiced.text.normalise import bare
from voiced.web.media import Patience
from voiced.web.tcp import SOUND_AHEAD, PacedSocket
from voiced_audiosocket.leg import AudioSocketLeg
from voiced_audiosocket.wire import RATES, Parser

FRAME = 0.02
STALL = 0.3
OPENING = bytes.fromhex("01001040325ec25efd4bd3805f53576e581d13")
LONG = "Nous ouvrons à neuf heures et nous fermons à dix-huit heures tous les jours de la semaine"
HALF = len(LONG) / 15 / 2  # seconds
AGAIN = "Puis-je faire autre chose pour vous ?"


class Caller:
    """Hears what Asterisk was sent, one frame after the other; it plays what waits and keeps nothing back."""

    def __init__(self):
        self.text, self.sound, self.quiet_since = "", 0.0, 0.0
        self.most_at_once = 0
        self._reader = Reader()  # of which a hole in the sound loses nothing
        self._until, self._parser, self._frames = 0.0, Parser(), []

    def receives(self, data, at):
        frames = [hot.mulaw(message.payload) for message in self._parser.feed(data) if message.kind in RATES]
        self.most_at_once = max(self.most_at_once, sum(set(frame) != {0xFF} for frame in frames))
        for frame in frames:
            self._until = max(self._until, at) + FRAME
            self._frames.append((self._until, frame))

    def listens(self, at):
        """Hear everything that was played until `at`."""
        while self._frames and self._frames[0][0] <= at + 1e-6:
            until, frame = self._frames.pop(0)
            if set(frame) != {0xFF}:
                self.sound, self.quiet_since = self.sound + FRAME, until
                self.text += self._reader.feed(frame)


class House:
    """A speaker on an AudioSocket line; `looks` is what the hub does."""

    def __init__(self, ours, theirs):
        self.began = trio.current_time()
        tts, leg = ScriptedTts(), AudioSocketLeg()
        leg.feed(OPENING)
        self.line = PacedSocket(ours, leg=leg, now=0.0, wants_write=lambda _: None, patience=Patience())
        self.line.attach(self)
        self.heard, self.caller, self._theirs = [], Caller(), theirs
        self.speaker = Speaker(
            leg, self.line, Voice(tts, fresh_book(tts), self.clock, 8.0), Playout(), self.clock,
            on_heard=self.heard.append, on_error=print,
        )  # fmt: skip

    def clock(self):
        return trio.current_time() - self.began

    def tick(self):
        self.speaker.tick(self.clock())

    def failed(self, error):
        raise error

    def say(self, number, text):
        self.speaker.say(Reply(number, "voice", whole=text))

    async def lives(self, seconds, every=FRAME):
        """Look at the line for so long, at a steady pace; nothing may be taken for heard that was not."""
        for _ in range(round(seconds / every)):
            self.look()
            await trio.sleep(every)

    def look(self):
        self.caller.listens(self.clock())
        self.line.tick(trio.current_time())
        with suppress(BlockingIOError):
            self.caller.receives(self._theirs.recv(100_000), self.clock())
        assert self.speaker.playout.heard(self.clock()) <= self.caller.sound + FRAME


@asynccontextmanager
async def house():
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.setblocking(False)
    with ours, theirs:
        async with trio.open_nursery() as nursery:
            made = House(ours, theirs)
            await nursery.start(made.speaker.run)
            yield made
            nursery.cancel_scope.cancel()


@pytest.mark.parametrize("every", [FRAME / 2, FRAME, 3 * FRAME])
async def test_nothing_is_taken_for_heard_that_a_stalled_loop_did_not_send(autojump_clock, every):
    async with house() as here:
        await here.lives(0.5, every)
        here.say(1, LONG)
        here.say(2, AGAIN)
        for _ in range(3):
            await here.lives(HALF / 2, every)
            await trio.sleep(STALL)
        await here.lives(10, every)
        assert here.caller.text.strip() == f"{LONG} {AGAIN}"
        assert [reply.heard for reply in here.heard] == [LONG, AGAIN]


async def test_a_caller_who_cuts_in_right_after_it_missed_what_was_not_sent(autojump_clock):
    async with house() as here:
        here.say(1, LONG)
        await here.lives(HALF)
        await trio.sleep(1.0)
        (cut,) = here.speaker.interrupt()
        await here.lives(1.0)
        assert bare(cut.heard)
        assert bare(here.caller.text).startswith(bare(cut.heard))


async def test_what_was_missed_does_not_come_in_a_burst(autojump_clock):
    async with house() as here:
        here.say(1, LONG)
        await here.lives(HALF)
        await trio.sleep(STALL)
        await here.lives(HALF)
        assert here.caller.most_at_once <= round(SOUND_AHEAD / FRAME)


async def test_a_reply_after_it_is_told_as_heard_when_it_was(autojump_clock):
    async with house() as here:
        await here.lives(0.2)
        await trio.sleep(STALL)
        here.say(1, AGAIN)
        await here.lives(0.1)
        while not here.heard:
            await here.lives(FRAME)
        assert here.clock() - here.caller.quiet_since < 0.15


async def test_the_end_of_a_reply_is_told_soon_after_it_was_heard_all_the_same(autojump_clock):
    async with house() as here:
        here.say(1, LONG)
        await here.lives(HALF)
        await trio.sleep(STALL)
        while not here.heard:
            await here.lives(FRAME)
        assert here.clock() - here.caller.quiet_since < 0.15
