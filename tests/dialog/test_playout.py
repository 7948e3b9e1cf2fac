"""The playout clock against a carrier that really plays: it may be behind what the caller heard, never ahead."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from voiced.dialog.playout import PACE, TAIL, TRANSIT, Playout


class Carrier:
    """A line that plays what it was sent in order, `transit` seconds late, and echoes marks when they are reached."""

    def __init__(self, transit):
        self.transit = transit
        self.played = 0.0
        self.queue = []  # [when it may be played, seconds or name of a mark]
        self.now = 0.0

    def send(self, what):
        self.queue.append([self.now + self.transit, what])

    def clear(self):
        """Return the marks that come back at once; what is on its way is dropped as well."""
        marks = [what for _, what in self.queue if isinstance(what, str)]
        self.queue.clear()
        return marks

    def run(self, seconds):
        """Play for `seconds`; return the marks reached."""
        clock, self.now, marks = self.now, self.now + seconds, []
        while self.queue:
            arrives, what = self.queue[0]
            clock = max(clock, arrives)
            if isinstance(what, str):
                if clock > self.now:
                    break
                marks.append(what)
            else:
                part = min(what, max(0.0, self.now - clock))
                self.played += part
                clock += part
                if part < what:
                    self.queue[0][1] = what - part
                    self.queue[0][0] = clock
                    break
            self.queue.pop(0)
        return marks


SCRIPTS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.floats(0.02, 1.0)),
        st.tuples(st.just("mark"), st.just(0.0)),
        st.tuples(st.just("clear"), st.just(0.0)),
        st.tuples(st.just("wait"), st.floats(0.001, 0.7)),
    ),
    max_size=40,
)


@settings(max_examples=300)
@example([("send", 0.5), ("wait", 0.52), ("send", 0.5), ("wait", 0.5)], TRANSIT, False, 0)
@example(
    [("send", 0.5), ("mark", 0.0), ("wait", 0.55), ("send", 0.5), ("wait", 0.001), ("wait", 0.5)], TRANSIT, True, 1
)
@given(SCRIPTS, st.floats(0.0, TRANSIT), st.booleans(), st.integers(0, 3))
def test_it_never_credits_what_was_not_played(script, transit, marks_work, late):
    carrier, playout, owed = Carrier(transit), Playout(), []
    for at, (action, seconds) in enumerate(script):
        if action == "send":
            playout.send(seconds, carrier.now)
            carrier.send(seconds)
        elif action == "mark":
            name = f"m{at}"
            playout.set_mark(name)
            carrier.send(name)
        elif action == "clear":
            playout.clear(carrier.now)
            owed += [(at, name) for name in carrier.clear()]  # these come back too
        else:
            owed += [(at, name) for name in carrier.run(seconds)]
        while marks_work and owed and owed[0][0] + late <= at:
            playout.mark(owed.pop(0)[1], carrier.now)
        assert playout.heard(carrier.now) <= carrier.played + 1e-6
        assert playout.confirmed <= playout.heard(carrier.now) + 1e-6


def test_the_model_runs_with_the_clock_when_there_are_no_marks():
    playout = Playout()
    playout.send(1.0, 10.0)
    assert playout.heard(10.0 + TRANSIT) == 0.0
    assert playout.heard(10.5 + TRANSIT) == pytest.approx(0.5)
    assert playout.heard(99.0) == 1.0
    assert (playout.ahead(10.0 + TRANSIT), playout.ahead(99.0)) == (pytest.approx(1.0), 0.0)


def test_a_mark_that_is_pending_holds_the_credit_back():
    playout = Playout()
    playout.send(1.0, 0.0)
    playout.set_mark("a")
    playout.send(1.0, 0.0)
    assert playout.heard(1.8) == 1.0
    playout.mark("a", 1.9)
    assert playout.heard(1.9) == 1.0
    assert playout.heard(2.4) == pytest.approx(1.5)


def test_marks_that_never_come_back_are_given_up():
    playout = Playout()
    playout.send(1.0, 0.0)
    playout.set_mark("a")
    playout.send(1.0, 0.0)
    playout.trust_the_clock()
    assert playout.heard(9.0) == 2.0


def test_a_cleared_mark_that_is_echoed_late_says_nothing():
    playout = Playout()
    playout.send(2.0, 0.0)
    playout.set_mark("a")
    assert playout.clear(1.04) == pytest.approx(1.0)
    playout.send(5.0, 1.04)
    playout.mark("a", 1.1)
    assert playout.confirmed == 0.0
    assert playout.heard(1.1) == pytest.approx(1.0 + 0.02)


def test_unknown_marks_say_nothing():
    playout = Playout()
    playout.send(2.0, 0.0)
    playout.mark("who", 1.0)
    assert playout.confirmed == 0.0


def test_it_tells_when_sound_and_its_echo_are_in_the_ear():
    playout = Playout()
    playout.send(1.0, 0.0)
    end = 1.0 + TRANSIT
    assert (playout.audible(end - 0.01), playout.audible(end)) == (True, False)
    assert (playout.echoing(end + TAIL - 0.01), playout.echoing(end + TAIL + 0.01)) == (True, False)


def test_sound_that_follows_on_is_one_stretch_and_sound_after_a_silence_another():
    playout = Playout()
    playout.send(1.0, 0.0)
    playout.send(1.0, 0.5)
    assert playout.first_at == TRANSIT
    playout.send(1.0, 9.0)
    assert playout.first_at == 9.0 + TRANSIT


# --- the words --------------------------------------------------------------------------------------------------------


def saying(text, seconds, *, reply=1, barge_in="voice", playout=None, at=0.0):
    playout = playout or Playout()
    playout.begin(reply, barge_in)
    playout.text(text, seconds)
    playout.send(seconds, at)
    playout.complete()
    return playout


def test_words_are_heard_by_their_share_of_the_sound_rounded_down():
    playout = saying("un deux trois quatre", 2.0)
    assert playout.heard_text(1, 0.0) == ""
    assert playout.heard_text(1, 1.0 + TRANSIT) == "un deux"
    assert playout.heard_text(1, 2.0 + TRANSIT) == "un deux trois quatre"


def test_a_reply_whose_sound_is_still_being_made_is_credited_by_its_expected_length():
    playout = Playout()
    playout.begin(1, "voice")
    text = "mot " * 30
    playout.text(text.strip())
    playout.send(1.0, 0.0)
    assert len(playout.heard_text(1, 1.0 + TRANSIT)) <= PACE
    playout.text("et la suite")
    assert playout.segments[0].text.endswith("mot et la suite")


def test_after_a_cut_a_reply_is_never_credited_with_more():
    playout = saying("un deux trois quatre", 2.0)
    playout.clear(1.0 + TRANSIT)
    saying("autre chose", 3.0, reply=2, playout=playout, at=1.1)
    assert playout.heard_text(1, 9.0) == "un deux"
    assert playout.heard_text(2, 9.0) == "autre chose"


def test_a_reply_that_never_got_a_sound_was_not_heard():
    playout = saying("un deux", 1.0)
    saying("trois", 0.0, reply=2, playout=playout)
    assert [playout.heard_text(2, at) for at in (0.5, 9.0)] == ["", ""]


def test_what_was_queued_behind_a_cut_was_not_heard():
    playout = saying("un deux", 1.0)
    saying("trois quatre", 1.0, reply=2, playout=playout)
    playout.clear(0.5 + TRANSIT)
    assert playout.heard_text(2, 9.0) == ""


def test_it_knows_which_words_are_in_the_ear_and_how_they_may_be_cut():
    playout = saying("la loi", 1.0, barge_in="none")
    saying("la question", 1.0, reply=2, playout=playout)
    assert playout.current(0.5).barge_in == "none"
    assert playout.current(1.0 + TRANSIT + 0.01).reply == 2
    assert playout.current(5.0) is None


def test_sound_that_belongs_to_no_reply_has_no_words():
    playout = Playout()
    playout.send(1.0, 0.0)
    assert playout.current(0.5) is None
    assert playout.heard_text(1, 0.5) == ""


def test_replies_that_were_written_down_are_forgotten():
    playout = saying("un", 1.0)
    saying("deux", 1.0, reply=2, playout=playout)
    playout.forget(1)
    assert [segment.reply for segment in playout.segments] == [2]


def test_a_line_that_stood_still_holds_back_what_counts_as_heard():
    playout = saying("un deux trois quatre", 4.0)
    playout.behind(3.0, 2.0)
    assert playout.heard(2.0) == pytest.approx(1.0 - TRANSIT)
    assert playout.ahead(2.0) == pytest.approx(3.0 + TRANSIT)
    playout.behind(0.5, 4.4)
    assert playout.ends_at == pytest.approx(5.0 + TRANSIT), "a line that is early says nothing"
    playout.behind(0.0, 9.0)
    assert playout.heard(9.0) == 4.0
