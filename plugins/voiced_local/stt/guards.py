"""Whisper always answers; these rules tell what it heard from what it invented. Pure."""

from __future__ import annotations

import re

LOGPROB_SURE = -0.9
LOGPROB_LEAST = -1.25
NO_SPEECH_DOUBT = 0.12
"""Measured with the prompt in front. The mean log-probability of a token was under -1.25 on all of 137 clips of
silence, noises, hums, tones and clicks, and -1.0 at most on 20 of five people speaking backwards at once; on 256 of one
speaker it was over -0.9 but for a robotic "oui". The probability of "no speech" tells less: up to 0.38 on the latter,
where some milliseconds more of silence in front move it by 0.1. So it is asked only where the words are in doubt, and
never takes away words that the model is sure of."""

_CREDITS = re.compile(r"sous-titr|amara\.org|merci d'avoir regardé|abonnez-vous", re.IGNORECASE)
"""What the films in the training data ended with; no caller says it."""


def plausible(text: str, logprob: float, no_speech: float) -> bool:
    """Return whether `text` was heard rather than invented."""
    if not any(letter.isalnum() for letter in text) or _CREDITS.search(text):
        return False
    return logprob >= LOGPROB_SURE or (logprob >= LOGPROB_LEAST and no_speech <= NO_SPEECH_DOUBT)
