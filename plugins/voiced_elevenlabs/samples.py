"""Bytes that come in any pieces, made into packets of whole samples. Pure."""

from __future__ import annotations

from voiced.plugin import AudioFormat, Packet


class Samples:
    """Half a sample waits for its other half; one that never comes is dropped."""

    def __init__(self, format: AudioFormat) -> None:
        self._format, self._half = format, b""
        self._width = 2 if format.encoding == "pcm16" else 1

    def feed(self, data: bytes) -> list[Packet]:
        """Return the packet that `data` completes, or nothing."""
        data = self._half + data
        whole = len(data) - len(data) % self._width
        self._half = data[whole:]
        return [Packet(data[:whole], self._format)] if whole else []
