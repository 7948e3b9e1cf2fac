"""SVOX Pico: a small French voice, robotic but understood as well as Kokoro by a recogniser, at RTF 0.004."""

from __future__ import annotations

import re
import threading

import numpy as np

from voiced.audio.frame import AudioFormat, Encoding
from voiced.plugin import Unavailable
from voiced_local.tts.sound import finish

RATE = 16000
_MARKUP = re.compile(r"[<>&]")
"""Pico reads tags; nothing in a sentence is one."""


def present() -> bool:
    """Whether the extra `pico` is installed."""
    try:
        import ttspico  # noqa: F401, PLC0415 - a compiled extension that an installation may lack
    except ImportError:
        return False
    return True


class Pico:
    """The engine in the inference process. Its memory is fixed in size and its own, so one sentence at a time."""

    def __init__(self) -> None:
        try:
            import ttspico  # noqa: PLC0415 - as above
        except ImportError:
            raise Unavailable("the Pico voice is not installed", fix="pip install 'voiced[pico]'") from None
        self._lock = threading.Lock()
        self._engine = ttspico.TtsEngine("fr-FR")

    def speak(self, text: str, speed: float, encoding: Encoding, rate: int, pitch: float = 1.0) -> bytes:
        """Return `text` spoken, in the given format; `speed` and `pitch` 1.0 are the voice's own pace and height."""
        plain = _MARKUP.sub(" ", text).strip()
        if not plain:
            return b""
        with self._lock:
            self._engine.rate, self._engine.pitch = round(100 * speed), round(100 * pitch)
            raw = self._engine.speak(plain)
        sound = np.frombuffer(raw, "<i2").astype(np.float32) / np.float32(32768)
        return finish(sound, RATE, AudioFormat(encoding, rate))
