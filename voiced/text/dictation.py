"""Digits dictated aloud, in whatever mixture a recogniser writes them, gathered into one string.

A run of number words often has several readings ("soixante dix huit": 78, or 60 18; "quatre vingt douze": 92, or 80
12). `candidates` lists them; `digits` picks the reading with the fewest groups, and `fitting` the one whose length is
what the slot needs. Commas and hyphens of the recogniser are evidence: nothing is joined across a comma.
"""

from __future__ import annotations

import re
from functools import cache

from msgspec import Struct

from voiced.text.normalise import without_accents
from voiced.text.numerals import WORDS, Reading, readings
from voiced.text.pattern import lazy

_TIMES = {"double": 2, "triple": 3, "deux fois": 2, "trois fois": 3, "quatre fois": 4}
_REPEAT = lazy(r"\b(double|triple|(?:deux|trois|quatre) fois)(?: le| les)? (\w+)\b")
_TOKEN = lazy(r"\d+|[a-z']+|[,;:/!?…]|\.(?!\d)|(?<=\w)-(?=\w)")
_ARTICLES = frozenset({"un", "une"})
_MERGED = 6.0
_LONE_DIGIT = 0.6
_ODD = 1.5
_TAKE_AND = frozenset({"vingt", "trente", "quarante", "cinquante", "soixante"})
_NEAR = 1.0
_BEAM = 64
_LONGEST_RUN = 40


class Word(Struct, frozen=True):
    """One word or digit group; `glued` says that a hyphen ties it to the word before."""

    text: str
    glued: bool = False


class Candidate(Struct, frozen=True):
    """One way to read the digits: `groups` as they were said; a lower `cost` is more likely."""

    groups: tuple[str, ...]
    cost: float

    @property
    def digits(self) -> str:
        """Return the groups joined."""
        return "".join(self.groups)


def prepared(text: str) -> str:
    """Return lower case without accents, dots between digits opened, "double zéro" said twice."""
    text = without_accents(text.lower()).replace("’", "'")
    text = re.sub(r"(?<=\d)[.\-/](?=\d)", " ", text)
    text = re.sub(r"(?<=\d)[oO](?=\d)|\b[oO](?=\s?\d)", "0", text)
    return _REPEAT.sub(_repeated, text)


def _repeated(match: re.Match[str]) -> str:
    word = match[2]
    if word not in WORDS and not word.isdigit():
        return match[0]
    return " , ".join([word] * _TIMES[match[1]])


def runs(text: str) -> list[list[Word]]:
    """Return the runs of number words and digits in a text, in order; a comma or any other word ends a run."""
    found: list[list[Word]] = [[]]
    glued = False
    for piece in _TOKEN.findall(prepared(text)):
        if piece == "-":
            glued = True
            continue
        if piece in WORDS or piece.isdigit() or (piece == "et" and found[-1]):
            found[-1].append(Word(piece, glued))
        else:
            found.append([])
        glued = False
    return [trimmed for run in found if (trimmed := _without_and(run[:_LONGEST_RUN]))]


def _without_and(run: list[Word]) -> list[Word]:
    while run and run[-1].text == "et":
        run = run[:-1]
    return run


def dictated(text: str) -> list[list[Word]]:
    """Return `runs` without lone articles ("un numéro"): a lone "un" counts only beside other numbers or at the end."""
    found = runs(text)
    words = _TOKEN.findall(prepared(text))
    if len(found) > 1 or not words:
        return [run for run in found if not (len(run) == 1 and run[0].text in _ARTICLES and _is_article(words))]
    lone = len(found) == 1 and len(found[0]) == 1 and found[0][0].text in _ARTICLES
    return [] if lone and len(words) > 1 and words[-1] not in {*_ARTICLES, ".", "!"} else found


def _is_article(words: list[str]) -> bool:
    """Say whether every "un" of the words stands before a word that is no number."""
    after = [words[at + 1] for at, word in enumerate(words[:-1]) if word in _ARTICLES]
    return bool(after) and words[-1] not in _ARTICLES and all(w.isalpha() and w not in WORDS for w in after)


