"""The words between the flow engine and the call: events go in, commands come out. Frozen values only.

A `reply` is one thing that the agent says; its number pairs what was asked for with what was heard.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from voiced.dialog.policy import BargeIn, Policy

By = Literal["agent", "operator"]
"""Whose words the agent's voice speaks: its own, or those that a person wrote from outside."""
OPERATOR = "operator"
"""The reason of a `HangUp` that a person asked for: the caller cannot talk the call out of it."""

NOT_UNDERSTOOD = "incompris"
"""The choice that a model takes when none of the others fits."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A route or tool that the model chose, with the arguments it took from the caller's words."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""


@dataclass(frozen=True, slots=True)
class HeardReply:
    """How much of a reply the caller heard: `heard` of the `whole` text."""

    reply: int
    heard: str
    whole: str
    by: By = "agent"


# --- events: what happened ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Begun:
    """The line is open; say something."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The caller said `text`."""

    text: str
    confidence: float = 1.0
    corrects: bool = False
    """It is the turn before, heard better."""
    earlier: bool = False
    """It was said before what the agent is saying now, and understood late."""


@dataclass(frozen=True, slots=True)
class Key:
    """The caller pressed a key."""

    digit: str


@dataclass(frozen=True, slots=True)
class Silent:
    """The caller said nothing for as long as the step allows."""


@dataclass(frozen=True, slots=True)
class Garbled:
    """There was a voice, but no words."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A reply was heard to its end."""

    reply: HeardReply


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The caller cut in: what was heard of each reply under way, in order; those not begun included."""

    replies: tuple[HeardReply, ...] = ()


@dataclass(frozen=True, slots=True)
class Dropped:
    """What was heard of the replies that a `Hush` stopped."""

    replies: tuple[HeardReply, ...] = ()


@dataclass(frozen=True, slots=True)
class FalseAlarm:
    """The interruption before was none: say what was not heard."""


@dataclass(frozen=True, slots=True)
class Thought:
    """The model answered: `text` is being spoken already, `wanted` is what it chose."""

    text: str
    wanted: tuple[Wanted, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolReturned:
    """A tool came back."""

    id: str
    ok: bool
    data: Mapping[str, Any] = field(default_factory=dict)
    say: str = ""


@dataclass(frozen=True, slots=True)
class Echoed:
    """The caller was played back for as long as the step wants."""


@dataclass(frozen=True, slots=True)
class Delayed:
    """The model has been asked for `reply` and keeps the caller waiting."""

    reply: int


@dataclass(frozen=True, slots=True)
class Broke:
    """Something we depend on failed beyond repair: `what` is its kind (`stt`, `llm`, `tts`, `tool`, `call`)."""

    what: str


@dataclass(frozen=True, slots=True)
class NotConnected:
    """A transfer ended without a person: `busy`, `no-answer`, `failed` or `canceled`."""

    result: str


@dataclass(frozen=True, slots=True)
class Reconnected:
    """The line had dropped and is there again."""


@dataclass(frozen=True, slots=True)
class TimeUp:
    """The call has lasted as long as it may."""


@dataclass(frozen=True, slots=True)
class Prompted:
    """A person has the agent say `text`: after what it is saying, or (`interrupt`) instead."""

    text: str
    interrupt: bool = False


@dataclass(frozen=True, slots=True)
class Redirected:
    """A person sends the caller on to `number`."""

    number: str


@dataclass(frozen=True, slots=True)
class Dismissed:
    """A person ends the call, after `say`."""

    say: str = ""


@dataclass(frozen=True, slots=True)
class Muted:
    """A person takes the word from the agent, or (not `on`) gives it back."""

    on: bool


Directed = Prompted | Redirected | Dismissed | Muted
"""What a person does to a call from outside."""

Event = (
    Begun
    | Turn
    | Key
    | Silent
    | Garbled
    | Finished
    | Interrupted
    | Dropped
    | FalseAlarm
    | Thought
    | ToolReturned
    | Echoed
    | Broke
    | Delayed
    | NotConnected
    | Reconnected
    | TimeUp
    | Directed
)

# --- commands: what to do ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Say:
    """Speak `text`. `fixed`: the same in every call, so it may be cached."""

    reply: int
    text: str
    fixed: bool = False
    barge_in: BargeIn = "voice"
    by: By = "agent"


@dataclass(frozen=True, slots=True)
class Choice:
    """Something the model may choose: a route of the flow. `slots`: values to take from the words, name -> kind."""

    name: str
    about: str
    examples: tuple[str, ...] = ()
    slots: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line of the conversation, as far as it was heard; `tool` lines are what a tool returned."""

    role: Literal["user", "assistant", "tool"]
    text: str
    wanted: tuple[Wanted, ...] = ()
    id: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What the model is asked: who it is, what was said, what it may choose, call and state."""

    system: str
    lines: tuple[Spoken, ...]
    choices: tuple[Choice, ...] = ()
    tools: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    free: bool = True
    """Whether it may answer in words of its own."""


@dataclass(frozen=True, slots=True)
class Think:
    """Ask the model, and speak what it writes as `reply`, as it comes; then `Thought`."""

    reply: int
    question: Question
    barge_in: BargeIn = "voice"


@dataclass(frozen=True, slots=True)
class Listen:
    """Expect the caller from now on, by this policy."""

    policy: Policy


@dataclass(frozen=True, slots=True)
class CallTool:
    """Run a tool and come back with `ToolReturned`."""

    id: str
    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Hush:
    """Stop speaking, and drop what was to be said, except words that must be heard."""


@dataclass(frozen=True, slots=True)
class Connect:
    """When everything was heard: hand the caller to this number, ringing for `timeout` seconds."""

    number: str
    timeout: float


@dataclass(frozen=True, slots=True)
class HangUp:
    """When everything was heard: end the call."""

    reason: str


@dataclass(frozen=True, slots=True)
class Echo:
    """Play the caller back to themselves for `seconds`; then `Echoed`."""

    reply: int
    seconds: float


Decision = Literal["granted", "refused", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Decided:
    """The caller decided about keeping the text of the call: the evidence of it."""

    decision: Decision
    script: str
    """The question as it was put."""
    script_sha256: str
    modality: Literal["voice", "key", "silence"]
    words: str
    confidence: float
    flow: str
    flow_version: str


Command = Say | Think | Listen | CallTool | Hush | Connect | HangUp | Echo | Decided
