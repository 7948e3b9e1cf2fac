"""How long a text is to the ear, without a dictionary: French syllables by vowel groups."""

from __future__ import annotations

import re

from voiced.text.pattern import lazy

_VOWEL_GROUPS = lazy(r"[aeiouyàâäéèêëîïôöùûüœæ]+")
_DIGIT_SYLLABLES = 2


def syllables(text: str) -> int:
    """Return about how many syllables a text has; a final mute e counts for none, a digit for two."""
    total = 0
    for word in re.findall(r"[^\W\d_]+|\d+", text.lower()):
        if word.isdigit():
            total += _DIGIT_SYLLABLES * len(word)
            continue
        count = len(_VOWEL_GROUPS.findall(word))
        mute = count > 1 and re.search(r"[^aeiouyàâéèêîôù](?:e|es|ent)$", word)
        total += max(1, count - 1 if mute else count)
    return total
