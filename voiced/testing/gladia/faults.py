"""What may go wrong with the emulator, where Gladia's pages are silent, how long it takes: small frozen switches."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from voiced.testing.emulator import Profile

Cut = Literal["", "reset", "stall"] | int
"""TCP reset; neither reading nor writing any more; or a close code (1006: without a closing handshake)."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong, from the next thing that can."""

    status: int = 0
    """Refuse sessions with this HTTP status."""
    times: int = 0
    """How many sessions are refused; 0: all."""
    retry_after: float | None = None
    page: bool = False
    """Answer who asks for a session with a page in HTML."""
    delete: int = 0
    """Refuse to delete sessions with this status."""
    post_late: float = 0.0
    """Seconds until the answer about a session."""
    accept_late: float = 0.0
    """Seconds until a WebSocket is accepted."""
    cut: Cut = ""
    """What becomes of a connection when the session has taken `cut_at` bytes."""
    cut_at: int = 0
    cuts: int = 1
    """How often it happens; after the first time at once."""
    unacknowledged: int = 0
    """The last bytes before the cut, which are understood, but whose acknowledgements are lost."""
    idle: float = math.inf
    """Seconds without a message after which a connection is closed with 1001."""
    wrong_codec: bool = False
    """Sound is taken for linear samples at 16 kHz, whatever was said of it: words are lost, times are wrong."""
    nonsense: bool = False
    """Before each transcript a message that is no JSON, and one of an unknown type."""
    bare: bool = False
    """Transcripts without language and words."""
    acks: bool = True
    transcripts: bool = True
    finals: bool = True
    rejects: int = 0
    """How many chunks of sound are refused."""


@dataclass(frozen=True, slots=True)
class Manner:
    """What Gladia's pages leave open."""

    stranger: Literal["refuse", "close"] = "close"
    """What a WebSocket with an unknown token gets: HTTP 403, or a socket that is closed with 4401."""
    second: Literal["older", "newer"] = "older"
    """Which of two connections to one session is closed."""
    ranges: Literal["session", "connection"] = "session"
    """Where the bytes of acknowledgements, and the times with them, are counted from."""
    longest: float = 10_800.0
    """Seconds of sound after which a session is closed with 1008."""
    most: int = 30
    """Sessions at once."""


@dataclass(frozen=True, slots=True)
class Latency:
    """Delays in seconds; none unless told."""

    post: Profile = Profile()  # noqa: RUF009 - a frozen value
    partial: Profile = Profile()  # noqa: RUF009 - the same here
    final: Profile = Profile()  # noqa: RUF009 - the same here
    speed: float = 0.0
    """Seconds of sound that are understood in a second; 0: any number."""


EUROPE = Latency(Profile(0.18, 0.4), Profile(0.25, 0.45), Profile(0.35, 0.9), 4.0)
"""As published figures have it."""
