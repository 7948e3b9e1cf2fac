"""The words between the flow engine and the call: events go in, commands come out. Frozen values only.

A `reply` is one thing that the agent says; its number pairs what was asked for with what was heard.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from voiced.dialog.policy import BargeIn, Policy

By = Literal["agent", "operator"]
"""Whose words the agent's voice speaks: its own, or those that a person wrote from outside."""
OPERATOR = "operator"
"""The reason of a `HangUp` that a person asked for: the caller cannot talk the call out of it."""

NOT_UNDERSTOOD = "incompris"
"""The choice that a model takes when none of the others fits."""


class Wanted(msgspec.Struct, frozen=True):
    """A route or tool that the model chose, with the arguments it took from the caller's words."""

    name: str
    arguments: Mapping[str, Any] = msgspec.field(default_factory=dict)
    id: str = ""


class HeardReply(msgspec.Struct, frozen=True):
    """How much of a reply the caller heard: `heard` of the `whole` text."""

    reply: int
    heard: str
    whole: str
    by: By = "agent"


# --- events: what happened ---------------------------------------------------------------------------------------


class Begun(msgspec.Struct, frozen=True):
    """The line is open; say something."""


class Turn(msgspec.Struct, frozen=True):
    """The caller said `text`."""

    text: str
    confidence: float = 1.0
    corrects: bool = False
    """It is the turn before, heard better."""
    earlier: bool = False
    """It was said before what the agent is saying now, and understood late."""


class Key(msgspec.Struct, frozen=True):
    """The caller pressed a key."""

    digit: str


class Silent(msgspec.Struct, frozen=True):
    """The caller said nothing for as long as the step allows."""


class Garbled(msgspec.Struct, frozen=True):
    """There was a voice, but no words."""


class Finished(msgspec.Struct, frozen=True):
    """A reply was heard to its end."""

    reply: HeardReply


class Interrupted(msgspec.Struct, frozen=True):
    """The caller cut in: what was heard of each reply under way, in order; those not begun included."""

    replies: tuple[HeardReply, ...] = ()


class Dropped(msgspec.Struct, frozen=True):
    """What was heard of the replies that a `Hush` stopped."""

    replies: tuple[HeardReply, ...] = ()


class FalseAlarm(msgspec.Struct, frozen=True):
    """The interruption before was none: say what was not heard."""


class Thought(msgspec.Struct, frozen=True):
    """The model answered: `text` is being spoken already, `wanted` is what it chose."""

    text: str
    wanted: tuple[Wanted, ...] = ()


class ToolReturned(msgspec.Struct, frozen=True):
    """A tool came back."""

    id: str
    ok: bool
    data: Mapping[str, Any] = msgspec.field(default_factory=dict)
    say: str = ""


class Echoed(msgspec.Struct, frozen=True):
    """The caller was played back for as long as the step wants."""


class Delayed(msgspec.Struct, frozen=True):
    """The caller is kept waiting: by the model, which was asked for `reply`, or else by the recogniser."""

    reply: int | None = None


class Broke(msgspec.Struct, frozen=True):
    """Something we depend on failed beyond repair: `what` is its kind (`stt`, `llm`, `tts`, `tool`, `call`)."""

    what: str


class NotConnected(msgspec.Struct, frozen=True):
    """A transfer ended without a person: `busy`, `no-answer`, `failed` or `canceled`."""

    result: str


class Reconnected(msgspec.Struct, frozen=True):
    """The line had dropped and is there again."""


class TimeUp(msgspec.Struct, frozen=True):
    """The call has lasted as long as it may."""


class Prompted(msgspec.Struct, frozen=True):
    """A person has the agent say `text`: after what it is saying, or (`interrupt`) instead."""

    text: str
    interrupt: bool = False


class Redirected(msgspec.Struct, frozen=True):
    """A person sends the caller on to `number`."""

    number: str


class Dismissed(msgspec.Struct, frozen=True):
    """A person ends the call, after `say`."""

    say: str = ""


class Muted(msgspec.Struct, frozen=True):
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


class Say(msgspec.Struct, frozen=True):
    """Speak `text`. `fixed`: the same in every call, so it may be cached."""

    reply: int
    text: str
    fixed: bool = False
    barge_in: BargeIn = "voice"
    by: By = "agent"
    passing: bool = False
    """It says nothing: it only fills a silence."""


class Choice(msgspec.Struct, frozen=True):
    """Something the model may choose: a route of the flow. `slots`: values to take from the words, name -> kind."""

    name: str
    about: str
    examples: tuple[str, ...] = ()
    slots: Mapping[str, str] = msgspec.field(default_factory=dict)


class Spoken(msgspec.Struct, frozen=True):
    """A line of the conversation, as far as it was heard; `tool` lines are what a tool returned."""

    role: Literal["user", "assistant", "tool"]
    text: str
    wanted: tuple[Wanted, ...] = ()
    id: str = ""


class Question(msgspec.Struct, frozen=True):
    """What the model is asked: who it is, what was said, what it may choose, call and state."""

    system: str
    lines: tuple[Spoken, ...]
    choices: tuple[Choice, ...] = ()
    tools: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    free: bool = True
    """Whether it may answer in words of its own."""


class Think(msgspec.Struct, frozen=True):
    """Ask the model, and speak what it writes as `reply`, as it comes; then `Thought`."""

    reply: int
    question: Question
    barge_in: BargeIn = "voice"


class Listen(msgspec.Struct, frozen=True):
    """Expect the caller from now on, by this policy."""

    policy: Policy


class CallTool(msgspec.Struct, frozen=True):
    """Run a tool and come back with `ToolReturned`."""

    id: str
    name: str
    arguments: Mapping[str, Any]


class Hush(msgspec.Struct, frozen=True):
    """Stop speaking, and drop what was to be said, except words that must be heard."""


class Connect(msgspec.Struct, frozen=True):
    """When everything was heard: hand the caller to this number, ringing for `timeout` seconds."""

    number: str
    timeout: float


class HangUp(msgspec.Struct, frozen=True):
    """When everything was heard: end the call."""

    reason: str


class Echo(msgspec.Struct, frozen=True):
    """Play the caller back to themselves for `seconds`; then `Echoed`."""

    reply: int
    seconds: float


Decision = Literal["granted", "refused", "withdrawn"]


class Decided(msgspec.Struct, frozen=True):
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
