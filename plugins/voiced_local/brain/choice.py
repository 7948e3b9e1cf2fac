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


def readings(text: str) -> tuple[str, list[str]]:
    """Return the whole of `text`, cleaned, and its clauses that say something other than the whole."""
    whole = clean(text)
    parts = [part for part in dict.fromkeys(clauses(text)) if part != whole]
    return whole, parts[-MOST_CLAUSES:]


def decide(whole: Scores, clauses: Sequence[Scores] = (), *, required: bool = False, caution: float = 0.0) -> str:
    """Return the tool to call, or "" for none.

    `clauses` matter only where the whole sentence is not sure (`whole.margin` below `caution`). `required` forces a
    choice; `caution` asks for more than the assurance that is enough for a tool.
    """
    surest = max([whole, *clauses], key=lambda each: each.margin)
    if whole.margin >= caution:
        return whole.best
    return surest.best if required or (surest is not whole and surest.margin >= caution + CLAUSE_MARGIN) else ""
