"""Whose turn it is: the turn machine.

Rule 1: the table in `turn_table` is the machine. A trigger that a state does not name changes nothing.
Rule 2: time is audio time: each frame brings its length. No clock is read, nothing waits.
Rule 3: it cannot deadlock: in every state but `listening` some trigger fires by the mere passing of frames, and
`listening` ends in `silence`.

The frame's facts come in (voice or not, what the agent is doing), recognised words come in, turn events go out.
"""

from __future__ import annotations

import msgspec

from voiced.dialog.policy import BargeIn, Policy
from voiced.dialog.turn_table import (
    TABLE,
    CallerPaused,
    CallerStarted,
    Emit,
    Interrupt,
    Resume,
    State,
    StillThere,
    Trigger,
    TurnEvent,
    TurnTaken,
    Unclear,
    WordsLate,
)
from voiced.dialog.words import ANSWERS, Words
from voiced.text.endings import backchannel, strong

__all__ = [
    "SILENT_AGENT", "TABLE", "Agent", "CallerPaused", "CallerStarted", "Interrupt", "Resume", "State", "StillThere",
    "Trigger", "TurnEvent", "TurnMachine", "TurnTaken", "Unclear", "WordsLate",
]  # fmt: skip

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


class Agent(msgspec.Struct, frozen=True, gc=False):
    """What the agent is doing while a frame was heard."""

    speaking: bool = False
    """Its sound, or the echo of it, is in the caller's ear."""
    since: float = 0.0
    """Seconds for which it has been audible."""
    thinking: bool = False
    """It owes an answer, or has one on its way: silence is not the caller's."""
    barge_in: BargeIn = "voice"
    passing: bool = False
    """All that it says, and owes, is that an answer will come: words are no interruption of that."""

    @property
    def must_be_heard(self) -> bool:
        """Whether it says words that nothing may cut."""
        return self.speaking and self.barge_in == "none"


SILENT_AGENT = Agent()


