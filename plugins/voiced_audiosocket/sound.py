"""Between the call's mu-law and Asterisk's 16-bit samples, of whatever rate it has chosen for the call."""

from __future__ import annotations

from voiced.audio import MULAW_8K, AudioFormat, Converter, hot


class Sound:
    """Both ways of one stream. `rate` in samples a second."""

    __slots__ = ("_from", "_to", "rate")

    def __init__(self, rate: int = 8000) -> None:
        self.rate = rate
        self._from: Converter | None = None
        self._to: Converter | None = None
        if rate != MULAW_8K.rate:
            linear = AudioFormat("pcm16", rate)
            self._from, self._to = Converter(linear, MULAW_8K), Converter(MULAW_8K, linear)

    def heard(self, samples: bytes) -> bytes:
        """Return what came from Asterisk as mu-law."""
        return hot.mulaw(samples) if self._from is None else self._from.feed(samples)

    def spoken(self, data: bytes) -> bytes:
        """Return mu-law as samples for Asterisk."""
        return hot.pcm16(data, "mulaw") if self._to is None else self._to.feed(data)
