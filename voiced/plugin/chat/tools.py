"""Tools as a chat API is told of them: what we know beyond JSON Schema goes into the descriptions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from voiced.plugin.chat.names import wire_name
from voiced.plugin.llm import Json, ToolSpec

MOST_EXAMPLES = 8
"""Sentences of callers that are told of one tool; each costs a dozen tokens in every request."""

SAID = "L'appelant dit par exemple : "
"""Before the sentences of callers, in a tool's description."""

COLLECT = "x-collect"
HINTS: Mapping[str, str] = {
    "yes_no": "oui ou non",
    "telephone": "un numéro de téléphone, en chiffres",
    "date": "un jour, comme l'appelant l'a dit (« mardi prochain »)",
    "time": "une heure, comme l'appelant l'a dite (« quatorze heures trente »)",
    "moment": "un jour et une heure, comme l'appelant les a dits",
    "number": "un nombre, en chiffres",
    "digits": "une suite de chiffres, sans espace",
    "amount": "un montant en euros",
    "name": "un nom de personne, tel que prononcé ou épelé",
    "email": "une adresse électronique",
    "postcode": "un code postal de cinq chiffres",
    "choice": "l'un des choix proposés",
    "text": "les mots de l'appelant",
}
"""What to take from the caller's words for a value that a flow collects, by the name of its collector."""


def function(tool: ToolSpec) -> dict[str, Json]:
    """Return the `function` object of a tool."""
    return {
        "name": wire_name(tool.name),
        "description": _description(tool),
        "parameters": {"type": "object", "properties": {}} | _hinted(tool.parameters),
    }


def _description(tool: ToolSpec) -> str:
    said = " ; ".join(f"« {example} »" for example in tool.examples[:MOST_EXAMPLES])
    about = tool.description.strip()
    return "\n".join(part for part in (about, f"{SAID}{said}" if said else "") if part)


def _hinted(schema: Mapping[str, Json]) -> dict[str, Json]:
    """Return the schema with our own key told in words: strict APIs refuse keys that they do not know."""
    made = {key: _below(value) for key, value in schema.items() if key != COLLECT}
    hint = HINTS.get(str(schema.get(COLLECT, "")))
    if hint:
        about = str(made.get("description", "")).strip().rstrip(".")
        made["description"] = f"{about} : {hint}" if about else hint
    return made


def _below(value: Json) -> Any:
    if isinstance(value, Mapping):
        return _hinted(value)
    return [_below(each) for each in value] if isinstance(value, list | tuple) else value
