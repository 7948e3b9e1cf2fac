"""A live stream from one audio format to another, piece by piece."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voiced.audio.frame import AudioFormat

if TYPE_CHECKING:
    from voiced.audio.resample import Resampler


class Converter:
    """One live stream's conversion from `src` to `dst`, piece by piece, in exact proportion."""

    def __init__(self, src: AudioFormat, dst: AudioFormat) -> None:
        self.src = src
        self.dst = dst
        self._half = b""
        self._resampler: Resampler | None = None
        if src.rate != dst.rate:
            from voiced.audio.resample import Resampler  # noqa: PLC0415 - numpy: a stream that stays as it is needs none

            self._resampler = Resampler(src.rate, dst.rate)

    @property
    def delay(self) -> float:
        """Seconds by which the output lags behind the input; 0 where the rate stays."""
        return self._resampler.delay if self._resampler else 0.0

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes in `src`, return the next in `dst`; the same object where the formats are equal.

        Pieces may be cut anywhere, in the middle of a sample too.
        """
        if self.src == self.dst:
            return data
        from voiced.audio import g711  # noqa: PLC0415 - numpy: as above

        samples = g711.decode(self._whole(data), self.src.encoding)
        return g711.encode(self._resampler.feed(samples) if self._resampler else samples, self.dst.encoding)

    def reset(self) -> None:
        """Forget the sound so far."""
        self._half = b""
        if self._resampler:
            self._resampler.reset()

    def _whole(self, data: bytes) -> bytes:
        """Return `data` up to its last whole sample, and keep the half for the next piece."""
        if self.src.encoding != "pcm16":
            return data
        data = self._half + data
        cut = len(data) & ~1
        self._half = data[cut:]
        return data[:cut]
