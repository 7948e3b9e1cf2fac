"""What may go wrong, or differently, on an emulated call: one switch each, all off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voiced.testing.twilio.signing import Signature

Jitter = Literal["none", "bursts", "gaps"]
"""`bursts`: frames arrive 3 to 5 at once; `gaps`: 200 ms of frames are lost every second."""

Ending = Literal["stop", "silent", "reset", "half-open"]
"""How a hang-up reaches the socket: `stop` and a close; a close alone; a TCP reset; nothing at all."""

Duplicate = Literal["none", "retry", "late"]
"""The voice webhook comes twice. `retry`: the first answer is lost, the second counts. `late`: while the stream of the
first is alive; a `<Connect>` in the answer then tears that stream down, as was seen on real calls."""


@dataclass(frozen=True, slots=True)
class Faults:
    """The faults of one call. Those whose reality is uncertain are tested both ways."""

    anonymous: bool = False
    """The caller withholds the number."""
    duplicate_webhook: Duplicate = "none"
    webhook_signature: Signature = "right"
    """Not right: the application must answer 403 without TwiML."""
    keep_port: bool = False
    """HTTPS and wss URLs are signed with their port."""
    upgrade_signature: Signature = "right"
    """Not right: the application must refuse the media socket."""
    upgrade_slash: bool = False
    """The media socket's URL is signed with a trailing slash."""
    replay_stream: bool = False
    """The stream's URL is opened a second time by somebody; the application must refuse."""
    jitter: Jitter = "none"
    suppress_silence: bool = False
    """Frames in which the caller is silent are not sent."""
    mark_delay: float = 0.0
    """Seconds that echoes of marks spend on the way (0 to 0.3)."""
    queue_limit: float | None = None
    """Seconds of sound the playout queue holds at most."""
    stall_at: float | None = None
    """Seconds into the stream at which Twilio stops reading the socket..."""
    stall_for: float = 2.0
    """...for this long."""
    nonsense: int = 0
    """Messages without sense that come after the first sound."""
    wrong_codec: bool = False
    """The start tells of another sound than mu-law at 8 kHz, which comes all the same."""
    idle_at: float | None = None
    """Seconds into the first stream after which nothing is sent any more, while what comes is read..."""
    idle_for: float | None = None
    """...and seconds after which somebody on the way closes the idle connection (None: nobody)."""
    ending: Ending = "stop"
    half_open_for: float = 2.0
    """Seconds until even a half-open socket is let go."""
    stop_on_server_close: bool = False
    """A `stop` is sent although the application closes the socket."""
    shuffle_callbacks: bool = False
    """Status callbacks arrive in another order than they were made."""
    duplicate_callbacks: bool = False
    """Each status callback comes twice."""
    callback_delay: float = 0.0
    """Seconds by which status callbacks come late (to 10)."""
    max_duration: float = 14_400.0
    """Seconds after which Twilio ends the call."""


def callback_delays(index: int, faults: Faults) -> tuple[float, ...]:
    """Return after how many seconds the status callback number `index` is delivered; two figures: twice.

    Shuffled callbacks swap places in pairs: every even one waits until the odd one after it has gone.
    """
    delay = faults.callback_delay
    if faults.shuffle_callbacks and index % 2 == 0:
        delay += 0.3
    return (delay, delay + 0.05) if faults.duplicate_callbacks else (delay,)
