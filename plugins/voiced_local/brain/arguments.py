"""Filling a tool's arguments from what the caller said, by the collectors of spoken values. Pure.

Rules: a parameter says its kind by `x-collect` (a collector's name), by plain JSON Schema (`format`, `enum`, `type`) or
by being called like a collector; only complete values are taken, never a guess; a name is taken only from words that
introduce one, since any words could be a name; what is not found is left out, and the flow asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace

from voiced.plugin.llm import Json, Message
from voiced.text.collect import KINDS, Context, Value
from voiced_local.brain.concepts import concepts
from voiced_local.brain.words import fold, words

FORMATS = {
    "email": "email",
    "date": "date",
    "time": "time",
    "date-time": "moment",
    "tel": "telephone",
    "telephone": "telephone",
}
TYPES = {"boolean": "yes_no", "integer": "number", "number": "number"}
INTRODUCED = {"name": "nom"}
"""Kinds that almost any words would fit, and the concept without which they are not looked for."""
ANY_WORDS = "text"
"""The kind that takes whatever is said: the request itself is no such value, so it is left for the flow to ask."""
_OF_TIME, _NUMBERS = {"#jour", "#heure", "#semaine"}, {"#telephone", "#mail"}
MISLEADING = {
    **dict.fromkeys(("number", "digits", "amount", "postcode"), frozenset(_OF_TIME | _NUMBERS)),
    **dict.fromkeys(("date", "time", "moment"), frozenset(_NUMBERS)),
}
"""Shapes beside which a kind is not looked for: "le 12 à 10 heures" holds no number of guests."""
SURE = 0.5
"""Confidence under which a value is left for the flow to ask."""
_PART_END = re.compile(r"[,;.!?]+\s+|\s+et\s+")
_MONTH = "janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
_TODAY = re.compile(rf"\b(\d{{1,2}})(?:er)? ({_MONTH}) (\d{{4}})(?:, il est (\d{{1,2}})[:h](\d{{2}}))?")


def fill(parameters: Mapping[str, Json], text: str, context: Context) -> dict[str, Json]:
    """Return the arguments found in `text` for the JSON Schema `parameters`."""
    found: dict[str, Json] = {}
    for name, schema in parameters.get("properties", {}).items():
        value = _value(name, schema, text, context)
        if value is not None:
            found[name] = value
    return found


def said_today(messages: tuple[Message, ...], now: float) -> Context:
    """Return what dates are counted from: the day the system prompt tells, else the local day of `now` (epoch)."""
    at = datetime.fromtimestamp(now).astimezone()
    for message in messages:
        told = _TODAY.search(fold(message.content)) if message.role == "system" else None
        if told:
            day, month, year, hour, minute = told.groups()
            at = at.replace(year=int(year), month=_MONTH.split("|").index(month) + 1, day=int(day))
            at = at.replace(hour=int(hour), minute=int(minute)) if hour else at
            break
    return Context(at.date(), at.hour * 60 + at.minute)


def _value(name: str, schema: Mapping[str, Json], text: str, context: Context) -> Value | None:
    kind = _kind(name, schema)
    if kind not in KINDS or kind == ANY_WORDS:
        return None
    collector, against = KINDS[kind], replace(context, hints=tuple(map(str, schema.get("enum", ()))))
    found = (collector.collect(piece, against) for piece in _pieces(kind, text))
    sure = [each for each in found if each is not None and each.complete and each.confidence >= SURE]
    best = max(sure, key=lambda each: each.confidence, default=None)  # the whole sentence first, where equally sure
    return None if best is None else _typed(best.value, schema.get("type", ""))


def _pieces(kind: str, text: str) -> list[str]:
    """Return where to look for a value of `kind`: the whole sentence and its parts, without those that mislead."""
    pieces = dict.fromkeys([text, *(part.strip() for part in _PART_END.split(text))])
    concept, shapes = INTRODUCED.get(kind), MISLEADING.get(kind, frozenset())
    return [
        piece
        for piece in pieces
        if piece and (concept is None or concept in concepts(piece)) and shapes.isdisjoint(words(piece))
    ]


def _kind(name: str, schema: Mapping[str, Json]) -> str:
    if "x-collect" in schema:
        return str(schema["x-collect"])
    if "enum" in schema:
        return "choice"
    return FORMATS.get(schema.get("format", ""), TYPES.get(schema.get("type", ""), name))


def _typed(value: Value, wanted: str) -> Value | None:
    """Return `value` in the JSON type that the schema wants; None where it has none of the kind."""
    if wanted == "string":
        return value if isinstance(value, str) else str(value)
    if wanted == "integer":
        return int(value) if isinstance(value, int | float) else None
    if wanted == "number":
        return value if isinstance(value, int | float) else None
    return value
