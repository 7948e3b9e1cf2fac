"""The account behind the keys: what it may use, and what speechCloud's pages leave open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from voiced.testing.emulator import Profile
from voiced.testing.emulator.hum import Speak
from voiced.testing.emulator.playback import Tempo

KEY = "0123456789abcdef0123456789abcdef"
VOICES: Mapping[str, Sequence[str]] = {"fr_fr": ("Roxane", "Louis", "Elise-DNN"), "fr_ca": ("leo",)}
REAL = Tempo(Profile(0.3, 0.7), pace=10.0)
"""How it is guessed to be from Europe; nothing is published."""


@dataclass(frozen=True, slots=True)
class Account:
    """What this emulated host knows."""

    keys: Sequence[str] = (KEY,)
    voices: Mapping[str, Sequence[str]] = field(default_factory=lambda: VOICES)
    """Those of each language."""
    credit: int = 1_000_000
    """Characters that may be spoken."""
    tempo: Tempo = field(default_factory=Tempo)
    """Open: whether sound comes while it is made (`progressive`)."""
    speak: Speak | None = None
    """Who speaks; None: a hum."""
    seed: int = 1
    spent: Literal["words", "busy", "bad"] = "words"
    """Open: how a spent credit is told: 200 with words, 503, or 400."""
    telephone: bool = True
    """Open: whether mu-law and A-law are at 8 kHz when no rate is asked."""
    ssml: bool = True
    """Open: whether the voices take SSML."""
    wrapper: str = ""
    """Open: the name of the list in what is told of the account; "": its command's."""
    once: bool = True
    """Open: whether a Location is good once."""
    seconds: float = 30.0
    """Open: how long a Location is good."""
