"""Where a call stands in its flow: plain data, so that it can be copied, compared and restored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from voiced.dialog.talk import Spoken

Consent = Literal["unknown", "granted", "refused", "withdrawn"]
Mode = Literal["", "confirm", "thinking", "tool", "transfer", "closing"]
"""What the step is in the middle of."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known when the call is picked up. `now` is local time."""

    call_id: str
    now: datetime
    caller: str = ""
    called: str = ""


@dataclass(slots=True)
class State:
    """Everything the engine remembers of a call."""

    step: str = ""
    mode: Mode = ""
    values: dict[str, Any] = field(default_factory=dict)
    """Slots and tool data, as canonical values."""
    said: dict[str, str] = field(default_factory=dict)
    """How each of them reads aloud."""
    so_far: str = ""
    """What was collected of the value under way."""
    candidate: tuple[Any, str] | None = None
    """A value that is kept unless the model finds that the caller meant something else."""
    consent: Consent = "unknown"
    consent_tries: int = 0
    silences: int = 0
    misunderstandings: int = 0
    lines: list[Spoken] = field(default_factory=list)
    pending_tool: str = ""
    kept_turn: str = ""
    """Words said while a tool ran."""
    keys: str = ""
    failures: int = 0
    goodbye_cancelled: bool = False
