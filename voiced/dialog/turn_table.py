"""The turn machine's table: its states, what can happen in each, and what is told then.

A trigger that a state does not name changes nothing there. `voiced.dialog.turn_diagram` draws the table for the
documentation; `voiced.dialog.turn` finds the triggers.
"""

from __future__ import annotations

from enum import Enum

import msgspec


class State(Enum):
    """Who has the floor, as far as the caller's sound tells."""

    LISTENING = "listening"
    OVERLAP = "overlap"
    CALLER = "caller"
    PAUSE = "pause"


class Trigger(Enum):
    """What can happen; its meaning, for the documentation, is in `MEANINGS`."""

    ONSET = "onset"
    ONSET_OVER_AGENT = "onset over agent"
    CONFIRMED = "confirmed"
    FADED = "faded"
    AGENT_DONE = "agent done"
    QUIET = "quiet"
    STUCK = "stuck"
    RESUMED = "resumed"
    DECIDED = "decided"
    OVERRULED = "overruled"
    MUMBLED = "mumbled"
    NOISE = "noise"
    OWED = "owed"
    SILENCE = "silence"
    WORDS = "words"
    AGENT_BEGAN = "agent began"


class CallerStarted(msgspec.Struct, frozen=True):
    """The caller began to speak, at `at` seconds of audio."""

    at: float


class CallerPaused(msgspec.Struct, frozen=True):
    """The caller stopped at `at`: ask the recogniser to finalise."""

    at: float


class TurnTaken(msgspec.Struct, frozen=True):
    """The caller's turn is over: what was said, how sure, and when it began and ended (seconds of audio)."""

    text: str
    confidence: float
    began: float
    ended: float
    corrects: bool = False
    """It replaces the turn before, which was taken with words that were not final."""
    earlier: bool = False
    """It was said before the agent began what it is saying, and understood late: it answers what was asked before."""
    kept: bool = False
    """The recogniser kept the caller waiting for it, and they were told so."""


class Interrupt(msgspec.Struct, frozen=True):
    """The caller cut in at `at`: stop speaking now."""

    at: float


class Resume(msgspec.Struct, frozen=True):
    """The interruption was none (a cough, a noise): say what the caller did not hear."""


class StillThere(msgspec.Struct, frozen=True):
    """Nothing was heard for as long as the step allows."""


class WordsLate(msgspec.Struct, frozen=True):
    """The caller ended at `ended` and has waited in silence since: the recogniser owes what they said."""

    ended: float


class Unclear(msgspec.Struct, frozen=True):
    """There was a voice, but no words could be made out."""


TurnEvent = CallerStarted | CallerPaused | TurnTaken | Interrupt | Resume | StillThere | WordsLate | Unclear
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
        Trigger.OVERRULED: (State.LISTENING, (Resume,)),
        Trigger.MUMBLED: (State.LISTENING, (Resume, Unclear)),
        Trigger.NOISE: (State.LISTENING, (Resume,)),
        Trigger.OWED: (State.PAUSE, (WordsLate,)),
    },
}

MEANINGS: dict[Trigger, str] = {
    Trigger.ONSET: "A voice, while the agent is silent.",
    Trigger.ONSET_OVER_AGENT: "A voice over the agent's: the caller, or the agent's own echo.",
    Trigger.CONFIRMED: "The voice (or its words, where only they may cut) lasts: the caller cuts in.",
    Trigger.FADED: "The voice over the agent was none, or may not cut.",
    Trigger.AGENT_DONE: "The agent ended while the caller was speaking.",
    Trigger.QUIET: "The caller's voice has stopped for a moment.",
    Trigger.STUCK: "A voice that does not stop and says nothing new: taken for noise until it is quiet again.",
    Trigger.RESUMED: "The voice goes on, or in noise: new words came.",
    Trigger.DECIDED: "The quiet has lasted as long as these words deserve.",
    Trigger.OVERRULED: "The words were said over words that must be heard: they are no answer.",
    Trigger.MUMBLED: "There was a voice, but no words.",
    Trigger.NOISE: "What sounded was too short to be speech, and had no words.",
    Trigger.OWED: "The quiet lasts, and the recogniser still owes the words before it.",
    Trigger.SILENCE: "Nothing was heard for as long as the step allows.",
    Trigger.WORDS: "Words were recognised without a voice, or after their turn.",
    Trigger.AGENT_BEGAN: "The agent began to speak over the caller.",
}
"""What each trigger means."""

EVENTS: tuple[Emit, ...] = (CallerStarted, CallerPaused, TurnTaken, Interrupt, Resume, StillThere, WordsLate, Unclear)
"""What the machine can tell."""
