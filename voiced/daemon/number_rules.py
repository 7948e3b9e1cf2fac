"""What the law lets a business do with each kind of French number, and what it must show to get one.

Sources: ARCEP decision 2022-1583 (the French numbering plan), as carriers' terms for French numbers restate it; ARCEP's
rules on the number shown (since August 2019). Which documents a carrier wants is its own to say, and changes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:  # a worker has rules to look at, and no numbers
    from voiced.plugin import NumberKind


class Rule(Struct, frozen=True):
    """One kind of number. `prefixes` as in E.164; a kind that is not `allowed` may not answer for a voice agent."""

    prefixes: str
    about: str
    needs: str
    allowed: bool = True


BUSINESS = "a dossier that the carrier approves (usually: extract of registration, identity of who signs)"
FRANCE: Mapping[NumberKind, Rule] = {
    "local": Rule(
        "+331 to +335",
        "geographic: the cost of a normal call; belongs to a zone, so the address must lie in it",
        f"{BUSINESS}, an address in the zone of the number",
    ),
    "national": Rule(
        "+339",
        "non-geographic: the cost of a normal call, from anywhere in France",
        f"{BUSINESS}, an address in France",
    ),
    "toll-free": Rule(
        "+33800 to +33805",
        "free for the caller: you pay for the minutes",
        f"{BUSINESS}; an address abroad will do",
    ),
    "mobile": Rule(
        "+336, +337",
        "for calls between persons only: automated calling is forbidden, and so is an agent that answers or calls",
        "nothing helps: choose another kind",
        allowed=False,
    ),
}
GENERAL = (
    "A number is yours for 72 hours at least, and may not be passed on to another business.",
    "The number shown to those you call must be yours and reachable; a French one shown from abroad may be blocked.",
    "The carrier reviews the dossier for days before it sells: open it first, in the carrier's console.",
    "Callers must hear that a machine answers, and may refuse that their words are kept: the flow `accueil` does so.",
)
_MOBILE = re.compile(r"\+33[67]")


def forbidden(country: str, kind: NumberKind) -> Rule | None:
    """Return the rule that forbids numbers of this kind; None when they are allowed, or the country is not known."""
    rule = FRANCE[kind] if country == "FR" else None
    return None if rule is None or rule.allowed else rule


def forbidden_number(number: str) -> Rule | None:
    """Return the rule that forbids this number (E.164); None when it is allowed."""
    return FRANCE["mobile"] if _MOBILE.match(number) else None
