"""The summary of a call in French, taken from its record: what was wanted, what was done, how it ended. Pure.

It is an extract: every word of a caller in it was said as it stands, but that numbers and addresses are masked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from voiced.store import ActionRow, CallRow, MessageRow
from voiced.text.mask import mask
from voiced.text.wordset import wordset

LONGEST = 160
"""Characters of one quotation."""
WANTED = 2
"""Most quotations of what was wanted."""

_WORD = re.compile(r"[\wàâäçéèêëîïôöùûüœæ'’-]+", re.IGNORECASE)
_EMPTY = wordset(
    "bonjour bonsoir allô allo oui non ouais si merci euh ben bah alors voilà donc d'accord d’accord ok hum ah oh "
    "s'il s’il vous te plaît au revoir bonne journée madame monsieur je tu il elle on nous le la les un une des de du "
    "et ou à c'est c’est est"
)
_ENDS = {
    "agent": "Fin : la conversation est allée à son terme.",
    "caller": "Fin : l'appelant a raccroché.",
    "transfer": "Fin : l'appel a été transféré.",
    "dropped": "Fin : la ligne a été coupée.",
    "fault": "Fin : un problème technique a mis fin à l'appel.",
    "too long": "Fin : la durée maximale était atteinte.",
}
_UNKNOWN_END = "Fin : inconnue."


def summary(
    call: CallRow, said: Sequence[MessageRow], done: Sequence[ActionRow], labels: Mapping[str, str] | None = None
) -> str:
    """Return the summary: one line each for what was wanted, done, and how it ended.

    `labels` say in French what actions do, by name; without one the name stands.
    """
    parts = [_wanted([row.text for row in said if row.role == "caller"])]
    parts += [_done(row, labels or {}) for row in done]
    parts.append(_end(call))
    return "\n".join(parts)


def _wanted(turns: Sequence[str]) -> str:
    """Quote the first turn that says something, and the richest of those that follow."""
    telling = [(at, turn) for at, turn in enumerate(turns) if _weight(turn) >= 2]
    if not telling:
        return "Demande : aucune n'a été exprimée."
    first, *rest = telling
    richest = sorted(rest, key=lambda each: (-_weight(each[1]), each[0]))[: WANTED - 1]
    quoted = [f"« {_cut(turn)} »" for _, turn in sorted([first, *richest])]
    return f"Demande : {' … '.join(quoted)}"


def _weight(turn: str) -> int:
    """Return how many different words of a turn say something."""
    return len({word for word in map(str.lower, _WORD.findall(turn)) if word not in _EMPTY})


def _cut(text: str) -> str:
    plain = mask(" ".join(text.split()))
    return plain if len(plain) <= LONGEST else plain[:LONGEST].rsplit(" ", 1)[0] + "…"


def _done(row: ActionRow, labels: Mapping[str, str]) -> str:
    what = labels.get(row.name, row.name)
    known = ", ".join(_cut(str(value)) for value in _values(row.arguments))
    told = {True: "Fait", False: "Sans succès", None: "Issue inconnue"}[row.ok]
    return f"{told} : {what}" + (f" ({known})" if known else "")


def _values(arguments: Any) -> list[Any]:
    """Return what an action was told, if it is to be read."""
    if not isinstance(arguments, Mapping):
        return []
    return [value for value in arguments.values() if isinstance(value, str | int | float) and value != ""]


def _end(call: CallRow) -> str:
    if call.outcome == "abandoned":
        return "Fin : l'appelant est parti avant la conversation."
    if call.outcome == "stopped":
        return "Fin : le service s'est arrêté."
    return _ENDS.get(call.ended_by, _UNKNOWN_END)
