"""The JSON Schema of `voiced.yaml`: made from the classes in `settings` and from each plugin's options."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from functools import lru_cache
from typing import Any

import msgspec

from voiced.config.catalogue import Plugins, specs
from voiced.config.settings import WrittenSettings
from voiced.plugin import SECRET

Schema = dict[str, Any]

VARIABLE = re.compile(r"^\$\{([A-Za-z_][A-Za-z0-9_]*)(:-)?\}$")
"""What a variable looks like, in Python's and in JSON Schema's regular expressions."""
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(plugins: Plugins, only: Container[str] | None = None) -> Schema:
    """Return the schema of the whole file, for editors and for checking.

    With `only`, the options of other plugins are left open: a start need not make the schemas of what is not used. A
    plugin that could not be loaded accepts any options: nobody knows better. A section whose lines are all
    commented out is null, and as good as an empty one.
    """
    whole = shape(WrittenSettings)
    wanted = {name: spec for name, spec in specs(plugins).items() if only is None or name in only}
    options = {name: options_schema(spec.options, spec.about) for name, spec in wanted.items()}
    unusable = {name: {"type": ["object", "null"], "description": found.failure} for name, found in plugins.items()}
    whole["properties"]["plugins"] |= {"properties": unusable | options, "additionalProperties": False}
    for section in (*whole["properties"].values(), *options.values()):
        if section.get("type") == "object":
            section["type"] = ["object", "null"]
    return {"$schema": DIALECT, "title": "voiced.yaml"} | whole


def editor_schema(plugins: Plugins) -> Schema:
    """Return the schema as editors need it: a variable may stand for any value, and for a secret nothing else may."""
    made: Schema = _with_variables(schema(plugins))
    return made


def _with_variables(node: Schema) -> Schema:
    if is_secret(node) and node.get("type") == "string":
        return node | {"pattern": VARIABLE.pattern}
    if "properties" in node:
        below = {name: _with_variables(each) for name, each in node["properties"].items()}
        return node | {"properties": below}
    if isinstance(node.get("additionalProperties"), dict):
        return node | {"additionalProperties": _with_variables(node["additionalProperties"])}
    if isinstance(node.get("items"), dict):
        return node | {"items": _with_variables(node["items"])}
    if node.get("type") == "string" and not {"pattern", "maxLength", "enum"} & node.keys():
        return node
    told = {key: node[key] for key in ("description", "default") if key in node}
    rest = {key: value for key, value in node.items() if key not in told}
    return told | {"anyOf": [rest, {"type": "string", "pattern": VARIABLE.pattern}]}


def options_schema(options: type[Any], about: str) -> Schema:
    """Return the schema of a plugin's options. Raises whatever msgspec does with a class that is not data."""
    return shape(options) | {"description": about}


def shape(data: type[Any]) -> Schema:
    """Return the schema of a dataclass with every reference written out and unknown keys refused."""
    made = _made(data)  # type: ignore[arg-type]  # classes are hashable, whatever mypy makes of type[Any]
    written_out: Schema = _inline(made, made.get("$defs", {}))
    return written_out


@lru_cache(maxsize=256)
def _made(data: type[Any]) -> Schema:
    """What msgspec makes of a class takes milliseconds, and a start asks for each three times; nobody changes it."""
    return msgspec.json.schema(data)


def _inline(node: Any, definitions: Mapping[str, Any]) -> Any:
    if isinstance(node, list):
        return [_inline(each, definitions) for each in node]
    if not isinstance(node, dict):
        return node
    own = {key: value for key, value in node.items() if key not in ("$ref", "$defs", "title", "properties")}
    result: Schema = {key: _inline(value, definitions) for key, value in own.items()}
    if "properties" in node:
        result["properties"] = {name: _inline(value, definitions) for name, value in node["properties"].items()}
        result.setdefault("additionalProperties", False)
        result["required"] = node["required"]
    if is_secret(result):
        for below in (result.get("items"), *result.get("anyOf", ())):
            if isinstance(below, dict):
                below[SECRET] = True
    if "$ref" in node:
        result = _inline(definitions[node["$ref"].removeprefix("#/$defs/")], definitions) | result
    return result


def is_secret(node: Schema) -> bool:
    """Return whether `node` describes a secret, or a list of them."""
    return bool(node.get(SECRET)) or any(is_secret(branch) for branch in node.get("anyOf", ()))


def child(node: Schema, key: str | int) -> Schema:
    """Return the schema of what `key` (a name or an index) leads to below `node`; empty when it says nothing."""
    for branch in (node, *node.get("anyOf", ())):
        if isinstance(key, int):
            found = branch.get("items")
        else:
            found = branch.get("properties", {}).get(key, branch.get("additionalProperties"))
        if isinstance(found, dict):
            return found
    return {}
