"""The reference of flow files, made from their schema: every key, its type, default and meaning, as Markdown.

`docs/generate.py` puts it into `docs/flows.md`. A key without a description is a bug that the tests find.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from voiced.dialog.examples import EXAMPLES
from voiced.dialog.flow import KEY, KINDS, SPAN, STEP_NAME, UNIT, Kind
from voiced.dialog.intents import library
from voiced.dialog.lint import COMPANIONS, NEEDED
from voiced.dialog.reader import schema
from voiced.text.collect import KINDS as VALUES

Schema = Mapping[str, Any]
PATTERNS = {STEP_NAME: "name", KEY: "key of a telephone", SPAN: "span of time"}
TYPES = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false", "null": "nothing"}
PARTS = {"Flow": "A flow file", "Scenario": "A scenario file"}
"""Titles of sections that are not called after what they describe."""
VALUE_MEANINGS = {
    "yes_no": "yes or no",
    "telephone": "a French number, dictated, in parts or keyed in; kept as `+33612345678`",
    "date": "a day; kept as `2026-12-24`",
    "time": "a time of the day; kept as `14:30`",
    "moment": "a day and a time or part of the day; kept as `2026-12-24T14:30`",
    "number": "a number",
    "digits": "digits one after the other (an order, a file)",
    "amount": "euros; kept as `49.90`",
    "name": "a person's name, spelled or not",
    "email": "an e-mail address, spelled or not",
    "postcode": "a French postcode",
    "choice": "one of `choices`",
    "text": "whatever is said",
}
"""What each kind of value is."""


def steps() -> str:
    """Return a section for each kind of step: what it does, the keys that go with it, an example."""
    return "\n\n".join(_step(kind) for kind in KINDS)


def _step(kind: Kind) -> str:
    keys = _definitions()["Step"]["properties"]
    needed = NEEDED.get(kind, ())
    rows = [_row(key, keys[key], required=key in needed) for key in (kind, *sorted(COMPANIONS[kind]))]
    example = EXAMPLES[kind].rstrip()
    return f"### {kind}\n\n{keys[kind]['description']}\n\n{_table(rows)}\n\n```yaml\n{example}\n```"


def parts() -> str:
    """Return a table for each part of a flow file that is not a step."""
    return tables({name: part for name, part in _definitions().items() if name != "Step"})


def tables(definitions: Mapping[str, Schema]) -> str:
    """Return a table for each part of a kind of file, from the definitions of its schema."""
    sections = []
    for name, part in definitions.items():
        required = part.get("required", ())
        rows = [_row(key, value, required=key in required) for key, value in part["properties"].items()]
        sections.append(f"### {PARTS.get(name, name)}\n\n{part['description']}\n\n{_table(rows)}")
    return "\n\n".join(sections)


def values() -> str:
    """Return the kinds of values that `collect` and the `slots` of a route may ask for."""
    return "\n".join(f"- `{kind}`: {VALUE_MEANINGS[kind]}" for kind in VALUES)


def intents() -> str:
    """Return the library of intents."""
    return "\n".join(f"- `{name}`: {intent.about}" for name, intent in library().items())


def _definitions() -> dict[str, Schema]:
    found: dict[str, Schema] = schema()["$defs"]
    return found


def _row(key: str, value: Schema, *, required: bool) -> tuple[str, str, str, str]:
    default = "needed" if required else _default(value)
    return f"`{key}`", _type(value), default, value["description"]


def _default(value: Schema) -> str:
    default = value.get("default")
    if default is None or default in ({}, [], "") or "$ref" in value:
        return "-"
    return f"`{json.dumps(default, ensure_ascii=False)}`"


def _type(value: Schema) -> str:
    """Return the type in words, with its unit and limits."""
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in value:
        return " or ".join(dict.fromkeys(_type(form) for form in value["anyOf"] if form.get("type") != "null"))
    if "enum" in value:
        return " or ".join(f"`{choice}`" for choice in value["enum"])
    if value.get("type") == "array":
        return f"list of {_type(value['items'])}"
    if value.get("type") == "object":
        inner = value.get("additionalProperties")
        return f"mapping to {_type(inner)}" if isinstance(inner, Mapping) else "mapping"
    return _plain(value)


def _plain(value: Schema) -> str:
    name = value.get(UNIT) or PATTERNS.get(value.get("pattern", "")) or TYPES.get(value.get("type", ""), "any value")
    if "minimum" in value and "maximum" in value:
        return f"{name}, {value['minimum']:g} to {value['maximum']:g}"
    return str(name)


def _table(rows: Iterable[tuple[str, str, str, str]]) -> str:
    lines = [f"| {' | '.join(cell.replace('|', '¦') for cell in row)} |" for row in rows]
    return "\n".join(["| key | type | default | what it is |", "| --- | --- | --- | --- |", *lines])
