"""What may go wrong, or differently, on an emulated call: one switch each, all off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voiced.testing.vonage.tokens import Forgery

FRAMES = 3072
"""Frames of 20 ms that Vonage's playout queue holds."""


@dataclass(frozen=True, slots=True)
class Faults:
    """The faults of one call. Those whose reality is uncertain are tested both ways."""

    anonymous: bool = False
    """The caller withholds the number."""
    webhook: Forgery = "none"
    """How the answer webhook is forged: the application must refuse, without an NCCO."""
    hashed_query: bool = True
    """A GET's token has the hash of its query."""
    duplicate_webhook: Literal["none", "same token", "new token"] = "none"
    """The answer webhook comes twice; the second answer counts."""
    events: Literal["in order", "shuffled", "twice", "twice, new token"] = "in order"
    upgrade: Forgery = "none"
    """How the token of a WebSocket's upgrade is forged: the application must refuse."""
    replay_socket: bool = False
    """The WebSocket's address is opened a second time by somebody; the application must refuse."""
    headers_in_handshake: bool = False
    """The NCCO's headers are also those of the upgrade request."""
    early_sound: bool = False
    """A frame of sound comes before the first message."""
    nested_dtmf: bool = False
    """Keys are told one level deeper."""
    cleared_notify: Literal["dropped", "fired"] = "dropped"
    """What `clear` makes of notifications that wait."""
    cleared_late: float = 0.0
    """Seconds until `websocket:cleared` is told (0 to 0.3)."""
    queue: int = FRAMES
    """Frames that the playout queue holds; newer ones are lost."""
    nonsense: int = 0
    """Messages without sense that come after the first sound."""
    odd_frames: int = 0
    """So many frames of sound are of another size than 20 ms, and end within a sample."""
    wrong_codec: bool = False
    """The first message tells of another rate than was asked for."""
    idle_at: float | None = None
    """Seconds into the first socket after which nothing is sent any more, while what comes is read..."""
    idle_for: float | None = None
    """...and seconds after which somebody on the way closes the idle connection (None: nobody)."""
    trailing: Literal["at once", "after"] = "at once"
    """When actions behind a WebSocket run: as soon as it is open, or once it is gone."""
    ending: Literal["close", "reset", "half-open"] = "close"
    """How a hang-up reaches the WebSocket."""
    half_open_for: float = 2.0
    """Seconds until even a half-open socket is let go."""
    completed: Literal["after", "before"] = "after"
    """Whether the events of the end come after the socket's close or before it..."""
    completed_late: float = 0.0
    """...and by how many seconds late."""
    max_duration: float = 7200.0
    """Seconds after which Vonage ends the call."""


@dataclass(frozen=True, slots=True)
class RestFaults:
    """What goes wrong, or differently, at the API."""

    ended: int = 404
    """Status of what is asked about a call that is over."""
    status: int = 0
    """Every answer; 0: none..."""
    retry_after: str = ""
    """...and this header, when it is not empty."""
    late: float = 0.0
    """Seconds before each answer, on top of the roads."""
    papers: bool = False
    """Numbers are sold only in the dashboard, which takes the address that they need."""
    refused: Literal[200, 400, 420] = 420
    """Status of a refusal of numbers, whose own code is 420 in any case."""
    listed: Literal["app_id", "callback"] = "app_id"
    """How an owned number names its application."""