class TurnMachine:
    """One call's turn machine: feed it frames and words, act on the events it returns."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.state = State.LISTENING
        self.policy = policy or Policy()
        self.now = 0.0
        self.words = Words()
        self.fired: Trigger | None = None
        """What the last frame brought about."""
        self._run = 0.0  # voice just now, falling again with quiet
        self._voiced = 0.0  # voice in this turn
        self._quiet = 0.0  # quiet since the last voice
        self._idle = 0.0  # silence that the caller owes us
        self._began = 0.0
        self._paused = 0.0  # when the pause began
        self._cut = False  # this turn began by cutting in
        self._cut_words = False  # and what it cut is to be said if it comes to nothing
        self._kept = False  # the caller has been told to wait for the words of this turn
        self._noisy = False  # the voice does not stop: until it does, only words count

    def listen(self, policy: Policy) -> None:
        """Expect something else from now on: the step has changed."""
        self.policy = policy
        self._idle = 0.0

    def frame(self, seconds: float, probability: float, agent: Agent = SILENT_AGENT) -> list[TurnEvent]:
        """Take one frame: its length, how likely it holds voice (0..1), what the agent was doing."""
        self.now += seconds
        self._count(seconds if probability >= VOICE else -seconds, agent)
        self.fired = _RULES[self.state](self, agent)
        return self._fire(self.fired, agent) if self.fired else []

    def heard(self, text: str, *, final: bool, confidence: float = 1.0, end: float = 0.0, late: bool = False) -> None:
        """Take recognised words (`end`: audio time of the last; `late`: they answer no request).

        They are acted upon with the next frame.
        """
        self.words.take(text, final=final, confidence=confidence, end=end, now=self.now, late=late)

    def drop_words(self) -> None:
        """Forget what was said so far: it was answered by a key, or said before the call was ours."""
        self.words.drop(self.now)
        self._voiced = 0.0

    def _count(self, voice: float, agent: Agent) -> None:
        """Count a frame's seconds: positive with voice in it, negative without."""
        if voice > 0:
            self._voiced += voice
            self._quiet = 0.0
        else:
            self._quiet -= voice
        if self._quiet >= STOP:
            self._run, self._noisy = 0.0, False
        else:
            self._run = 0.0 if self._noisy else min(max(0.0, self._run + voice), 1.0)
        if agent.speaking or agent.thinking or self.state is not State.LISTENING:
            self._idle = 0.0
        else:
            self._idle += abs(voice)

    # --- what each state looks for --------------------------------------------------------------------------------

    def _listening(self, agent: Agent) -> Trigger | None:
        if self._words_wait() and self._may_answer(agent):
            return Trigger.WORDS
        if self._run >= ONSET:
            return Trigger.ONSET_OVER_AGENT if agent.speaking else Trigger.ONSET
        return Trigger.SILENCE if self._idle >= self.policy.silence_after else None

    def _words_wait(self) -> bool:
        """Words that no turn has taken: finals, or an interim that the recogniser never finalised."""
        age = self.now - self.words.changed
        return (self.words.final and self.words.settled(self.now)) or (self.words.any and age >= STUCK)

    def _may_answer(self, agent: Agent) -> bool:
        """Words that came without a voice, or after their turn: are they an answer, or a nod while the agent speaks?"""
        age = self.now - self.words.changed
        if not agent.speaking:
            return self._quiet >= STOP or (self._noisy and age >= self.policy.end_after)
        if self.words.much_the_same:
            self.words.drop(self.now)
            return False
        text = self.words.text
        if agent.barge_in != "none" and (self._earlier(agent) or strong(text) or not backchannel(text)):
            return True
        if age > NOD:
            self.words.drop(self.now)
        return False

    def _earlier(self, agent: Agent) -> bool:
        """Whether the words were said before the agent began: understood late, they are no nod to it."""
        return agent.speaking and 0.0 < self.words.end <= self.now - agent.since

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
        wordless = self.words.any and self.now - self.words.changed >= STUCK
        return Trigger.STUCK if wordless or self.now - self._began >= self.policy.max_utterance else None

    def _pause(self, agent: Agent) -> Trigger | None:
        if self._goes_on(agent) and self.now - self._began < self.policy.max_utterance:
            return Trigger.RESUMED
        waited = self.now - self._paused
        over = self._over(waited, agent) if self.words.any else self._wordless(waited)
        return Trigger.OWED if over is None and self._owed(waited, agent) else over

    def _wordless(self, waited: float) -> Trigger | None:
        if waited >= STOP and self.words.settled(self.now):
            return Trigger.NOISE if self._voiced < NOISE else Trigger.MUMBLED
        return None

    def _owed(self, waited: float, agent: Agent) -> bool:
        """Whether the caller waits in silence for the recogniser alone, and does not know."""
        if waited < STOP + self.policy.waiting_after or self._kept or self._noisy or agent.speaking:
            return False
        if self._quiet < STOP or self.words.settled(self.now):
            return False
        return not self._known() if self.words.any else self._voiced >= NOISE

    def _known(self) -> bool:
        """Whether the words reach to the pause: without their final too the turn can be taken soon."""
        return self.words.covers(self.now - self._quiet)

    def _goes_on(self, agent: Agent) -> bool:
        """Whether the pause was none: a voice again, or in noise (where a voice proves nothing) new words."""
        if agent.passing and agent.since < PROTECTED:
            return False
        if self._noisy:
            return self.words.changed > self._paused
        return self._run >= ONSET and self._quiet == 0.0

    def _over(self, waited: float, agent: Agent) -> Trigger | None:
        need = self.words.patience(self.policy.end_after, self.policy.unfinished_after, self.policy)
        if not self.words.settled(self.now):
            need += self.policy.final_wait if self._known() else ANSWERS
        if waited < need:
            return None
        return Trigger.OVERRULED if agent.must_be_heard else Trigger.DECIDED

    # --- what follows -----------------------------------------------------------------------------------------------

    def _fire(self, trigger: Trigger, agent: Agent) -> list[TurnEvent]:
        before = self.state
        self.state, emits = TABLE[before][trigger]
        if self.state is State.CALLER and before in (State.LISTENING, State.OVERLAP):
            self._open()
        if self.state is State.PAUSE:
            self._noisy = trigger is Trigger.STUCK
            self._paused = self.now - self._quiet
        if agent.must_be_heard and trigger in (Trigger.FADED, Trigger.OVERRULED):
            self.words.drop(self.now)
        events = [event for emit in emits if (event := self._event(emit, agent)) is not None]
        if self.state is State.LISTENING:
            self._cut = self._cut_words = False
        return events

    def _open(self) -> None:
        """Begin a turn: the caller's first sound was a moment ago."""
        self._began = self.now - self._run
        self._voiced = self._run
        self._cut = self._cut_words = self._kept = False
        self.words.changed = self.now

    def _event(self, emit: Emit, agent: Agent) -> TurnEvent | None:
        if emit is CallerStarted:
            return CallerStarted(self._began)
        if emit is CallerPaused:
            self.words.asked(self.now)
            return CallerPaused(self.now - self._quiet)
        if emit is Interrupt:
            return self._interrupt(agent)
        if emit is TurnTaken:
            return self._turn(agent)
        if emit is StillThere or emit is WordsLate:
            return self._waits(emit)
        return self._nothing(emit)

    def _waits(self, emit: Emit) -> StillThere | WordsLate:
        """Tell that we wait for the caller, or the caller for us."""
        if emit is StillThere:
            self._idle = 0.0
            return StillThere()
        self._kept = True
        return WordsLate(self.now - self._quiet)

    def _interrupt(self, agent: Agent) -> Interrupt | None:
        if not (agent.speaking or agent.thinking) or self._cut:
            return None
        if agent.passing and self.state is State.LISTENING:  # cut by words: the answer to them comes after it
            return None
        self._cut, self._cut_words = True, not agent.passing
        return Interrupt(self.now)

    def _nothing(self, emit: Emit) -> Resume | Unclear | None:
        """End a turn without words: go on if it had cut in, else say that it was not understood."""
        if (emit is Resume) != self._cut_words:
            return None
        self._kept = False
        self.words.close(self.now)
        return Resume() if self._cut_words else Unclear()

    def _turn(self, agent: Agent) -> TurnTaken:
        text, confidence, corrects = self.words.text, self.words.confidence, self.words.correction
        earlier = self._earlier(agent)
        kept, self._kept = self._kept, False
        self.words.close(self.now)
        return TurnTaken(text, confidence, self._began, self.now - self._quiet, corrects, earlier, kept)


_RULES = {
    State.LISTENING: TurnMachine._listening,  # noqa: SLF001 - the table of the class's own rules
    State.OVERLAP: TurnMachine._overlap,  # noqa: SLF001 - the same
    State.CALLER: TurnMachine._caller,  # noqa: SLF001 - the same
    State.PAUSE: TurnMachine._pause,  # noqa: SLF001 - the same
}
