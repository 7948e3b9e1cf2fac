"""Providers that a file names beside the active ones: stand-ins, those on trial, those of one flow or number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from voiced.config.choice import KINDS
from voiced.config.substitute import Path
from voiced.plugin import Kind


class Named(Struct, frozen=True):
    """One provider that is named somewhere. `at_key`: its name is the key at `path`, not the value."""

    path: Path
    kind: Kind
    name: str
    at_key: bool = False


def named(data: Mapping[str, Any]) -> Iterator[Named]:
    """Return every such provider in the file's data. What has the wrong type is passed over: the schema reports it."""
    for kind in KINDS:
        for index, name in enumerate(stand_ins(data, kind)):
            yield Named(("fallback", kind, index), kind, name)
        for name in shares(data, kind):
            yield Named(("canary", kind, name), kind, name, at_key=True)
    yield from _overrides(data, "flow_providers")
    yield from _overrides(data, "numbers", "providers")


def stand_ins(data: Mapping[str, Any], kind: Kind) -> list[str]:
    """Return the stand-ins of `kind`, in order; "" for what is no text."""
    names = _below(data, "fallback", kind)
    return [name if isinstance(name, str) else "" for name in names] if isinstance(names, list) else []


def shares(data: Mapping[str, Any], kind: Kind) -> dict[str, float]:
    """Return the percentage of calls of each provider of `kind` that is on trial."""
    given = _items(_below(data, "canary", kind))
    return {name: share for name, share in given if isinstance(share, int | float)}


def _overrides(data: Mapping[str, Any], section: str, *below: str) -> Iterator[Named]:
    for key, value in _items(data.get(section)):
        for kind in KINDS:
            name = _below(value, *below, kind)
            if isinstance(name, str):
                yield Named((section, key, *below, kind), kind, name)


def _items(value: Any) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, Mapping) else []


def _below(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
