"""Yes and no: whether an answer is that and nothing else."""

from __future__ import annotations

from voiced.text.normalise import folded_bare
from voiced.text.wordset import wordset

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
