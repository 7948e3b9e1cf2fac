"""Reference codes, postcodes and other digits that are names, not quantities."""

from __future__ import annotations

import re

from voiced.text.acronyms import spelled
from voiced.text.numbers import LARGEST, grouped, one_by_one
from voiced.text.pattern import lazy

_CONTEXT = (
    r"(?:r[ée]f[ée]rence|numéro(?: de (?:commande|client|dossier|suivi|contrat|facture|réservation))?|commande|dossier|"
    r"contrat|code|suivi|siren|siret|client|facture|réservation|billet)(?: est| :|:| numéro)? ?(?:le )?"
)
_AFTER_CONTEXT = lazy(
    rf"\b({_CONTEXT})(\d{{5,}}|\d{{2,4}}(?:[ -]\d{{2,5}}){{1,5}})(?![\w,.€%]\d|\w| ?[€%])", re.IGNORECASE
)
_MIXED = lazy(r"(?<![\w@./-])(?=[A-Z0-9/_-]*\d)(?=[A-Z0-9/_-]*[A-Z])[A-Z0-9]+(?:[-_/][A-Z0-9]+)*(?![\w@])")
_POSTCODE = lazy(r"(?<![\w,.-])(\d{2}) ?(\d{3})(?= [A-ZÉÈÎ][\w'-]{2,})")
_IBAN = lazy(r"\b([A-Z]{2}\d{2})((?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?)(?!\w)")
_LEADING_ZERO = lazy(r"(?<![\w,.])0\d+(?![\w]|[,.]\d)")
_TOO_LONG = lazy(rf"\d{{{len(str(LARGEST))},}}")


def say_postcode(code: str) -> str:
    """Return a French postcode as it is said: "soixante-quinze zéro onze", "treize mille", "zéro six cent"."""
    department, rest = code[:2], code[2:]
    if rest == "000":
        return f"{grouped(department)} mille"
    return f"{grouped(department)} {grouped(rest)}"


def say_code(code: str) -> str:
    """Return a code letter by letter and digit by digit, with a breath at its dashes: "A B, un deux trois"."""
    parts = [part for part in re.split(r"[-_/\s]+", code) if part]
    return ", ".join(_say_part(part) for part in parts)


def _say_part(part: str) -> str:
    runs = re.findall(r"\d+|[^\W\d_]+", part)
    return " ".join(_say_run(run) for run in runs)


def _say_run(run: str) -> str:
    if not run.isdigit():
        return spelled(run)
    return grouped(run) if len(run) <= 2 else one_by_one(run)


def speak_references(text: str) -> str:
    """Replace codes by their letters and digits: when a word announces one, when mixed, when too long."""
    text = _POSTCODE.sub(lambda m: say_postcode(m[1] + m[2]), text)
    text = _AFTER_CONTEXT.sub(lambda m: m[1] + say_code(m[2]), text)
    text = _IBAN.sub(lambda m: say_code(m[0]), text)
    text = _MIXED.sub(lambda m: say_code(m[0]), text)
    text = _LEADING_ZERO.sub(lambda m: grouped(m[0]) if len(m[0]) < 4 else one_by_one(m[0]), text)
    return _TOO_LONG.sub(lambda m: one_by_one(m[0]), text)
