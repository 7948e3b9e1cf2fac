"""Settings that wait for a restart when they are changed while voiced runs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, reduce

from voiced.config.schema import Schema, schema
from voiced.config.settings import RESTART, Settings


@cache
def waiting() -> tuple[str, ...]:
    """Return the dotted names of all settings that take effect only when voiced starts."""
    return tuple(_marked(schema({}), ""))


def waits(name: str) -> bool:
    """Return whether the setting `name`, or one below or above it, takes effect only when voiced starts."""
    return any(f"{name}.".startswith(f"{each}.") or f"{each}.".startswith(f"{name}.") for each in waiting())


def restart_needed(old: Settings, new: Settings) -> list[str]:
    """Return the names of the settings that differ in `new` and take effect only at the next start."""
    return [name for name in waiting() if _value(old, name) != _value(new, name)]


def _marked(node: Schema, name: str) -> Iterator[str]:
    for key, below in node.get("properties", {}).items():
        yield from _marked(below, f"{name}.{key}" if name else key)
    if node.get(RESTART):
        yield name


def _value(settings: Settings, name: str) -> object:
    return reduce(getattr, name.split("."), settings)
