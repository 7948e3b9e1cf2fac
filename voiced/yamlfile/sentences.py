"""One JSON Schema fault in an operator's words. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from jsonschema.exceptions import ValidationError
from msgspec import Struct
from msgspec.structs import replace

from voiced.yamlfile.document import Path

_MANY = 12
_NAMES = {
    "object": "a mapping", "array": "a list", "string": "a text", "integer": "a whole number", "number": "a number",
    "boolean": "true or false", "null": "nothing",
}  # fmt: skip


class Told(Struct, frozen=True):
    """A fault in words: where it is, at the value or at its key, what is wrong, what to do."""

    path: Path
    reason: str
    fix: str = ""
    at_key: bool = False


def sentences(error: ValidationError, path: Path, *, secret: bool) -> Iterator[Told]:
    """Tell one fault at `path`; a `secret` value is not quoted."""
    validator, limits = str(error.validator), limits_of(error)
    shown = "this value" if secret else quote(error.instance)
    if validator == "additionalProperties" and isinstance(error.instance, Mapping):
        yield from _unknown_keys(error, path)
    elif validator in ("required", "dependentRequired"):
        yield from _missing_keys(error, path)
    elif validator == "propertyNames" or _is_key_fault(error):
        yield Told((*path, str(error.instance)), f"{where(path)}the key {shown} is not allowed", at_key=True)
    elif validator == "type":
        told = kind(path, error.instance, [limits] if isinstance(limits, str) else limits, secret=secret)
        yield told if told.fix else replace(told, fix=_way_out(error))
    elif validator in ("enum", "const"):
        yield one_of(path, error.instance, limits if validator == "enum" else [limits], secret=secret)
    else:
        words = _LIMITS.get(validator)
        reason = words(shown, limits) if words else f"{shown} is not allowed here"
        yield Told(path, where(path) + reason, _way_out(error))


def limits_of(error: ValidationError) -> Any:
    """Return what the schema says under the keyword that failed (jsonschema's types allow that it is not set)."""
    return error.validator_value


def where(path: Sequence[str | int]) -> str:
    """Return `path` as the start of a sentence, "" for the whole document."""
    return "/".join(map(str, path)) + ": " if path else ""


def quote(value: Any) -> str:
    """Return `value` as the operator wrote it, more or less: texts in quotes, long things cut."""
    if isinstance(value, Mapping | list):
        return "this mapping" if isinstance(value, Mapping) else "this list"
    text = f"'{value}'" if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 60 else text[:57] + "...'"


def kind(path: Path, value: Any, types: Sequence[str], *, secret: bool = False) -> Told:
    """Tell that `value` is of none of `types` (JSON Schema's names)."""
    expected = " or ".join(_NAMES[name] for name in types) or "another value"
    found = "another value" if secret and isinstance(value, str | int | float) else _found(value)
    return Told(path, f"{where(path)}expected {expected}, found {found}", "" if secret else _kind_fix(value, types))


def one_of(path: Path, value: Any, values: Iterable[Any], *, secret: bool = False) -> Told:
    """Tell that `value` is none of `values`."""
    known = [value if isinstance(value, str) else json.dumps(value) for value in values]
    shown = "this value" if secret else quote(value)
    return Told(path, f"{where(path)}{shown} is not one of the possible values", _did_you_mean(value, known))


def _did_you_mean(value: Any, known: Sequence[str]) -> str:
    close = get_close_matches(str(value).lower(), [name.lower() for name in known], n=1, cutoff=0.6)
    if close:
        return f"did you mean '{next(name for name in known if name.lower() == close[0])}'?"
    return f"possible: {', '.join(known[:_MANY])}{', ...' if len(known) > _MANY else ''}" if known else ""


def _meant(key: str, free: Sequence[str], known: Sequence[str]) -> str:
    """Hint at a key that is still free; one that is there already is a better guess than those unlike it."""
    hints = (_did_you_mean(key, free), _did_you_mean(key, known))
    return next((hint for hint in hints if hint.startswith("did you mean")), hints[0] or hints[1])


def _unknown_keys(error: ValidationError, path: Path) -> Iterator[Told]:
    """Tell each key that is not in `properties`, or whose form `additionalProperties` and patterns do not allow."""
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    written = _written(error)
    known = [*schema.get("properties", {})]
    patterns = [*schema.get("patternProperties", {})]
    free = [key for key in known if key not in written]
    for key in written:
        if key not in known and not any(re.search(pattern, key) for pattern in patterns):
            yield Told((*path, key), f"{where(path)}unknown key '{key}'", _meant(key, free, known), at_key=True)


def _missing_keys(error: ValidationError, path: Path) -> Iterator[Told]:
    """Tell each key that is missing; jsonschema raises one fault for each, and says the same of all."""
    needed, written = limits_of(error), _written(error)
    if isinstance(needed, Mapping):
        needed = [key for present, keys in needed.items() if present in written for key in keys]
    for key in needed:
        if key not in written:
            yield Told(path, f"{where(path)}the key '{key}' is missing", f"add '{key}: ...'")


def _written(error: ValidationError) -> Any:
    return error.instance


def _is_key_fault(error: ValidationError) -> bool:
    return "propertyNames" in error.absolute_schema_path


def _found(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, Mapping | list):
        return "a mapping" if isinstance(value, Mapping) else "a list"
    return f"the text {quote(value)}" if isinstance(value, str) else f"the number {json.dumps(value)}"


def _kind_fix(value: Any, types: Sequence[str]) -> str:
    if "boolean" in types and isinstance(value, str):
        word = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(value.lower(), value.lower())
        return f"write {word} without quotes" if word in ("true", "false") else ""
    if "string" in types and isinstance(value, int | float):
        return f"put it in quotes: '{json.dumps(value)}'"
    if "array" in types and isinstance(value, str | int | float):
        return f"write it as a list: [{value if isinstance(value, str) else json.dumps(value)}]"
    if {"integer", "number"} & {*types} and isinstance(value, str) and re.fullmatch(r"[-+]?[\d.]+", value):
        return "write the number without quotes, leading zeros or '+'"
    return ""


def _way_out(error: ValidationError) -> str:
    """Return an example of a value that would do, or say that the default does."""
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    if schema.get("examples"):
        return f"for example {quote(schema['examples'][0])}"
    default = schema.get("default")
    told = isinstance(default, bool | int | float) or (isinstance(default, str) and default)
    return f"leave it out for the default, {quote(default)}" if told else ""


_LIMITS: dict[str, Callable[[str, Any], str]] = {
    "minimum": lambda shown, limit: f"{shown} is too small: at least {limit}",
    "maximum": lambda shown, limit: f"{shown} is too large: at most {limit}",
    "exclusiveMinimum": lambda shown, limit: f"{shown} is too small: it must be more than {limit}",
    "exclusiveMaximum": lambda shown, limit: f"{shown} is too large: it must be less than {limit}",
    "multipleOf": lambda shown, limit: f"{shown} is not a multiple of {limit}",
    "minLength": lambda shown, limit: (
        "the text is empty" if limit == 1 else f"{shown} is too short: at least {limit} characters"
    ),
    "maxLength": lambda shown, limit: f"{shown} is too long: at most {limit} characters",
    "pattern": lambda shown, limit: f"{shown} does not have the expected form ({limit})",
    "minItems": lambda _shown, limit: f"the list is too short: at least {limit}",
    "maxItems": lambda _shown, limit: f"the list is too long: at most {limit}",
    "uniqueItems": lambda _shown, _limit: "the list holds the same value twice",
    "minProperties": lambda _shown, limit: f"the mapping has too few keys: at least {limit}",
    "maxProperties": lambda _shown, limit: f"the mapping has too many keys: at most {limit}",
    "contains": lambda _shown, _limit: "the list lacks a value that it must hold",
    "oneOf": lambda shown, _limit: f"{shown} fits several forms, and only one may fit",
    "not": lambda shown, _limit: f"{shown} is excluded here",
    "unevaluatedProperties": lambda _shown, _limit: "the mapping holds a key that is not known here",
}
