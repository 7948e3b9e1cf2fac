"""What is wrong with an operator's files, in the reader's language.

Whoever finds it tells it in English: this process, and workers, of which only the words come over. So a sentence is
known by its form, and what it names is taken over; one that nobody translated, such as a plugin's own, stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from voiced_admin.language import language
from voiced_admin.problem_texts import FRENCH

_HOLE = re.compile(r"%\((\w+)\)s")
_PLACE = re.compile(r"([^\s:]+): (.+)", re.DOTALL)
"""A sentence behind the path of the value that it speaks of."""
_LONGEST = 400
"""Characters that a sentence of ours has at most; a longer one is not looked at."""
_LIST = r"[^\s,]+(?:, [^\s,]+)*"
_SAID = frozenset({"why", "said", "text", "company", "names", "kinds", "allowed", "keys", "where", "what", "setting"})
"""What is no mere name: words of a system or a library, lists."""


def explained(sentence: str) -> str:
    """Return the reason of a problem, or its fix, as the reader of the page at hand understands it."""
    return sentence if language() == "en" else french(sentence)


@lru_cache(maxsize=1024)
def french(sentence: str) -> str:
    """Return `sentence` in French, as far as it is known."""
    if len(sentence) > _LONGEST:
        return sentence
    known = _known(sentence)
    place = _PLACE.fullmatch(sentence) if known is None else None
    if place is not None and (rest := _known(place[2])) is not None:
        return f"{place[1]} : {rest}"
    return sentence if known is None else known


def _known(sentence: str) -> str | None:
    if sentence in FRENCH:
        return FRENCH[sentence]
    for form, text in _forms():
        match = form.fullmatch(sentence)
        named = _spoken(match.groupdict()) if match else None
        if named is not None:
            return text % named
    either = sentence.split(" or ")
    return " ou ".join(FRENCH[each] for each in either) if FRENCH.keys() >= {*either} else None


def _spoken(named: Mapping[str, str]) -> dict[str, str] | None:
    """Return what a sentence names, in French where it is words of ours; None when those are somebody else's words."""
    spoken = {name: french(value) for name, value in named.items()}
    foreign = (name for name, value in named.items() if spoken[name] == value and not _is_name(name, value))
    return None if any(foreign) else spoken


def _is_name(hole: str, value: str) -> bool:
    return hole in _SAID or " " not in value or value[0] in "'\"`[/"


@cache
def _forms() -> list[tuple[re.Pattern[str], str]]:
    """Return the sentences that name something: those that say most of their own first."""
    by_words = sorted(FRENCH, key=lambda english: len(_HOLE.sub("", english)), reverse=True)
    return [(_form(english), FRENCH[english]) for english in by_words if _HOLE.search(english)]


def _form(english: str) -> re.Pattern[str]:
    parts = _HOLE.split(english)  # text, name, text, name... text
    return re.compile("".join(_hole(part) if at % 2 else re.escape(part) for at, part in enumerate(parts)), re.DOTALL)


def _hole(name: str) -> str:
    return f"(?P<{name}>{_LIST if name == 'names' else '.*?'})"
