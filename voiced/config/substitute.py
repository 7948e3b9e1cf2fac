"""`${ENV_NAME}` in `voiced.yaml`: a whole value that the environment fills in, and the only way to write a secret.

`${NAME}` must be set. `${NAME:-}` may be unset: the setting, or the entry of a list, is then left out. No other
default can be written, so that no secret ever stands in the file.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, Protocol

from voiced.config.environment import Environment
from voiced.config.schema import Schema, child, is_secret
from voiced.errors import Problem

Path = tuple[str | int, ...]


class Place(Protocol):
    """Makes a problem out of a setting's path, the reason and the fix."""

    def __call__(self, path: Path, reason: str, fix: str = "", *, key: bool = False) -> Problem:
        """Place it at the setting's value, or at its `key`."""
        ...


_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(:-(.*))?\}")
_LEFT_OUT = object()


def dotted(path: Path) -> str:
    """Return the name of a setting as it is shown: `plugins.twilio.auth_tokens.0`."""
    return ".".join(str(key) for key in path)


@dataclass
class Substitution:
    """One pass over the file's data; `run` may be called once."""

    environment: Environment
    place: Place
    problems: list[Problem] = field(default_factory=list)
    unset: dict[str, str] = field(default_factory=dict)
    stated: set[str] = field(default_factory=set)

    def run(self, data: Any, schema: Schema) -> Any:
        """Return `data` with every variable filled in, but for those whose fault is now in `problems`."""
        return self._value(data, schema, ())

    def _value(self, data: Any, schema: Schema, path: Path) -> Any:
        if isinstance(data, dict):
            return self._mapping(data, schema, path)
        if isinstance(data, list):
            return self._list(data, schema, path)
        self.stated.add(dotted(path))
        if data is None and "object" in schema.get("type", ()):
            return {}
        return self._text(data, schema, path) if isinstance(data, str) else data

    def _mapping(self, data: dict[Any, Any], schema: Schema, path: Path) -> dict[Any, Any]:
        filled = {key: self._value(value, child(schema, key), (*path, key)) for key, value in data.items()}
        return {key: value for key, value in filled.items() if value is not _LEFT_OUT}

    def _list(self, data: list[Any], schema: Schema, path: Path) -> list[Any]:
        filled = [self._value(value, child(schema, index), (*path, index)) for index, value in enumerate(data)]
        return [value for value in filled if value is not _LEFT_OUT]

    def _text(self, text: str, schema: Schema, path: Path) -> Any:
        match = _VARIABLE.fullmatch(text)
        if match is None:
            self._check_literal(text, schema, path)
            return text
        value = self.environment.get(match[1])
        if match[3]:
            fix = f"write ${{{match[1]}}}, or ${{{match[1]}:-}} if it may be unset"
            self._report(path, f"${{{match[1]}:-...}} has a default", fix)
        elif value:
            return _typed(value, schema)
        elif match[2]:
            self.unset[dotted(path)] = match[1]
            self.stated.discard(dotted(path))
            return _LEFT_OUT
        else:
            self._report(path, f"{match[1]} is not set", f"set {match[1]} in the environment or in .env")
        return text

    def _check_literal(self, text: str, schema: Schema, path: Path) -> None:
        if text and is_secret(schema):
            fix = "put it into .env or the environment, and write ${ITS_NAME} here"
            self._report(path, "a secret may not be written into this file", fix)
        elif "${" in text:
            self._report(path, "a variable must be the whole value", "write it as ${NAME}, with nothing around it")

    def _report(self, path: Path, reason: str, fix: str) -> None:
        self.problems.append(self.place(path, f"{'/'.join(map(str, path))}: {reason}", fix))


def _typed(value: str, schema: Schema) -> Any:
    """Read `value` as what the setting is: a variable is text, a port is a number."""
    if schema.get("type") not in ("integer", "number", "boolean"):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
