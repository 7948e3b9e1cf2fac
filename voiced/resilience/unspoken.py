"""How much of a reply a voice has said, so that another can say the rest. Pure.

Nothing tells where in a voice's sound a clause ends. What is known is when it asks for the next clause, and how long
its sound is. A voice that asks only once its sound is long enough has said what it was given before; one that takes
clauses ahead proves nothing by asking, and is judged by a slow pace. A clause that may not have been said whole is left
to say: better twice than never.
"""

from __future__ import annotations

from msgspec import Struct, field

BRISK, SLOW = 20.0, 12.0
"""Characters a second: no voice is faster than the one, hardly any slower than the other."""
HASTY = 30.0
"""Characters a second that no voice comes near, for a judgement that must not be wrong."""


class Unspoken(Struct):
    """The clauses that one voice was given."""

    clauses: list[str] = field(default_factory=list)
    _said: int = 0
    """Clauses that were said whole, by all that is known."""

    def asked(self, seconds: float) -> None:
        """The voice asks for another clause, having given `seconds` of sound."""
        if seconds * BRISK >= self._characters(len(self.clauses)) > 0:
            self._said = len(self.clauses)

    def owes(self, seconds: float) -> bool:
        """Return whether a voice that has given `seconds` of sound cannot have said all of it, however it hurries."""
        return seconds * HASTY < self._characters(len(self.clauses))

    def give(self, clause: str) -> None:
        """The voice takes a clause."""
        self.clauses.append(clause)

    def rest(self, seconds: float) -> list[str]:
        """Return the clauses that are left to say of those it took, when it stops after `seconds` of sound."""
        by_pace = 0
        while by_pace < len(self.clauses) and self._characters(by_pace + 1) <= seconds * SLOW:
            by_pace += 1
        return self.clauses[max(self._said, by_pace) :]

    def _characters(self, count: int) -> int:
        return sum(len(clause) for clause in self.clauses[:count])
