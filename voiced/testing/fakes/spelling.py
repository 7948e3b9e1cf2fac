"""Sound that spells its text: each character is a run of one mu-law byte, at the pace of speech.

Rule 1: a character sounds for `CHARACTER` samples; its byte is its Latin-1 code. 0xFF is silence, `NOISE` is a voice
without words.
Rule 2: a character was heard when all of it was: reading never credits what was cut.
"""

from __future__ import annotations

CHARACTER = 533
"""Samples of one character: 15 characters a second, as French is spoken."""
SILENCE = b"\xff"
NOISE = "\x01"
_OPENED = str.maketrans(
    {"œ": "oe", "Œ": "OE", "’": "'", "…": "...", "–": "-", "—": "-", "\xff": "y", "\xa0": " ", "\u202f": " "}
)


def canonical(text: str) -> str:
    """Return `text` as its sound can spell it."""
    return " ".join(text.translate(_OPENED).encode("latin-1", "replace").decode("latin-1").split())


def spell(text: str) -> bytes:
    """Return the sound of `text` (mu-law, 8 kHz)."""
    return b"".join(bytes((code,)) * CHARACTER for code in canonical(text).encode("latin-1"))


def noise(seconds: float) -> bytes:
    """Return a voice without words."""
    return NOISE.encode() * round(seconds * 8000)


class Reader:
    """Reads text off the sound of one direction of a line."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> str:
        """Take the next sound; return the characters that it completed."""
        if data[0] == 0xFF:
            self._rest = b""
            data = data.lstrip(SILENCE)
            if not data:
                return ""
        buffer = self._rest + data
        whole = len(buffer) - len(buffer) % CHARACTER
        self._rest = buffer[whole:].rstrip(SILENCE)
        text = buffer[CHARACTER // 2 : whole : CHARACTER].decode("latin-1")
        return text.replace(NOISE, "").replace("\xff", "")

    def reset(self) -> None:
        """Say that the sound was interrupted: what comes next begins anew."""
        self._rest = b""


async def read_spelling(sound: bytes) -> str:
    """Implements `voiced.testing.emulator.hear.Hear`: reads the text that a phrase of mu-law spells."""
    return Reader().feed(sound).strip()
