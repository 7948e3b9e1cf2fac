"""WebRTC's detector at its strictest, behind a level gate: cheap, right on clean lines, fooled by noise."""

from __future__ import annotations

import webrtcvad

from voiced.audio.gate import LevelGate
from voiced.audio.hot import pcm16
from voiced.plugin import Packet, ProviderBadInput

STRICTEST = 3


class WebrtcStream:
    """One call's detector."""

    def __init__(self, opens: float, mode: int = STRICTEST) -> None:
        self._gate = LevelGate(opens=opens, closes=opens - 5)
        self._vad = webrtcvad.Vad(mode)
        self._known = (0, 0)  # rate and size of the frames so far

    def probability(self, packet: Packet) -> float:
        """Return 1.0 for speech, 0.0 for anything else; `packet` is 10, 20 or 30 ms at 8, 16, 32 or 48 kHz."""
        samples, rate = pcm16(packet.data, packet.format.encoding), packet.format.rate
        size = len(samples) // 2
        if not self._gate.feed(samples, size / rate):
            return 0.0
        if (rate, size) != self._known:
            if not webrtcvad.valid_rate_and_frame_length(rate, size):
                raise ProviderBadInput(f"a frame of {size} samples at {rate} Hz", provider="webrtc")
            self._known = (rate, size)
        return 1.0 if self._vad.is_speech(samples, rate) else 0.0


class WebrtcVad:
    """The detector that needs no model."""

    def __init__(self, opens: float) -> None:
        self._opens = opens

    def start(self) -> WebrtcStream:
        """Return a fresh stream for one call."""
        return WebrtcStream(self._opens)
