"""JSON Schema: what breaks it, and values that keep it, made for a trial."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from voiced.plugin import Json


def schema_fault(schema: Mapping[str, Json]) -> str:
    """Return what is wrong with a schema of arguments; "" when it is one."""
    try:
        Draft202012Validator.check_schema(dict(schema))
    except SchemaError as error:
        return str(error.message)
    return "" if schema.get("type") == "object" else 'it must have "type": "object"'


def faults(value: Json, schema: Mapping[str, Json]) -> list[str]:
    """Return in which ways `value` breaks `schema`."""
    return [str(error.message) for error in Draft202012Validator(dict(schema)).iter_errors(_as_json(value))]


def examples(schema: Mapping[str, Json]) -> list[dict[str, Json]]:
    """Return arguments that keep `schema`: only what is required, and all that there may be.

    Schemas whose parts hang together (`oneOf`, patterns) are beyond this: what breaks them is left out.
    """
    properties: Mapping[str, Any] = schema.get("properties", {})
    required = {name: _value(properties.get(name, {})) for name in schema.get("required", ())}
    every = {name: _value(each) for name, each in properties.items()}
    return [made for made in (required, every) if not faults(made, schema)]


def _value(schema: Mapping[str, Any]) -> Json:
    if "const" in schema:
        return schema["const"]
    if choices := schema.get("enum") or schema.get("examples"):
        return choices[0]
    kind = schema.get("type", "string")
    made = _MADE.get(kind[0] if isinstance(kind, list) else kind)
    return made(schema) if made else None


def _text(schema: Mapping[str, Any]) -> Json:
    text = "Élan d'été".ljust(schema.get("minLength", 0), "x")
    return text[: schema.get("maxLength", len(text))]


def _number(schema: Mapping[str, Any]) -> Json:
    return schema.get("minimum", schema.get("maximum", 1))


def _list(schema: Mapping[str, Any]) -> Json:
    return [_value(schema.get("items", {}))] * max(1, schema.get("minItems", 1))


def _object(schema: Mapping[str, Any]) -> Json:
    return {name: _value(each) for name, each in schema.get("properties", {}).items()}


_MADE: Mapping[str, Callable[[Mapping[str, Any]], Json]] = {
    "string": _text,
    "integer": _number,
    "number": _number,
    "boolean": bool,
    "array": _list,
    "object": _object,
}


def _as_json(value: Json) -> Json:
    """Return `value` with plain dicts and lists, which the validator wants."""
    if isinstance(value, Mapping):
        return {name: _as_json(each) for name, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_as_json(each) for each in value]
    return value
