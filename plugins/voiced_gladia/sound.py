"""The sound of a call on its way: what was sent, what has arrived, where Gladia's times lie in the call. Pure.

Positions in bytes count what is sent, silence of our own included; seconds count the call's sound alone.
"""

from __future__ import annotations

from voiced.plugin import MULAW_8K

RATE = 8000
CHUNK = 640
"""Bytes that are sent at once (80 ms), unless somebody waits."""
PIECE = 64 * 1024
"""Most bytes of one message when sound is sent again; Gladia refuses more than 1 MiB."""
KEPT = 30 * RATE
"""Bytes that are kept to be sent again."""


class Sound:
    """One call's sound."""

    def __init__(self) -> None:
        self.end = 0
        self.acked = 0
        self.lost = 0
        """Bytes that were given up before they were ever sent: more came than is kept."""
        self._data = bytearray()
        self._base = 0  # position of the first byte that is kept
        self._sent = self._flush = 0
        self._first: int | None = 0  # what this connection began with; None once its first range is known
        self._shift = 0  # Gladia's bytes less ours
        self._silences: list[tuple[int, int]] = []

    @property
    def seconds(self) -> float:
        """Seconds of the call's own sound."""
        return self._own(self.end) / RATE

    @property
    def arrived(self) -> float:
        """Seconds of the call's own sound that have arrived."""
        return self._own(self.acked) / RATE

    @property
    def outstanding(self) -> bool:
        """Whether some of what was sent has not arrived yet."""
        return self._sent > self.acked

    def add(self, data: bytes) -> None:
        """Take sound of the call."""
        self._data += data
        self.end += len(data)
        self._drop(self.end - KEPT)

    def hush(self, seconds: float) -> None:
        """Put in silence of our own, and send all at once: after it an utterance ends."""
        size = MULAW_8K.size(seconds)
        self._silences.append((self.end, size))
        self.add(MULAW_8K.silence * size)
        self.flush()

    def flush(self) -> None:
        """Send what there is, however little."""
        self._flush = self.end

    def begin(self, *, anew: bool) -> None:
        """Begin a connection: after what has arrived, or `anew` with all that may be needed."""
        self._sent = self._base if anew else max(self._base, self.acked)
        self._first = self._sent
        if anew:
            self._shift = -self._sent
        self.flush()

    def next(self) -> bytes | None:
        """Return what is to be sent now, if anything."""
        waiting = self.end - self._sent
        if not waiting or (waiting < CHUNK and self._sent >= self._flush):
            return None
        start = max(self._sent, self._base)
        piece = bytes(self._data[start - self._base : start - self._base + PIECE])
        self._sent = start + len(piece)
        return piece

    def taken(self, start: int, end: int) -> None:
        """Take an acknowledgement; the first of a connection tells where Gladia counts from."""
        if self._first is not None:
            self._shift, self._first = start - self._first, None
        self.acked = max(self.acked, min(end - self._shift, self._sent))

    def settled(self, seconds: float) -> None:
        """Forget what was understood and has arrived."""
        self._drop(min(self.acked, self.position(seconds)))

    def time(self, seconds: float) -> float:
        """Return the call's time for one of Gladia's."""
        return max(0.0, self._own(round(seconds * RATE) - self._shift) / RATE)

    def position(self, seconds: float) -> int:
        """Return the position of a time of the call."""
        at = round(seconds * RATE)
        for start, size in self._silences:
            if start < at:
                at += size
        return at

    def _own(self, position: int) -> int:
        return position - sum(min(size, position - start) for start, size in self._silences if start < position)

    def _drop(self, until: int) -> None:
        if until > self._base:
            self.lost += max(0, until - max(self._base, self._sent))
            del self._data[: until - self._base]
            self._base = until
