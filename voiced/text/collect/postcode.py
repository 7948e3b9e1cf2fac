"""A French postcode: five digits, "soixante-quinze zéro onze", "treize mille", "trente-quatre cent soixante-dix"."""

from __future__ import annotations

import re

from voiced.text.collect.contract import Collected, Collector, Context, dangling
from voiced.text.collect.corrections import segments, without_rejected
from voiced.text.dictation import candidates, fitting
from voiced.text.numbers import one_by_one
from voiced.text.pattern import lazy
from voiced.text.references import say_postcode

LENGTH = 5
_DEPARTMENT = lazy(r"0[1-9]|[1-8]\d|9[0-578]")


def _read(text: str, so_far: str) -> tuple[str, float] | None:
    """Return (digits, confidence) for the last correction that holds any."""
    before = re.sub(r"\D", "", so_far)
    for part in reversed(segments(without_rejected(text))):
        found = fitting(part, LENGTH)
        continued = fitting(part, LENGTH, before=before) if before and not found else None
        if found or continued:
            code = found.digits if found else before + (continued.digits if continued else "")
            read = candidates(part)
            return code, 1.0 if read[0].digits in code else 0.6
        if read := candidates(part):
            return read[0].digits, 0.4
    return None


def collect_postcode(text: str, context: Context) -> Collected | None:
    """Return five digits; an incomplete value when there are fewer; None when there are none or too many."""
    read = _read(text, context.so_far)
    if read is None or len(read[0]) > LENGTH:
        return None
    code, confidence = read
    if len(code) == LENGTH:
        return Collected(code, say_postcode(code), confidence=confidence) if _DEPARTMENT.match(code) else None
    return Collected(code, one_by_one(code), complete=False, confidence=confidence)


def _unfinished(text: str, so_far: str) -> bool:
    read = _read(text, so_far)
    return dangling(text) if read is None else len(read[0]) < LENGTH


POSTCODE = Collector("postcode", collect_postcode, _unfinished, dictation=True)
