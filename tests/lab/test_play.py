"""Playing a scenario: what is checked of a call, line by line, on a paper telephone in virtual time."""

import msgspec
import pytest
import trio
from trio.testing import MockClock

from voiced.errors import BadInput
from voiced.lab.happenings import Happenings
from voiced.lab.play import Play
from voiced.lab.voices import no_voice
from voiced.testing.scenario import Scenario


class PaperPhone:
    """A telephone that writes down what is done with it. Its agent is never heard, unless `audible_at` says when."""

    def __init__(self, audible_at=None):
        self.done = []
        self.audible_at = audible_at
        self.always_talking = False

    @property
    def now(self):
        return trio.current_time()

    async def wait_quiet(self, seconds, _within=60.0):
        if self.always_talking:
            raise trio.TooSlowError
        await trio.sleep(seconds)

    async def wait_for_agent(self, _seconds=10.0):
        if self.audible_at is None:
            raise trio.TooSlowError
        return self.audible_at

    async def wait_until(self, at):
        await trio.sleep(max(0, at - self.now))

    async def wait(self, seconds):
        await trio.sleep(seconds)

    async def say(self, sound, transcript=""):
        self.done.append((transcript, sound, round(self.now, 1)))

    def press(self, digits):
        self.done.append(digits)

    def hang_up(self):
        self.done.append("hung up")


async def hums(text):
    return text.encode()


@pytest.fixture
def play():
    """Play `lines` with what the worker tells, in virtual time; return what failed and what the caller did."""

    def go(*lines, told=(), phone=None, voice=hums, **scenario):
        happenings = Happenings()
        for event in told:
            happenings.add({"at": 0.0, "call_id": "c1", **event})
        written = {"scenario": "x", "flow": "x", "call": list(lines), **scenario}
        performed = Play(msgspec.convert(written, Scenario), happenings, voice)
        phone = phone or PaperPhone()

        async def perform():
            await performed.prepare()
            await performed.behave(phone)
            await performed.finish()

        trio.run(perform, clock=MockClock(autojump_threshold=0))
        return performed.failures, phone.done

    return go


def agent(text, **latency):
    return {"event": "agent.said", "text": text, "latency": latency}


def test_what_was_heard_in_order_comes_true(play):
    told = [agent("Bonjour, ici l'accueil."), agent("Que puis-je faire ?")]
    assert play({"agent": "ici l'ACCUEIL"}, {"agent": "que puis je faire"}, told=told) == ([], [])


def test_what_was_heard_in_another_order_does_not(play):
    failures, _ = play({"agent": "deux"}, {"agent": "un"}, told=[agent("un"), agent("deux")])
    assert failures == ["line 2: expected to hear 'un', heard nothing"]


def test_what_was_heard_instead_is_told(play):
    failures, _ = play({"agent": "oui"}, told=[agent("non")])
    assert failures == ["line 1: expected to hear 'oui', heard ['non']"]


def test_the_caller_speaks_after_quiet_and_lets_the_agent_begin_to_answer(play):
    _, done = play({"caller": {"says": "un", "after": 2}}, {"caller": {"says": "deux", "after": 3}})
    assert [(words, sound) for words, sound, _ in done] == [("un", b"un"), ("deux", b"deux")]
    assert done[1][2] - done[0][2] >= 3


def test_the_caller_cuts_in_after_the_agent_began(play):
    _, done = play({"caller": {"says": "stop", "over": 1.5}}, phone=PaperPhone(audible_at=4.0))
    assert [(words, at) for words, _, at in done] == [("stop", 5.5)]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ({"caller": {"says": "stop", "over": 1}}, "the agent was not heard in time to say 'stop'"),
        ({"dtmf": {"keys": "1", "over": 1}}, "the time to press 1 did not come"),
    ],
)
def test_an_agent_who_is_never_heard_cannot_be_cut(play, line, fault):
    assert play(line) == ([f"line 1: {fault}"], [])


def test_an_agent_who_never_stops_cannot_be_answered(play):
    phone = PaperPhone()
    phone.always_talking = True
    assert play({"caller": "oui"}, phone=phone) == (["line 1: the agent was not quiet in time to say 'oui'"], [])


def test_keys_silence_and_hanging_up(play):
    phone = PaperPhone(audible_at=1.0)
    lines = {"dtmf": "12"}, {"silence": 2.0}, {"dtmf": {"keys": "#", "over": 0.5}}, {"hangup": True}
    assert play(*lines, phone=phone) == ([], ["12", "#", "hung up"])


def test_a_tool_must_have_been_called_with_its_arguments(play):
    told = [{"event": "tool.returned", "name": "note", "arguments": {"nom": "Lefèvre", "rang": 2}}]
    assert play({"tool": {"name": "note", "with": {"nom": "lefevre", "rang": 2}}}, told=told) == ([], [])
    assert play({"tool": "note"}, told=told) == ([], [])
    [fault], _ = play({"tool": {"name": "note", "with": {"rang": 3}}}, told=told)
    assert fault.startswith("line 1: expected tool note with {'rang': 3}, saw [('note'")


def test_how_the_call_ends(play):
    told = [{"event": "call.ended", "by": "agent"}]
    assert play({"ends": "agent"}, told=told) == ([], [])
    [fault], _ = play({"ends": "caller"}, told=told)
    assert fault == "line 1: expected the call to be ended by caller, was agent"
    [fault], _ = play({"ends": {"by": "agent", "within": 1}})
    assert fault == "line 1: expected the call to be ended by agent, was not ended"


def test_what_must_not_be_heard(play):
    assert play({"unheard": "adieu"}, told=[agent("Bonjour.")]) == ([], [])
    assert play({"unheard": "bonjour"}, told=[agent("Bonjour.")]) == (["line 1: 'bonjour' was heard"], [])


def test_a_line_for_virtual_time_alone_is_refused(play):
    [fault], _ = play({"noise": 1.0})
    assert fault == "line 1: this line can only be played in virtual time"


async def test_lines_that_are_left_when_the_call_ends_are_still_looked_at(autojump_clock):
    lines = [{"caller": "oui"}, {"agent": "jamais"}]
    happenings = Happenings()
    performed = Play(msgspec.convert({"scenario": "x", "flow": "x", "call": lines}, Scenario), happenings, hums)
    await performed.finish()
    assert performed.failures == ["line 1: the call ended before it"]


def test_the_outcome_is_checked_at_the_end(play):
    told = [{"event": "consent", "decision": "refused"}, agent("Bonjour.", first_played=1500)]
    expect = {"consent": "granted", "gap": 1.0}
    failures, _ = play(told=told, expect=expect)
    assert failures == ["consent is refused, not granted", "the caller waited 1.50 s, more than 1.0 s"]
    assert play(told=told, expect={"consent": "refused", "gap": 2.0}) == ([], [])
    assert play(expect={"consent": "unknown"}) == ([], [])


def test_a_caller_without_a_voice_needs_sounds(play):
    with pytest.raises(BadInput, match="no sound is given for 'oui'"):
        play({"caller": "oui"}, voice=no_voice)
