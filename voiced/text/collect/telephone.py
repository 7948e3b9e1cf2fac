"""A French telephone number, dictated: ten digits, in one or several utterances, with corrections.

Incomplete values are the digits so far ("0612"); a complete value is E.164 ("+33612345678").
"""

from __future__ import annotations

import re

from voiced.text.collect.contract import Collected, Collector, Context, dangling
from voiced.text.collect.corrections import rejected, segments, without_rejected
from voiced.text.dictation import ambiguous, candidates, digits, fitting
from voiced.text.numbers import in_pairs
from voiced.text.pattern import lazy
from voiced.text.phones import national

LENGTH = 10
_PREFIX = lazy(
    r"(?:\+ ?|\bplus )(?:33|trente[- ]trois)\b[ .,]*(?:\(?0\)?)?|\b(?:00 ?33|z[ée]ro z[ée]ro trente[- ]trois)\b[ .,]*",
    re.IGNORECASE,
)
_COMPACT_PREFIX = lazy(r"(?:\+|\b00)33(?=[1-9]\d)")
_START = r"0[1-9]"


def _nationalised(text: str) -> str:
    """Return the text with a French country code said or written as the zero it stands for."""
    text = _COMPACT_PREFIX.sub("0", text)
    return _PREFIX.sub(" 0 ", text)


def _known(so_far: str) -> str:
    """Return the digits that earlier utterances gave, whether passed as digits or as words."""
    if re.fullmatch(r"[+\d ]*", so_far):
        return national(so_far)
    return digits(_nationalised(so_far))


def _replaced_tail(known: str, new: str) -> str:
    return known[: max(0, len(known) - len(new))] + new


def _corrected(known: str, part: str) -> tuple[str, float]:
    """Apply a correction: a whole number replaces all, fewer digits replace the last ones said."""
    whole = fitting(part, LENGTH, start="0")
    if whole:
        return whole.digits, 0.9
    read = candidates(part)
    if not read:
        return known, 1.0
    if len(known) >= LENGTH or len(read[0].digits) <= 2:
        return _replaced_tail(known, read[0].digits), 0.8
    pair, rest = _first_pair(read[0].groups)
    return _replaced_tail(known, pair) + rest, 0.8


def _first_pair(groups: tuple[str, ...]) -> tuple[str, str]:
    """Return what is corrected, the first group or "zéro six", and the digits that follow it."""
    size = 2 if groups[0] == "0" and len(groups) > 1 else 1
    return "".join(groups[:size]), "".join(groups[size:])


def _continued(known: str, part: str) -> tuple[str, float]:
    """Append what was dictated, in the reading that makes ten digits when there is one."""
    read = candidates(part)
    if not read:
        return known, 1.0
    likely = read[0].digits
    if len(known) < LENGTH and (found := fitting(part, LENGTH, before=known, start="0")):
        return known + found.digits, _sure(part) if found.digits == likely else 0.5
    if (restart := fitting(part, LENGTH, start="0")) is not None:
        return restart.digits, 0.9
    if len(known) >= LENGTH:
        return _replaced_tail(known, likely), 0.6
    return known + likely, 1.0


def _sure(part: str) -> float:
    return 0.6 if ambiguous(part) else 1.0


def _swapped(known: str, part: str) -> tuple[str, float] | None:
    """Apply "quarante-huit, pas soixante-dix-huit" where the rejected digits are known; None when it is not that."""
    wrong = [found for what in rejected(part) if (found := digits(what))]
    right = digits(without_rejected(part))
    if not wrong or len(right) != len(wrong[0]) or wrong[0] not in known:
        return None
    head, _, tail = known.rpartition(wrong[0])
    return head + right + tail, 0.9


def _kept(part: str) -> str:
    """Return a text without the digits that the speaker takes back ("pas soixante-dix-huit, quarante-huit")."""
    kept = without_rejected(part)
    return kept if digits(kept) and any(digits(what) for what in rejected(part)) else part


def gather(text: str, so_far: str) -> tuple[str, float]:
    """Return (the digits known after this utterance, confidence)."""
    known, confidence = _known(so_far), 1.0
    for at, part in enumerate(segments(_nationalised(text))):
        step = _swapped(known, part) or (_corrected if at and known else _continued)(known, _kept(part))
        known, confidence = step[0], min(confidence, step[1])
    return known, confidence


def collect_telephone(text: str, context: Context) -> Collected | None:
    """Return the number, complete at ten digits; None when the text brings none."""
    known, confidence = gather(text, context.so_far)
    if not known or not candidates(_nationalised(text)):
        return None
    if len(known) == LENGTH - 1 and known[0] in "67":
        known, confidence = "0" + known, 0.5
    if len(known) == LENGTH and re.match(_START, known):
        return Collected(f"+33{known[1:]}", in_pairs(known), confidence=confidence)
    return Collected(
        known, _said_so_far(known), complete=False, confidence=min(confidence, 0.5 if len(known) > LENGTH else 1)
    )


def _said_so_far(known: str) -> str:
    pairs = [known[at : at + 2] for at in range(0, len(known), 2)]
    return ", ".join(in_pairs(pair) for pair in pairs)


def _unfinished(text: str, so_far: str) -> bool:
    """A number under ten digits goes on; so does one that has ten only in an unlikely reading."""
    known, confidence = gather(text, so_far)
    if not known:
        return dangling(text)
    return len(known) < LENGTH or confidence <= 0.5


TELEPHONE = Collector("telephone", collect_telephone, _unfinished, dictation=True)
