"""Where a call stands in its flow: plain data, so that it can be copied, compared and restored."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from voiced.dialog.talk import Connect, Event, HangUp, Spoken, Think, Thought, Wanted
from voiced.text.collect import Collected

Consent = Literal["unknown", "granted", "refused", "withdrawn"]
Mode = Literal["", "thinking", "tool", "transfer", "closing"]
"""What the step is in the middle of."""


class Facts(Struct, frozen=True):
    """What is known when the call is picked up. `now` is local time."""

    call_id: str
    now: datetime
    caller: str = ""
    called: str = ""


class State(Struct):
    """Everything the engine remembers of a call."""

    step: str = ""
    mode: Mode = ""
    values: dict[str, Any] = field(default_factory=dict)
    """Slots and tool data, as canonical values."""
    said: dict[str, str] = field(default_factory=dict)
    """How each of them reads aloud."""
    stale: set[str] = field(default_factory=set)
    """Slots that a `fresh` step gave already: it asks for them again."""
    expects: str = ""
    """The kind of value that the caller is expected to give."""
    so_far: str = ""
    """What was collected of the value under way."""
    keys: str = ""
    """What was keyed of it."""
    candidate: Collected | None = None
    """A value that is taken unless the model finds that the caller meant something else."""
    consent: Consent = "unknown"
    consent_tries: int = 0
    silences: int = 0
    misunderstandings: int = 0
    delays: int = 0
    """How often the caller was told to wait."""
    missed: int = 0
    """Turns of the whole call that were not understood."""
    ways_out: int = 0
    """How often a silence or a misunderstanding led to the policy's way out."""
    failures: int = 0
    down: set[str] = field(default_factory=set)
    """What the caller cannot be understood by for now: `stt`, `llm`."""
    apologised: bool = False
    """The caller knows that only keys are left."""
    lines: list[Spoken] = field(default_factory=list)
    told: tuple[str, ...] = ()
    """What was said before the caller's last turn, for who asks to hear it again."""
    telling: tuple[str, ...] = ()
    """What was said since."""
    asked_in: str = ""
    """The last step that asked what the caller wants."""
    thinking: Think | None = None
    """What the model was asked last."""
    cut: Think | Thought | None = None
    """The thought that an interruption stopped."""
    pending_tool: str = ""
    wanted: Wanted | None = None
    """The tool that the model asked for."""
    kept_turn: str = ""
    """Words said while a tool ran."""
    kept_key: str = ""
    """The key pressed while a tool ran."""
    closing: Connect | HangUp | None = None
    """What is to happen when everything was heard."""
    goodbye_cancelled: bool = False
    muted: bool = False
    """A person has the word: the flow stands still."""
    held: tuple[Event, ...] = ()
    """What happened meanwhile and is answered when the agent gets the word back."""
    sent_to: str = ""
    """The number to which a person sent the caller."""

    def copy(self) -> State:
        """Return the state of this moment: what its containers hold never changes, only they do."""
        return replace(
            self,
            values=dict(self.values),
            said=dict(self.said),
            stale=set(self.stale),
            down=set(self.down),
            lines=list(self.lines),
        )
