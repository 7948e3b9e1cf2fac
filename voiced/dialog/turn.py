"""Whose turn it is: the turn machine.

Rule 1: the table below is the machine. A trigger that a state does not name changes nothing.
Rule 2: time is audio time: each frame brings its length. No clock is read, nothing waits.
Rule 3: it cannot deadlock: in every state but `listening` some trigger fires by the mere passing of frames, and
`listening` ends in `silence`.

The frame's facts come in (voice or not, what the agent is doing), recognised words come in, turn events go out.
`voiced.dialog.turn_diagram` draws the table for the documentation.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from voiced.dialog.policy import BargeIn, Policy
from voiced.dialog.words import Words
from voiced.text.endings import backchannel, strong

VOICE = 0.5
"""Probability from which a frame counts as voice."""
ONSET = 0.06
"""Seconds of voice that make a start of speech."""
STOP = 0.2
"""Seconds of quiet that make a pause."""
PROTECTED = 0.2
"""First seconds of an answer in which echo, not the caller, is the likelier voice."""
STUCK = 2.5
"""Seconds without a new word after which a voice that does not stop is taken for noise."""
NOD = 1.0
"""Seconds for which a "oui" said over the agent may still be the answer to the question it ends with."""
NOISE = 0.35
"""Seconds of voice below which a sound without words is a cough, not a mumble."""


class State(Enum):
    """Who has the floor, as far as the caller's sound tells."""

    LISTENING = "listening"
    OVERLAP = "overlap"
    CALLER = "caller"
    PAUSE = "pause"


class Trigger(Enum):
    """What can happen. Each is found by one rule in `_trigger`."""

    ONSET = "onset"
    ONSET_OVER_AGENT = "onset over agent"
    CONFIRMED = "confirmed"
    FADED = "faded"
    AGENT_DONE = "agent done"
    QUIET = "quiet"
    STUCK = "stuck"
    RESUMED = "resumed"
    DECIDED = "decided"
    MUMBLED = "mumbled"
    NOISE = "noise"
    SILENCE = "silence"
    WORDS = "words"
    AGENT_BEGAN = "agent began"


@dataclass(frozen=True, slots=True)
class CallerStarted:
    """The caller began to speak, at `at` seconds of audio."""

    at: float


@dataclass(frozen=True, slots=True)
class CallerPaused:
    """The caller stopped at `at`: ask the recogniser to finalise."""

    at: float


@dataclass(frozen=True, slots=True)
class TurnTaken:
    """The caller's turn is over: what was said, how sure, and when it began and ended (seconds of audio)."""

    text: str
    confidence: float
    began: float
    ended: float


@dataclass(frozen=True, slots=True)
class Interrupt:
    """The caller cut in at `at`: stop speaking now."""

    at: float


@dataclass(frozen=True, slots=True)
class Resume:
    """The interruption was none (a cough, a noise): say what the caller did not hear."""


@dataclass(frozen=True, slots=True)
class StillThere:
    """Nothing was heard for as long as the step allows."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """There was a voice, but no words could be made out."""


TurnEvent = CallerStarted | CallerPaused | TurnTaken | Interrupt | Resume | StillThere | Unclear
Emit = type[TurnEvent]

TABLE: dict[State, dict[Trigger, tuple[State, tuple[Emit, ...]]]] = {
    State.LISTENING: {
        Trigger.ONSET: (State.CALLER, (CallerStarted,)),
        Trigger.ONSET_OVER_AGENT: (State.OVERLAP, ()),
        Trigger.WORDS: (State.LISTENING, (Interrupt, TurnTaken)),
        Trigger.SILENCE: (State.LISTENING, (StillThere,)),
    },
    State.OVERLAP: {
        Trigger.CONFIRMED: (State.CALLER, (Interrupt, CallerStarted)),
        Trigger.AGENT_DONE: (State.CALLER, (CallerStarted,)),
        Trigger.FADED: (State.LISTENING, (CallerPaused,)),
    },
    State.CALLER: {
        Trigger.QUIET: (State.PAUSE, (CallerPaused,)),
        Trigger.STUCK: (State.PAUSE, (CallerPaused,)),
        Trigger.AGENT_BEGAN: (State.CALLER, (Interrupt,)),
    },
    State.PAUSE: {
        Trigger.RESUMED: (State.CALLER, ()),
        Trigger.DECIDED: (State.LISTENING, (Interrupt, TurnTaken)),
        Trigger.MUMBLED: (State.LISTENING, (Resume, Unclear)),
        Trigger.NOISE: (State.LISTENING, (Resume,)),
    },
}


@dataclass(frozen=True, slots=True)
class Agent:
    """What the agent is doing while a frame was heard."""

    speaking: bool = False
    """Its sound, or the echo of it, is in the caller's ear."""
    since: float = 0.0
    """Seconds for which it has been audible."""
    thinking: bool = False
    """It owes an answer, or has one on its way: silence is not the caller's."""
    barge_in: BargeIn = "voice"


