"""Personal data written in a text, replaced by what may be shown: e-mails, telephone numbers, IBANs, card numbers."""

from __future__ import annotations

import re

from voiced.text.addresses import EMAIL
from voiced.text.pattern import lazy

_IBAN = lazy(r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,4})?\b")
_CARD = lazy(r"(?<![\d+])\d(?:[ -]?\d){12,18}(?!\d)")
_PHONE = lazy(r"(?<![\w+])(?:\+\d{1,3}|0)(?:[ .\-()]{0,2}\d){8,13}(?!\d)")
_HIDDEN = "…"


def masked_number(number: str) -> str:
    """Return the last two digits of a telephone number: "…78" for "+33612345678"; "…" when it has fewer than six."""
    digits = re.sub(r"\D", "", number)
    return f"{_HIDDEN}{digits[-2:]}" if len(digits) >= 6 else _HIDDEN


def luhn(digits: str) -> bool:
    """Say whether a digit string has the check digit of a payment card (ISO/IEC 7812-1, annex B)."""
    doubled = [int(d) * (2 if at % 2 else 1) for at, d in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _card(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match[0])
    return f"[carte {_HIDDEN}{digits[-4:]}]" if luhn(digits) else match[0]


def mask(text: str) -> str:
    """Return the text with e-mails, IBANs, card numbers (Luhn) and telephone numbers masked; only those in digits."""
    text = EMAIL.sub("[e-mail]", text)
    text = _IBAN.sub("[IBAN]", text)
    text = _CARD.sub(_card, text)
    return _PHONE.sub(lambda m: f"[téléphone {masked_number(m[0])}]", text)
