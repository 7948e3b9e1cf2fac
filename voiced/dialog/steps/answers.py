"""Yes and no: whether an answer is that and nothing else."""

from __future__ import annotations

from voiced.text.collect import KINDS, Context
from voiced.text.normalise import folded_bare
from voiced.text.wordset import wordset

_collect = KINDS["yes_no"].collect
_ADDS_NOTHING = wordset(
    "oui ouais ouai ok okay d'accord non nan merci beaucoup bien sur tout a fait s'il vous te plait volontiers "
    "absolument exactement exact parfait parfaitement du rien d'autre madame monsieur mademoiselle euh hum ah oh bah "
    "ben eh alors bon voila c'est ca cela ira va aller pas plus je veux voudrais souhaite remercie pour le moment "
    "l'instant si correct juste et mais pense crois que",
)
"""Words that a plain yes or no may be dressed in."""


def is_bare(text: str) -> bool:
    """Return whether `text`, which holds a yes or a no, asks for nothing beyond it ("oui, vos horaires" does)."""
    return all(word in _ADDS_NOTHING for word in folded_bare(text).split())


def then_a_wish(first: str, then: str, context: Context) -> bool:
    """Return whether `first` is a plain yes or no, and `then`, said after it, asks for something else."""
    if is_bare(then) or folded_bare(then).startswith("mais ") or not is_bare(first):
        return False
    alone, after, both = (_collect(words, context) for words in (first, then, f"{first} {then}"))
    if alone is None or both is None or after is not None:
        return False
    return both.complete and both.value == alone.value