def _steps(run: list[Word], at: int) -> list[tuple[int, str, float]]:
    """Return what may be read next: (next index, digits, cost)."""
    word = run[at].text
    if word == "et":
        return [(at + 1, "", 1.0)]
    if word.isdigit():
        return [(at + 1, word, 1.0), *_merged(run, at)]
    words = [item.text for item in run]
    return [(r.end, str(r.value), _cost(run, words, at, r)) for r in readings(words, at)]


def _cost(run: list[Word], words: list[str], at: int, reading: Reading) -> float:
    """Return what a reading costs: one group, more when it is a lone digit, tears a hyphen or is written oddly."""
    said = words[at : reading.end]
    lone = _LONE_DIGIT if 0 < reading.value < 10 else 0.0
    plural_inside = "vingts" in said[:-1]
    one_without_and = said[-1] in _ARTICLES and len(said) > 1 and said[-2] in _TAKE_AND
    return 1.0 + _tear(run, reading.end) + lone + _ODD * (plural_inside + one_without_and)


def _merged(run: list[Word], at: int) -> list[tuple[int, str, float]]:
    """Return "60" "18" read as 78 and "20" "5" as 25: a recogniser that heard one number and wrote two."""
    if at + 1 >= len(run) or not run[at + 1].text.isdigit() or len(run[at].text) != 2:
        return []
    ten, low = int(run[at].text), int(run[at + 1].text)
    fits = run[at].text[1] == "0" and ten >= 20 and 0 < low < (20 if ten in {60, 80} else 10)
    return [(at + 2, str(ten + low), _MERGED)] if fits else []


def _tear(run: list[Word], end: int) -> float:
    """Return what it costs to end a number where the recogniser wrote a hyphen."""
    return 2.0 if end < len(run) and run[end].glued else 0.0


def _read_run(run: list[Word]) -> list[Candidate]:
    """Return the readings of one run, cheapest first, at most a beam of them."""

    @cache
    def tails(at: int) -> tuple[Candidate, ...]:
        if at == len(run):
            return (Candidate((), 0.0),)
        found: list[Candidate] = []
        for after, digits, cost in _steps(run, at):
            head = (digits,) if digits else ()
            found += [Candidate((*head, *tail.groups), cost + tail.cost) for tail in tails(after)]
        return _best(found)

    return list(tails(0))


def _best(candidates: list[Candidate]) -> tuple[Candidate, ...]:
    """Return the cheapest candidate of each length first, then the others, within the beam."""
    ordered = sorted(candidates, key=lambda c: c.cost)
    lengths: dict[int, Candidate] = {}
    for candidate in ordered:
        lengths.setdefault(len(candidate.digits), candidate)
    rest = [candidate for candidate in ordered if candidate not in lengths.values()]
    return tuple([*sorted(lengths.values(), key=lambda c: c.cost), *rest][:_BEAM])


def candidates(text: str) -> list[Candidate]:
    """Return the readings of all digits dictated in a text, cheapest first; empty when it holds none."""
    found = [Candidate((), 0.0)]
    for run in dictated(text):
        read = _read_run(run)
        found = list(_best([Candidate(a.groups + b.groups, a.cost + b.cost) for a in found for b in read]))
    return sorted((c for c in found if c.groups), key=lambda c: c.cost)


def digits(text: str) -> str:
    """Return the digits dictated in a text in their likeliest reading, or ""."""
    return next((candidate.digits for candidate in candidates(text)), "")


def ambiguous(text: str) -> bool:
    """Say whether another reading of the same length is about as likely as the likeliest."""
    found = candidates(text)
    first = found[0] if found else Candidate((), 0.0)
    return any(
        len(c.digits) == len(first.digits) and c.digits != first.digits and c.cost - first.cost < _NEAR for c in found
    )


def fitting(text: str, length: int, *, before: str = "", start: str = "") -> Candidate | None:
    """Return the likeliest reading that makes `length` digits after `before`, and begins with `start`; or None."""
    for candidate in candidates(text):
        whole = before + candidate.digits
        if len(whole) == length and whole.startswith(start):
            return candidate
    return None
