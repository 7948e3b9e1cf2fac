"""Settings in words: every leaf of a schema with its type, default and description, for pages and for the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from voiced.config.schema import Schema, is_secret
from voiced.config.settings import RESTART


@dataclass(frozen=True, slots=True)
class Described:
    """One setting. `name` is dotted, `*` stands for a key of the operator's choice, `[]` for an entry of a list."""

    name: str
    type: str
    required: bool
    default: str
    about: str
    secret: bool


def describe(schema: Schema, name: str = "", *, required: bool = False) -> list[Described]:
    """Return every setting below `schema`, in the order of its declaration."""
    return list(_below(schema, name, required=required))


def _below(schema: Schema, name: str, *, required: bool) -> Iterator[Described]:
    prefix = f"{name}." if name else ""
    below = schema.get("properties", {})
    free = schema.get("additionalProperties")
    for key, child in below.items():
        yield from _below(child, prefix + key, required=key in schema.get("required", ()))
    if isinstance(free, dict) and free.get("properties"):
        yield from _below(free, f"{prefix}*", required=False)
    elif name and not below:
        yield _leaf(schema, name, required=required)


def _leaf(schema: Schema, name: str, *, required: bool) -> Described:
    secret = is_secret(schema)
    about = schema.get("description", "")
    about += "." if about and about[-1] not in ".?!" else ""
    about += " A secret: write `${ENV_NAME}`." if secret else ""
    about += " Takes effect at the next start." if schema.get(RESTART) else ""
    default = json.dumps(schema["default"], ensure_ascii=False) if "default" in schema else "-"
    return Described(name, _type(schema), required, default, about, secret)


def _type(schema: Schema) -> str:
    """Return the type in words, with its limits."""
    if "enum" in schema:
        return " or ".join(json.dumps(value) for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_type(branch) for branch in schema["anyOf"]))
    names = {"string": "text", "integer": "whole number", "boolean": "true or false", "object": "mapping"}
    given = schema.get("type", "any value")
    kind = str(given[0] if isinstance(given, list) else given)
    if kind == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return names.get(kind, kind) + _limits(schema)


def _limits(schema: Schema) -> str:
    words = {"minimum": "from", "exclusiveMinimum": "above", "maximum": "to", "exclusiveMaximum": "below"}
    said = [f"{word} {schema[key]:g}" for key, word in words.items() if key in schema]
    return " " + " ".join(said) if said else ""
