"""Numbers that count: `number`, `amount` in euros, and `digits`, the number of an order or a file."""

from __future__ import annotations

import re
from decimal import Decimal

from voiced.text.collect.contract import Collected, Collector, Context, dangling
from voiced.text.collect.corrections import segments, without_rejected
from voiced.text.dictation import Candidate, candidates, fitting
from voiced.text.money import say_amount
from voiced.text.normalise import folded_bare, without_accents
from voiced.text.numbers import LARGEST, cardinal, decimal, one_by_one
from voiced.text.numerals import in_digits
from voiced.text.pattern import lazy

_ABOUT = {
    "dizaine": 10,
    "douzaine": 12,
    "quinzaine": 15,
    "vingtaine": 20,
    "trentaine": 30,
    "quarantaine": 40,
    "cinquantaine": 50,
    "centaine": 100,
}
_NUMBER = lazy(r"(?<![\w,.])(\d{1,3}(?: \d{3})+|\d+)(?:[,.](\d+))?(\s+et demie?)?(?![\w])")
_ONE = lazy(r"\b(une?)\b", re.IGNORECASE)
_NONE = lazy(r"\b(?:aucune?|personne|zero)\b")
_EUROS = lazy(
    r"(?<![\w,.])(\d{1,3}(?: \d{3})+|\d+)(?:[,.](\d{1,2}))?\s?(?:€|euros?|eur\b|balles)(?:\s?(et demi|"
    r"\d{1,2}(?!\d))(?:\s?(?:centimes?|cents?))?)?",
    re.IGNORECASE,
)
_CENTS = lazy(r"(?<![\w,.])(\d{1,2})\s?(?:centimes?|cents?)\b")
_FAR_FETCHED = 1.2
_PAIR = lazy(r"(?<![\w,.])(\d+) (\d{2})(?![\w,.]| \d)")


def _last_segment(text: str) -> list[str]:
    """Return the corrections of a text, last first: the first that yields a value wins."""
    return list(reversed(segments(without_rejected(text))))


def _articles_out(text: str) -> str:
    """Return the text with its numbers in digits; "un" counts only when there is no other number."""
    cleaned = _ONE.sub("", text)
    rewritten = in_digits(cleaned)
    return in_digits(text) if not re.search(r"\d", rewritten) or re.search(r"[a-z] et une?\b", text) else rewritten


def _numbers(text: str) -> list[tuple[str, str]]:
    """Return (whole, fraction) of every number in a text."""
    found = []
    for match in _NUMBER.finditer(_articles_out(text)):
        fraction = match[2] or ("5" if match[3] else "")
        found.append((match[1].replace(" ", ""), fraction))
    return found


def collect_number(text: str, context: Context) -> Collected | None:  # noqa: ARG001 - the signature of Collect
    """Return an int, or a float for "deux et demi"; not complete when several numbers were said ("quatre ou cinq")."""
    for part in _last_segment(text):
        bare = without_accents(part.lower())
        about = next((count for name, count in _ABOUT.items() if name in bare), None)
        if about is not None:
            return Collected(about, cardinal(about), confidence=0.7)
        found = _numbers(part)
        if found:
            return _one_number(found)
        if _NONE.search(bare):
            return Collected(0, cardinal(0), confidence=0.8)
    return None


def _one_number(found: list[tuple[str, str]]) -> Collected | None:
    whole, fraction = found[0]
    if int(whole) >= LARGEST:
        return None
    single = len(set(found)) == 1
    confidence = 1.0 if single else 0.4
    if fraction:
        return Collected(float(f"{whole}.{fraction}"), decimal(whole, fraction), single, confidence)
    return Collected(int(whole), cardinal(int(whole)), single, confidence)


def _euros(text: str) -> tuple[Decimal, float] | None:
    rewritten = in_digits(text)
    if match := _EUROS.search(rewritten):
        cents = match[2] or match[3] or "0"
        cents = "50" if cents == "et demi" else (cents.ljust(2, "0") if match[2] else cents.zfill(2))
        return Decimal(f"{match[1].replace(' ', '')}.{cents}"), 1.0
    if match := _CENTS.search(rewritten):
        return Decimal(int(match[1])) / 100, 1.0
    if match := _PAIR.search(rewritten):
        return Decimal(f"{match[1]}.{match[2]}"), 0.6
    found = _numbers(text)
    return (Decimal(f"{found[0][0]}.{(found[0][1] or '0')[:2]}"), 0.7) if found else None


def collect_amount(text: str, context: Context) -> Collected | None:  # noqa: ARG001 - the signature of Collect
    """Return euros as a decimal string with two places ("49.90"), exact."""
    for part in _last_segment(text):
        found = _euros(part)
        if found and found[0] < LARGEST:
            return Collected(f"{found[0]:.2f}", say_amount(found[0]), confidence=found[1])
    return None


def _lengths(hints: tuple[str, ...]) -> list[int]:
    return [int(hint) for hint in hints if hint.isdigit()]


def collect_digits(text: str, context: Context) -> Collected | None:
    """Return a string of digits; hints that are numbers are the lengths which make it complete (none: any length)."""
    parts = segments(without_rejected(text))
    read = [(at, candidates(part)) for at, part in enumerate(parts)]
    spoken = [(at, found) for at, found in read if found]
    if not spoken:
        return None
    known = re.sub(r"\D", "", context.so_far)
    for at, found in spoken:
        known = _digits_step(known, parts[at], found[0].digits, _lengths(context.hints), corrects=at > 0)
    lengths = _lengths(context.hints)
    complete = not lengths or len(known) in lengths
    return Collected(known, one_by_one(known), complete, 1.0 if len(spoken) == 1 else 0.8)


def _shortened(text: str, so_far: str) -> bool:
    return folded_bare(text) not in {"un", "une"} and dangling(text, so_far)


def _fitting(part: str, length: int, before: str = "") -> Candidate | None:
    """Return the reading that has the length wanted, unless it is far-fetched."""
    found = fitting(part, length, before=before)
    return found if found and found.cost - candidates(part)[0].cost <= _FAR_FETCHED else None


def _digits_step(known: str, part: str, likely: str, lengths: list[int], *, corrects: bool) -> str:
    for length in lengths:
        if found := _fitting(part, length):
            return found.digits
        if not corrects and (found := _fitting(part, length, known)):
            return known + found.digits
    if corrects:
        return known[: max(0, len(known) - len(likely))] + likely
    return known + likely


NUMBER = Collector("number", collect_number, _shortened)
AMOUNT = Collector("amount", collect_amount)
DIGITS = Collector("digits", collect_digits, dangling, dictation=True)
