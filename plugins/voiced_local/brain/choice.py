"""From the scores of a sentence and of its clauses to a decision. Pure.

Rules: the whole sentence decides when it is sure; otherwise the surest clause does, which must be a little surer since
there are several of them; "oui" or politeness before a question never outweighs the question, because thin clauses are
not read at all unless there is nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

from voiced_local.brain.chooser import Scores
from voiced_local.brain.words import clauses, clean

CLAUSE_MARGIN = 0.15
"""How much surer than enough a clause must be when the whole sentence was not understood."""
MOST_CLAUSES = 6
"""Clauses read: of a long story, the last ones hold the request."""


def readings(text: str) -> list[str]:
    """Return the ways to read `text`: first the whole, cleaned, then its clauses that say something."""
    whole = clean(text)
    parts = [part for part in dict.fromkeys(clauses(text)) if part != whole]
    return [whole, *parts[-MOST_CLAUSES:]]


def decide(scores: Sequence[Scores], *, required: bool = False) -> str:
    """Return the tool to call for the `scores` of the readings, or "" for none. `required` forces a choice."""
    whole, *parts = scores
    surest = max(scores, key=lambda each: each.margin)
    if whole.margin >= 0:
        return whole.best
    if parts and surest.margin >= CLAUSE_MARGIN:
        return surest.best
    return surest.best if required else ""
