"""Word lists, written as running text so that they stay readable."""

from __future__ import annotations


def wordset(text: str) -> frozenset[str]:
    """Return the set of the blank-separated words of a text."""
    return frozenset(text.split())
