"""What a sentence is made of, for comparing: politeness stripped, clauses, lexical features. Pure.

Rules: the same cleaning is applied to what callers say and to the examples; cleaning never empties a sentence (one that
is nothing but politeness stays as it is); accents and case never matter to lexical features, since a recogniser loses
them; numbers, days and e-mail signs become *shapes*, so that a telephone number resembles every other one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from text_to_num import alpha2digit

from voiced_local.brain.sounds import sound

_POLITE = re.compile(
    r"""\b(?:
        (?:re)?bonjour(?:\ (?:madame|monsieur|messieurs|docteur|à\ vous|tout\ le\ monde))?
      | bonsoir(?:\ (?:madame|monsieur))?
      | s['’ ]?il\ (?:vous|te)\ pla[iî]t | svp | merci\ (?:d['’ ]avance|par\ avance) | je\ vous\ (?:en\ )?prie
      | e+u+h+ | h+e+u+ | h+u+m+ | hm+ | ben | bah | bon\ ben | enfin\ bref | du\ coup | en\ fait
      | tu\ vois | vous\ voyez | (?:alors\ )?voilà(?:\ alors)?
      | (?:excusez|excuse)[- ]moi(?:\ de\ vous\ déranger)? | désolée?\ de\ vous\ déranger | je\ vous\ dérange\ pas
    )\b[\s,;.!]*""",
    re.IGNORECASE | re.VERBOSE,
)
_PREAMBLE = re.compile(
    r"""^(?:(?:alors|donc|et|mais|bon|ah|oh|dites|dis|tiens|écoutez|juste)\b[\s,]*)*
    (?:(?:
        j['’]aimerais\ savoir | j['’]aurais\ (?:voulu|aimé)\ savoir
      | je\ (?:voudrais|souhaiterais|souhaite|veux|désire)(?:\ bien)?\ savoir
      | (?:est-ce\ que\ )?(?:vous\ )?(?:pouvez|pourriez|peux|sauriez)(?:[- ](?:vous|tu))?\ (?:me\ )?
        (?:dire|renseigner\ sur|indiquer)
      | (?:est-ce\ que\ )?vous\ savez | savez[- ]vous | je\ me\ demand(?:e|ais) | dites[- ]moi
      | j['’](?:ai|aurais)\ (?:juste\ )?une\ (?:petite\ )?question
      | je\ vous\ (?:appelle|téléphone|contacte)\ (?:parce\ que|car|pour\ savoir)
      | c['’](?:est|était)\ (?:juste\ )?pour\ savoir
    )\b[\s,:]*(?:si\b\s*)?)""",
    re.IGNORECASE | re.VERBOSE,
)
_CLAUSE_END = re.compile(
    r"[.!?;:…]+\s*|,\s*|\s+(?=(?:et|mais|donc|car|sinon|parce que|par contre|d'ailleurs)\b)", re.IGNORECASE
)
_LINK = re.compile(
    r"^(?:et|mais|donc|car|sinon|alors|aussi|puis|par contre|d'ailleurs|parce que)\b[\s,]*", re.IGNORECASE
)
WORD = re.compile(r"[a-z0-9@]+|#[a-z]+")
_THIN = frozenset(
    WORD.findall(
        "oui ouais non nan si ok okay d'accord dac bien sur tres parfait entendu voila c'est ca exact exactement "
        "tout a fait bonjour bonsoir allo merci beaucoup madame monsieur euh hum bon ben bah alors et mais ah oh "
        "super top cool hein absolument volontiers pas du s'il vous plait pardon excusez moi donc"
    )
)
_MONTHS = "janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
_DAYS = "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\S+@\S+|\b(?:arobase|arobaz|a robase)\b"), " #mail "),
    (re.compile(r"(?:\+ ?33|\b0) ?[1-9](?:[ .-]?\d){6,8}\b"), " #telephone "),
    (re.compile(r"\b\d{1,2} ?(?:h|heures?)(?: ?\d{2})?\b|\b\d{1,2}:\d{2}\b"), " #heure "),
    (re.compile(rf"\b(?:\d{{1,2}}|premier|1er) (?:{_MONTHS})\b|\b\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?\b"), " #jour "),
    (re.compile(rf"\b(?:{_DAYS})\b"), " #semaine "),
    (re.compile(r"\b\d{2} ?\d{3}\b|\b\d{2} 0 ?\d{1,2}\b"), " #postal "),
    (re.compile(r"\b(?:[a-z] ){2,}[a-z]\b"), " #epelle "),
    (re.compile(r"\b\d+\b"), " #nombre "),
)


def fold(text: str) -> str:
    """Return `text` in lower case without accents, punctuation kept."""
    flat = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("’", "'"))
    return "".join(letter for letter in flat if not unicodedata.combining(letter))


@lru_cache(maxsize=8192)
def clean(text: str) -> str:
    """Return `text` without greetings, hesitations and preambles; as it was when nothing else is in it."""
    bare = _PREAMBLE.sub("", _POLITE.sub("", text).strip(" ,;-")).strip(" ,;-")
    return bare if WORD.search(fold(bare)) else text.strip()


def clauses(text: str) -> list[str]:
    """Return the clauses of `text` that say something: cut at punctuation and links, thin ones left out."""
    parts = (clean(_LINK.sub("", part.strip())) for part in _CLAUSE_END.split(text) if part)
    return [part for part in parts if part and not is_thin(part)]


def is_thin(text: str) -> bool:
    """Tell whether `text` holds only assent, dissent and politeness ("oui, d'accord, merci")."""
    return all(word in _THIN for word in WORD.findall(fold(text)))


def words(text: str) -> list[str]:
    """Return the words of `text`, folded, numbers and dates replaced by their shapes (`#telephone`, `#jour`...)."""
    flat = fold(alpha2digit(text, "fr")).replace("'", " ")
    flat = re.sub(r"[,;!?]| - ", " ", flat)
    for pattern, shape in _SHAPES:
        flat = pattern.sub(shape, flat)
    return WORD.findall(flat)


def features(text: str) -> Iterator[str]:
    """Yield the lexical features of `text`: words, how they sound, pairs of words, letter groups inside words."""
    row = words(text)
    yield from row
    for left, right in zip(["^", *row], [*row, "$"], strict=True):
        yield f"{left} {right}"
    for word in row:
        if word.startswith("#"):
            continue
        yield "~" + sound(word)
        framed = f"<{word}>"
        yield from (framed[at : at + size] for size in (3, 4, 5) for at in range(len(framed) - size + 1))
