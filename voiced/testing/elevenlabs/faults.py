"""What may go wrong, or differently, at the emulated ElevenLabs: one switch each, all off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Trouble = Literal["none", "silence", "half_open", "malformed", "strange", "foreign", "cut", "going_away"]
"""Of a socket, once text came. `silence`: no sound; `half_open`: nothing is read any more either; `malformed`: no JSON;
`strange`: unknown keys, messages without anything, `context_id` for `contextId`; `foreign`: sound of a context that
nobody opened; `cut`: a TCP reset after the first sound; `going_away`: close 1001 after the first sound."""

Body = Literal["sound", "empty", "json", "html", "cut", "odd"]
"""Of an answer over HTTP. `empty`: 200 without sound; `json`, `html`: 200 with an error, with a page; `cut`: the
connection breaks in the middle; `odd`: the last sample is not whole."""


@dataclass(frozen=True, slots=True)
class Faults:
    """The faults from now on."""

    status: int = 0
    """Every request and handshake is refused with this status (401, 403, 429, 500, 503)..."""
    code: str = "system_busy"
    """...and this code in the body..."""
    retry_after: str = ""
    """...and this header, when it is not empty."""
    busy: float = 0.0
    """Share of requests (0..1) that get 429 `system_busy`."""
    slow_first_byte: float = 0.0
    """Seconds before the first sound of anything, on top of the profile (0.2 to 10)."""
    body: Body = "sound"
    trouble: Trouble = "none"
    wrong_codec: bool = False
    """Sound is PCM whatever was asked."""
    error: str = ""
    """Sockets answer text with this error (its name), and close with 1008."""
    lenient: bool = False
    """Text is taken without a first message that opens the context."""
    lingers: float | None = None
    """Seconds of sound that a closed context still gives; None: all that was flushed, as documented."""
