"""The library of named intents: what French callers ask for, with sentences by which they ask.

A flow offers an intent by its name; its examples become those of the tool that a brain chooses among. The data is
`intents.fr.yaml` beside this file, read strictly: an unknown key, an empty list or a sentence standing under two
intents is a fault of the package, told at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml
from msgspec import Struct

from voiced.errors import BadInput, Problem

FILE = "voiced/dialog/intents.fr.yaml"
_KEYS = {"about", "examples"}


class Intent(Struct, frozen=True):
    """One thing callers ask for: its name, what it means to the operator (French), sentences callers say."""

    name: str
    about: str
    examples: tuple[str, ...]


@cache
def library() -> Mapping[str, Intent]:
    """Return the packaged intents by name, in the file's order. Raises `BadInput` when the file is wrong."""
    text = files("voiced.dialog").joinpath("intents.fr.yaml").read_text(encoding="utf-8")
    return parse(text, FILE)


def parse(text: str, file: str = FILE) -> Mapping[str, Intent]:
    """Read a library from YAML `text`; `file` names it in faults. Raises `BadInput` with every fault found."""
    try:
        data = yaml.load(text, Loader=yaml.CSafeLoader)  # ten times as fast, and as safe
    except yaml.YAMLError as error:
        raise BadInput([Problem(file, 0, 0, f"not YAML: {error}")]) from error
    if not isinstance(data, dict):
        raise BadInput([Problem(file, 0, 0, "a mapping of intents is expected")])
    faults = [Problem(file, 0, 0, reason) for reason in (*_shape_faults(data), *_shared_sentences(data))]
    if faults:
        raise BadInput(faults)
    intents = {name: Intent(name, body["about"], tuple(body["examples"])) for name, body in data.items()}
    return MappingProxyType(intents)


def _shape_faults(data: dict[Any, Any]) -> Iterator[str]:
    for name, body in data.items():
        if not isinstance(name, str) or not isinstance(body, dict) or set(body) != _KEYS:
            yield f"{name}: a name with exactly `about` and `examples` is expected"
            continue
        if not _is_text(body["about"]):
            yield f"{name}: `about` is a sentence"
        examples = body["examples"]
        if not isinstance(examples, list) or not examples or not all(_is_text(example) for example in examples):
            yield f"{name}: `examples` is a list of sentences (put quotes around numbers)"


def _shared_sentences(data: dict[Any, Any]) -> Iterator[str]:
    owners: dict[str, object] = {}
    for name, body in data.items():
        examples = body.get("examples") if isinstance(body, dict) else None
        for example in examples if isinstance(examples, list) else ():
            sentence = str(example).casefold()
            if sentence in owners:
                yield f"{name}: {example!r} is already an example of {owners[sentence]}"
            owners[sentence] = name


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
