"""Texts with holes: `{name}` stands for a variable of the flow, a slot or a tool's data."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from voiced.text.pattern import lazy

HOLE = lazy(r"\{([a-z][a-z0-9_]*)\}")
SENTENCE = lazy(r"(?<=[.?!…])(?<!\bM\.)(?<!\bDr\.)\s+(?=[A-ZÀÂÇÉÈÊÎÔ«{])")


def holes(text: str) -> tuple[str, ...]:
    """Return the names that `text` asks for, in order."""
    return tuple(HOLE.findall(text))


def fill(text: str, values: Mapping[str, Any]) -> str:
    """Return `text` with its holes filled; a name that is not known leaves nothing behind."""
    filled = HOLE.sub(lambda hole: str(values.get(hole.group(1), "")), text)
    return re.sub(r"\s+", " ", filled).strip()


def is_fixed(text: str, constant: Collection[str]) -> bool:
    """Return whether `text` reads the same in every call: all its holes are filled from the flow itself."""
    return all(name in constant for name in holes(text))


def pieces(text: str, constant: Collection[str]) -> list[str]:
    """Return `text` whole where it is fixed, else its sentences: fixed ones can play while the others are made."""
    return [text] if is_fixed(text, constant) else SENTENCE.split(text)


def fill_data(value: Any, values: Mapping[str, Any]) -> Any:
    """Return JSON-like `value` with holes filled; a text that is one hole alone takes the value as it is."""
    if isinstance(value, str):
        alone = HOLE.fullmatch(value)
        return values.get(alone.group(1)) if alone else fill(value, values)
    if isinstance(value, Mapping):
        return {key: fill_data(item, values) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [fill_data(item, values) for item in value]
    return value
