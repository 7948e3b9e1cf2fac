"""Silero VAD v6 at 8 kHz behind the level gate and webrtcvad: good in noise, and paid for only where it matters.

The network looks at 256 new samples (32 ms) after the 32 before them and keeps a state; run on every frame it would
cost 0.2 CPU-seconds a call-minute. Here it runs while the cheap detectors say speech and for `LINGER` seconds after,
from `BEFORE` seconds earlier. Its state drifts in long silences, so it is forgotten after `FORGET` seconds of quiet.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voiced.audio.g711 import decode
from voiced.plugin import Packet, ProviderBadInput
from voiced_local.vad.webrtc import WebrtcStream

RATE = 8000
HOP = 256
CONTEXT = 32
LINGER = 0.3
BEFORE = 0.064
FORGET = 2.0

Samples = NDArray[np.float32]


class SileroVad:
    """The detector with a neural network; one session serves all calls of the worker."""

    def __init__(self, model: Path, opens: float) -> None:
        import onnxruntime  # noqa: PLC0415 - only where this detector is chosen

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._opens = opens

    def start(self) -> SileroStream:
        """Return a fresh stream for one call."""
        return SileroStream(self._session, WebrtcStream(self._opens))


class SileroStream:
    """One call's detector: the cascade and its state."""

    def __init__(self, session: Any, first: WebrtcStream) -> None:
        self._session = session
        self._first = first
        self._rate = np.array(RATE, np.int64)
        self._waiting = np.zeros(0, np.float32)
        self._quiet = FORGET
        self._forget()

    def probability(self, packet: Packet) -> float:
        """Return how likely `packet` (8 kHz) holds speech; of the last whole 32 ms that were looked at."""
        if packet.format.rate != RATE:
            raise ProviderBadInput(f"sound at {packet.format.rate} Hz", provider="silero")
        voiced = self._first.probability(packet) > 0
        self._quiet = 0.0 if voiced else self._quiet + packet.seconds
        sound = decode(packet.data, packet.format.encoding).astype(np.float32) / np.float32(32768)
        self._waiting = np.concatenate([self._waiting, sound])
        if self._quiet > LINGER:
            self._rest()
            return 0.0
        while len(self._waiting) >= HOP:
            self._last = self._look(self._waiting[:HOP])
            self._waiting = self._waiting[HOP:]
        return self._last

    def _rest(self) -> None:
        """Keep only the sound that a start of speech needs before it."""
        self._waiting = self._waiting[-round(BEFORE * RATE) :]
        self._last = 0.0
        if self._quiet >= FORGET:
            self._forget()

    def _forget(self) -> None:
        self._state = np.zeros((2, 1, 128), np.float32)
        self._context = np.zeros(CONTEXT, np.float32)
        self._last = 0.0

    def _look(self, sound: Samples) -> float:
        fed = {"input": np.concatenate([self._context, sound])[None], "state": self._state, "sr": self._rate}
        probability, self._state = self._session.run(None, fed)
        self._context = sound[-CONTEXT:]
        return float(probability[0, 0])
