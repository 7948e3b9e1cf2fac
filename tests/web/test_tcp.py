"""Media over plain TCP: the pace that a socket keeps, and who may open one."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field

import pytest
import trio
from trio.testing import memory_stream_pair

from voiced.web.media import Patience
from voiced.web.tcp import FIRST_BYTES, LATE, MOST_EARLY, QUIET_AHEAD, SOUND_AHEAD, PacedSocket, _first_words


@dataclass
class Tape:
    """A leg with `sound` seconds queued, which writes down what it was asked for."""

    sound: float = 0.0  # seconds
    asked: list[tuple[float, float]] = field(default_factory=list)
    now: float = 0.02

    @property
    def queued(self):
        return self.sound

    def due(self, sound, quiet):
        self.asked.append((round(sound, 3), round(quiet, 3)))
        frames = max(int(min(sound, self.sound) / 0.02 + 1e-6), int(quiet / 0.02 + 1e-6), 0)
        self.sound = max(0.0, self.sound - frames * 0.02)
        return b"f" * frames, frames * 0.02

    def farewell(self):
        return b"!"

    def call_of_stream(self, early):
        return None if len(early) < 4 else "c1" if early.startswith(b"call") else ""


@pytest.fixture
def line():
    """A socket that keeps the pace of a leg, and its other end."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.settimeout(5)
    leg = Tape()
    media = PacedSocket(ours, leg=leg, now=0.0, clock=lambda: leg.now, wants_write=lambda _: None, patience=Patience())
    with ours, theirs:
        yield media, leg, theirs


def test_silence_goes_out_frame_by_frame(line):
    media, leg, theirs = line
    for step in range(50):
        media.tick(step * 0.02)
    assert theirs.recv(1000) == b"f" * 50
    assert leg.asked[0] == (SOUND_AHEAD, QUIET_AHEAD)


def test_a_busy_hub_that_looks_seldom_sends_as_much(line):
    media, _, theirs = line
    for step in range(25):
        media.tick(step * 0.04)
    assert len(theirs.recv(1000)) in {49, 50}


def test_sound_goes_a_little_ahead_and_no_further(line):
    media, leg, theirs = line
    leg.sound = 10.0
    media.tick(0.0)
    assert len(theirs.recv(1000)) == round(SOUND_AHEAD / 0.02)
    for step in range(1, 50):
        media.tick(step * 0.02)
    assert len(theirs.recv(1000)) == 49


def test_what_was_missed_in_a_long_pause_is_not_made_up_for(line):
    media, leg, theirs = line
    media.tick(0.0)
    media.tick(5.0)
    assert len(theirs.recv(1000)) == 1 + round((LATE + QUIET_AHEAD) / 0.02)
    leg.sound = 100.0
    media.tick(10.0)
    assert len(theirs.recv(1000)) == round(SOUND_AHEAD / 0.02)


def test_how_long_the_line_will_play_what_waits(line):
    media, leg, _ = line
    media.tick(0.0)
    assert media.ahead() == 0.0, "of silence nobody waits for the end"
    leg.sound = 1.0
    media.tick(0.02)
    assert media.ahead() == pytest.approx(1.0), "some of it waits, some is on its way"
    leg.now = 0.32
    assert media.ahead() == pytest.approx(1.0 - SOUND_AHEAD), "the line played what it had, and nothing more"


def test_a_carrier_that_cannot_be_asked_whether_it_lives_may_be_silent_for_longer(line):
    media, _, _ = line
    patience = Patience()
    media.tick(patience.silence + 1)
    assert media.gone == ""
    media.tick(patience.unasked)
    assert media.gone == "silent"


def test_after_the_farewell_nothing_is_sent(line):
    media, _, theirs = line
    media.tick(0.0)
    media.send((b"at once", "text"))
    media.close()
    media.close()
    media.tick(1.0)
    assert theirs.recv(1000) == b"fat oncetext!"
    media.tick(4.0)
    assert media.gone == "closed by us"


class Ear:
    """A call that notes what went wrong."""

    def __init__(self):
        self.errors = []

    def tick(self):
        pass

    def failed(self, error):
        self.errors.append(type(error))


def test_a_leg_with_a_bug_ends_its_own_call_only(line):
    media, leg, _ = line
    ear = Ear()
    media.attach(ear)
    leg.due = leg.farewell = lambda *_: 1 / 0
    media.tick(0.0)
    assert (ear.errors, media.gone) == ([ZeroDivisionError], "")
    media.tick(0.02)
    assert media.gone == "failed"


@pytest.mark.parametrize(("words", "call"), [((b"ca", b"ll!"), "c1"), ((b"GET / HTTP/1.1",), ""), ((b"ca",), "")])
async def test_whose_a_stream_is(autojump_clock, words, call):
    ours, theirs = memory_stream_pair()
    for word in words:
        await theirs.send_all(word)
    if len(words[0]) == 2 and len(words) == 1:
        await theirs.send_eof()
    assert (await _first_words(ours, Tape()))[0] == call


async def test_who_does_not_say_is_given_up(autojump_clock):
    ours, _ = memory_stream_pair()
    began = trio.current_time()
    assert await _first_words(ours, Tape()) == ("", b"")
    assert trio.current_time() - began == pytest.approx(FIRST_BYTES)


async def test_who_says_too_much_is_given_up():
    class Deaf(Tape):
        def call_of_stream(self, _):
            return None

    ours, theirs = memory_stream_pair()
    await theirs.send_all(b"x" * (MOST_EARLY + 1))
    assert (await _first_words(ours, Deaf()))[0] == ""
