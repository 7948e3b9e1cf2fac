"""Thinking that a model writes into its answer, as `<think>...</think>` at its beginning: not for the caller's ears."""

from __future__ import annotations

_OPEN, _CLOSE = "<think>", "</think>"


class Thinking:
    """Text in, text out without what was thought first. Servers that know their model leave it out themselves."""

    def __init__(self) -> None:
        self._held = ""
        self._begun = False
        self._over = False

    def feed(self, text: str) -> str:
        """Return what may be spoken: nothing while it may be thinking, or still is."""
        if self._over:
            return text
        self._held += text
        if not self._begun:
            lead = self._held.lstrip()
            if len(lead) < len(_OPEN) and _OPEN.startswith(lead):
                return ""
            if not lead.startswith(_OPEN):
                return self._end(self._held)
            self._begun = True
        _, closed, after = self._held.partition(_CLOSE)
        if closed:
            return self._end(after.lstrip())
        self._held = self._held[-len(_CLOSE) :]
        return ""

    def close(self) -> str:
        """Return what was held back: the answer has ended before it was plain what it was."""
        return self._end("" if self._begun else self._held) if not self._over else ""

    def _end(self, rest: str) -> str:
        self._over, self._held = True, ""
        return rest
