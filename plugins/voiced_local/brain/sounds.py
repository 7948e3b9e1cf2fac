"""How a French word sounds, roughly: what a recogniser or a hurried typist spells differently becomes alike. Pure.

It is a key for comparing, not a phonetic transcription: "chaudierre" and "chaudière", "rembourcé" and "rembourser",
"parkin" and "parking" share theirs.
"""

from __future__ import annotations

import re
from functools import lru_cache

_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ph", "f"),
        (r"[cs]h", "$"),
        (r"h", ""),
        (r"(.)\1+", r"\1"),
        (r"sc(?=[eiy])|c(?=[eiy])|z", "s"),
        (r"qu?|ck|c", "k"),
        (r"ge(?=[ao])|g(?=[eiy])", "j"),
        (r"eau|aux?", "o"),
        (r"a[iy]|e[iy]", "e"),
        (r"y", "i"),
        (r"[ae][mn](?=[^aeioumn]|$)", "A"),
    )
)
_MUTE_ENDING = re.compile(r"(?<=...)(?:At|er|es|e?e?s?|[sxtdpg])$")


@lru_cache(maxsize=16384)
def sound(word: str, *, ended: bool = True) -> str:
    """Return the key of a folded `word`; with `ended` false it is the beginning of one, whose last letters sound."""
    for pattern, replacement in _RULES:
        word = pattern.sub(replacement, word)
    return _MUTE_ENDING.sub("", word) if ended else word
