"""The account behind the logins, and all that came in, for tests to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from voiced.testing.emulator import Profile
from voiced.testing.emulator.hum import Speak
from voiced.testing.emulator.journal import SpeechJournal
from voiced.testing.emulator.playback import Tempo

PASSWORD = "a-password"  # noqa: S105 - that of nobody
LOGINS: Mapping[str, str] = {"accueil@example.fr": PASSWORD, "ancien@example.fr": PASSWORD}
VOICES = ("Manon22k_NT", "Alice22k_HQ", "Antoine22k_HQ", "Margaux22k_NT")
REAL = Tempo(Profile(0.3, 0.7), pace=10.0)
"""How it is guessed to be from Europe; nothing is published."""


@dataclass(frozen=True, slots=True)
class Account:
    """What this emulated host knows. `open` switches are what Acapela's pages leave open."""

    logins: Mapping[str, str] = field(default_factory=lambda: LOGINS)
    """E-mail addresses and their passwords."""
    inactive: Sequence[str] = ("ancien@example.fr",)
    voices: Sequence[str] = VOICES
    credit: int = 1_000_000
    """Characters that may be spoken."""
    tempo: Tempo = field(default_factory=Tempo)
    speak: Speak | None = None
    """Who speaks; None: a hum."""
    seed: int = 1
    forms: Literal["both", "json", "form"] = "both"
    """Open: how a login may be written."""
    one_token: bool = True
    """Open: whether all logins of an account share one token."""
    file: Literal["url", "sound"] = "sound"
    """Open: what `output=file` answers."""


@dataclass(slots=True)
class Journal(SpeechJournal):
    """All that came in, in order."""

    logins: list[str] = field(default_factory=list)
    """How each login was written: `json` or `form`."""
