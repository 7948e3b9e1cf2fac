"""The caller's end of a line in virtual time: a microphone, an ear, and the carrier's queue in between.

Everything happens on frames of 20 ms. The line may delay both ways, lose packets, and send them in bursts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import trio

from voiced.audio import FRAME_SECONDS
from voiced.call.line import Ear
from voiced.testing.caller.playout import RATE, Cut, Echo, Played, Playout
from voiced.testing.fakes.spelling import SILENCE
from voiced.testing.stage.hearing import Hearing

FRAME = round(FRAME_SECONDS * RATE)
QUIET = SILENCE * FRAME


@dataclass(slots=True)
class Phone:
    """One caller; outlives the media streams of the call. Implements `Line` for the stream that is open."""

    clock: Callable[[], float] = trio.current_time
    transit: float = 0.03
    """Seconds that a message takes, either way."""
    hearing: Hearing = field(default_factory=Hearing)
    spoke_until: float = 0.0
    """When the caller's last sound ended."""
    gaps: list[float] = field(default_factory=list)
    """Seconds from the end of the caller's words to the agent's answer, each as it was heard."""
    closed: bool = True
    ear: Ear | None = None
    _mouth: deque[bytes] = field(default_factory=deque)
    _playout: Playout = field(default_factory=Playout)
    _due: deque[tuple[float, str | bytes]] = field(default_factory=deque)
    _back: deque[tuple[float, str]] = field(default_factory=deque)
    _asked: float | None = None  # when the caller ended the words that are not answered yet

    # --- Line: what the call does ---

    def send(self, messages: Sequence[str | bytes]) -> None:
        """Take messages for the carrier."""
        if not self.closed:
            due = self.clock() + self.transit
            self._due.extend((due, message) for message in messages)

    def close(self) -> None:
        """Close the line."""
        self.closed = True

    def ahead(self) -> float:
        """Return 0: the queue is the carrier's."""
        return 0.0

    # --- the carrier ---

    def open(self, ear: Ear, call: str, stream: str) -> None:
        """Begin a stream."""
        self.ear, self.closed = ear, False
        self._playout, self._due, self._back = Playout(), deque(), deque()
        ear.message(f"start {call} {stream}")

    def frame(self, at: float) -> None:
        """Live through one frame: play what is due, speak, and let the call look at the clock."""
        self.listen(at)
        ear = self.ear
        if ear is None or self.closed:
            return
        try:
            while self._back and self._back[0][0] <= at:
                ear.message(f"mark {self._back.popleft()[1]}")
            ear.message(self._speak(at))
            ear.tick()
        except Exception as error:  # noqa: BLE001 - the hub's promise: it ends this call only
            ear.failed(error)

    def listen(self, at: float) -> None:
        """Hear what was played until `at`."""
        while self._due and self._due[0][0] <= at:
            due, message = self._due.popleft()
            self._take(message, due)
        for event in self._playout.advance(at):
            match event:
                case Played():
                    self.hearing.play(event.start / RATE, event.data)
                    self._answered()
                case Echo():
                    self._back.append((event.at + self.transit, event.name))
                case Cut():
                    self.hearing.cut()

    def _take(self, message: str | bytes, at: float) -> None:
        if isinstance(message, bytes):
            self._playout.play(message, at)
        elif message == "clear":
            self._playout.clear(at)
        else:
            self._playout.mark(message.partition(" ")[2], at)

    def _answered(self) -> None:
        """Measure the gap, once the agent's sound began after the caller's words."""
        began = self.hearing.utterances[-1].start if self.hearing.utterances else 0.0
        if self._asked is not None and not self._mouth and began >= self._asked:
            self.gaps.append(began - self._asked)
            self._asked = None

    # --- the caller ---

    def say(self, sound: bytes) -> None:
        """Begin to say `sound`, behind what is being said."""
        for start in range(0, len(sound), FRAME):
            self._mouth.append(sound[start : start + FRAME].ljust(FRAME, SILENCE))

    @property
    def talking(self) -> bool:
        """Whether the caller is speaking."""
        return bool(self._mouth)

    def tell(self, message: str) -> None:
        """Send a message other than sound."""
        if self.ear is not None and not self.closed:
            self.ear.message(message)

    def _speak(self, at: float) -> bytes:
        if not self._mouth:
            return QUIET
        self.spoke_until = self._asked = at + FRAME_SECONDS
        return self._mouth.popleft()