SILENT_AGENT = Agent()


class TurnMachine:
    """One call's turn machine: feed it frames and words, act on the events it returns."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.state = State.LISTENING
        self.policy = policy or Policy()
        self.now = 0.0
        self.words = Words()
        self._run = 0.0  # voice just now, falling again with quiet
        self._voiced = 0.0  # voice in this turn
        self._quiet = 0.0  # quiet since the last voice
        self._idle = 0.0  # silence that the caller owes us
        self._began = 0.0
        self._cut = False  # this turn began by cutting in

    def listen(self, policy: Policy) -> None:
        """Expect something else from now on: the step has changed."""
        self.policy = policy
        self._idle = 0.0

    def frame(self, seconds: float, probability: float, agent: Agent = SILENT_AGENT) -> list[TurnEvent]:
        """Take one frame: its length, how likely it holds voice (0..1), what the agent was doing."""
        self.now += seconds
        self._count(seconds if probability >= VOICE else -seconds, agent)
        trigger = self._trigger(agent)
        return self._fire(trigger, agent) if trigger else []

    def heard(self, text: str, *, final: bool, confidence: float = 1.0, end: float = 0.0) -> None:
        """Take recognised words (`end`: audio time of the last). They are acted upon with the next frame."""
        self.words.take(text, final=final, confidence=confidence, end=end, now=self.now)

    def drop_words(self) -> None:
        """Forget what was said so far: it was answered by a key, or said before the call was ours."""
        self.words.drop(self.now)

    def _count(self, voice: float, agent: Agent) -> None:
        """Count a frame's seconds: positive with voice in it, negative without."""
        self._run = min(max(0.0, self._run + voice), 1.0)
        if voice > 0:
            self._voiced += voice
            self._quiet = 0.0
        else:
            self._quiet -= voice
        if agent.speaking or agent.thinking or self.state is not State.LISTENING:
            self._idle = 0.0
        else:
            self._idle += abs(voice)

    def _trigger(self, agent: Agent) -> Trigger | None:
        return _RULES[self.state](self, agent)

    def _listening(self, agent: Agent) -> Trigger | None:
        if self.words.waiting and self._may_answer(agent):
            return Trigger.WORDS
        if self._run >= ONSET:
            return Trigger.ONSET_OVER_AGENT if agent.speaking else Trigger.ONSET
        if self._idle >= self.policy.silence_after:
            return Trigger.SILENCE
        return None

    def _may_answer(self, agent: Agent) -> bool:
        """Words that came without a voice, or after their turn: are they an answer, or a nod while the agent speaks?"""
        if not agent.speaking:
            return self._quiet >= STOP
        text = self.words.text
        if agent.barge_in != "none" and (strong(text) or not backchannel(text)):
            return True
        if self.now - self.words.changed > NOD:
            self.words.drop(self.now)
        return False

    def _overlap(self, agent: Agent) -> Trigger | None:
        if not agent.speaking:
            return Trigger.AGENT_DONE if self._run > 0 else Trigger.FADED
        if self._run >= self.policy.barge_in_after and self._cuts(agent):
            return Trigger.CONFIRMED
        return Trigger.FADED if self._quiet >= STOP else None

    def _cuts(self, agent: Agent) -> bool:
        if agent.barge_in == "voice":
            return agent.since >= PROTECTED
        return agent.barge_in == "words" and bool(self.words.text) and not backchannel(self.words.text)

    def _caller(self, agent: Agent) -> Trigger | None:
        if agent.speaking and not self._cut and agent.barge_in == "voice" and self._run >= self.policy.barge_in_after:
            return Trigger.AGENT_BEGAN
        if self._quiet >= STOP:
            return Trigger.QUIET
        if self.now - self._began >= self.policy.max_utterance:
            return Trigger.STUCK
        if self.words.text and self.now - self.words.changed >= STUCK:
            return Trigger.STUCK
        return None

    def _pause(self, _agent: Agent) -> Trigger | None:
        if self._run >= ONSET and self._quiet == 0.0 and self.now - self._began < self.policy.max_utterance:
            return Trigger.RESUMED
        if self.words.text:
            need = self.words.patience(self.policy.end_after, self.policy.unfinished_after, self.policy)
            wait = 0.0 if self.words.settled else self.policy.final_wait
            return Trigger.DECIDED if self._quiet >= need + wait or self._overdue() else None
        if self.words.settled and self._quiet >= STOP:
            return Trigger.NOISE if self._voiced < NOISE else Trigger.MUMBLED
        return Trigger.MUMBLED if self._quiet >= STUCK or self._overdue() else None

    def _overdue(self) -> bool:
        """A voice that never stops: the pause was declared, not heard."""
        return self.now - self._began >= self.policy.max_utterance + self.policy.final_wait

    def _fire(self, trigger: Trigger, agent: Agent) -> list[TurnEvent]:
        before = self.state
        self.state, emits = TABLE[before][trigger]
        if self.state is State.CALLER and before in (State.LISTENING, State.OVERLAP):
            self._open()
        events = [event for emit in emits if (event := self._event(emit, agent)) is not None]
        if trigger is Trigger.FADED and agent.speaking and agent.barge_in == "none":
            self.words.drop(self.now)
        return events

    def _open(self) -> None:
        """Begin a turn: the caller's first sound was a moment ago."""
        self._began = self.now - self._run
        self._voiced = self._run
        self._cut = False
        self.words.changed = self.now

    def _event(self, emit: Emit, agent: Agent) -> TurnEvent | None:
        if emit is CallerStarted:
            return CallerStarted(self._began)
        if emit is CallerPaused:
            self.words.asked()
            return CallerPaused(self.now - self._quiet)
        if emit is Interrupt:
            return self._interrupt(agent)
        if emit is TurnTaken:
            return self._turn()
        if emit is StillThere:
            self._idle = 0.0
            return StillThere()
        return self._nothing(emit)

    def _interrupt(self, agent: Agent) -> Interrupt | None:
        if not (agent.speaking or agent.thinking) or self._cut:
            return None
        self._cut = True
        return Interrupt(self.now)

    def _nothing(self, emit: Emit) -> Resume | Unclear | None:
        """End a turn without words: go on if it had cut in, else say that it was not understood."""
        if (emit is Resume) != self._cut:
            return None
        self.words.close(self.now)
        cut, self._cut = self._cut, False
        return Resume() if cut else Unclear()

    def _turn(self) -> TurnTaken:
        text, confidence = self.words.text, self.words.confidence
        self.words.close(self.now)
        self._cut = False
        return TurnTaken(text, confidence, self._began, self.now - self._quiet)


_RULES = {
    State.LISTENING: TurnMachine._listening,  # noqa: SLF001 - the table of the class's own rules
    State.OVERLAP: TurnMachine._overlap,  # noqa: SLF001 - the same
    State.CALLER: TurnMachine._caller,  # noqa: SLF001 - the same
    State.PAUSE: TurnMachine._pause,  # noqa: SLF001 - the same
}
