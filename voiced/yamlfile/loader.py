"""Reading: libyaml's events become a `Document`, or problems with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from voiced.errors import BadInput, Problem
from voiced.yamlfile.document import Document, Path, Place

MAX_BYTES = 1_000_000
"""The largest file that is read."""

MAX_DEPTH = 50
"""The deepest nesting that is read."""

_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_NUMBER_LENGTH = 40

_SYNTAX = (
    (
        "mapping values are not allowed",
        "a ':' stands where none can",
        "put text that contains ': ' in quotes, or indent rightly",
    ),
    ("cannot start any token", "this character cannot stand here", "put the text in quotes"),
    ("could not find expected ':'", "a ':' is missing after this key", "write 'key: value'"),
    ("expected <block end>", "this line's indentation fits nothing above it", "align it with its neighbours"),
    ("expected <document start>", "this line's indentation fits nothing above it", "align it with its neighbours"),
    ("comment or line break", "the text after '|' or '>' begins on the next line", "break the line here"),
    ("did not find expected key", "this line's indentation fits nothing above it", "align it with its neighbours"),
    ("expected '-' indicator", "a list goes on here without '-'", "align it with the '-' lines above, or end the list"),
    ("unexpected end of stream", "a quote is opened and never closed", "close it"),
    ("unexpected document indicator", "a quote is opened and never closed", "close it"),
    ("expected ',' or ']'", "a list in [...] is not closed, or a ',' is missing", "close it with ']'"),
    ("expected ',' or '}'", "a mapping in {...} is not closed, or a ',' is missing", "close it with '}'"),
    ("expected node content", "a list in [...] or a mapping in {...} is not closed", "close it with ']' or '}'"),
    ("escape character", "a '\\' in double quotes means something special", "use single quotes"),
    ("expected alphabetic or numeric", "'&' and '*' cannot begin a text", "put the text in quotes"),
)


def load(path: FilePath | str, name: str = "") -> Document:
    """Read the file at `path`, which problems call `name` (its path). Raises `BadInput` with all that is wrong."""
    file = name or str(path)
    return loads(load_bytes(path, file), file)


def load_bytes(path: FilePath | str, name: str = "") -> bytes:
    """Return the bytes of a file, one more than `loads` takes at most, so that it refuses a larger one."""
    try:
        with FilePath(path).open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise BadInput([Problem(name or str(path), 0, 0, f"the file cannot be read: {error.strerror}")]) from error


def loads(content: bytes | str, file: str) -> Document:
    """Read `content`, which problems call `file`. Raises `BadInput` with all that is wrong."""
    text = _text(content.encode() if isinstance(content, str) else content, file)
    builder = _Builder(file)
    try:
        document = builder.document(iter(yaml.parse(text, Loader=yaml.CSafeLoader)))
    except yaml.YAMLError as error:
        raise BadInput([*builder.problems, _syntax(error, text, file)]) from error
    if builder.problems:
        raise BadInput(builder.problems)
    return document


def _text(content: bytes, file: str) -> str:
    if len(content) > MAX_BYTES:
        raise BadInput([Problem(file, 0, 0, "the file is larger than 1 MB")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig")
        line, column = _place_after(before)
        fix = "save the file as UTF-8"
        raise BadInput([Problem(file, line, column, "this is not UTF-8 text", fix)]) from error


def _place_after(before: str) -> Place:
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _syntax(error: yaml.YAMLError, text: str, file: str) -> Problem:
    """Say what libyaml stumbled over in an operator's words."""
    if isinstance(error, yaml.reader.ReaderError):
        before = text.encode()[: error.position].decode(errors="ignore")
        return Problem(file, *_place_after(before), "a control character stands here", "delete it")
    said = f"{getattr(error, 'problem', '')} {getattr(error, 'context', '')}"
    begun = "end of stream" in said or "could not find expected ':'" in said  # the fault is where it began
    mark = (begun and getattr(error, "context_mark", None)) or getattr(error, "problem_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    written = "".join(text.splitlines()[line - 1 : line])
    return Problem(file, line, column, *_explain(said, written[: column - 1], written[column - 1 :]))


def _explain(said: str, before: str, after: str) -> tuple[str, str]:
    """Return reason and fix for libyaml's words, given the line before and after the place they point at."""
    if after.startswith("\t"):
        return "a tab stands where only spaces may", "indent with spaces"
    if "did not find expected key" in said and before.strip():
        return "the value ends before this", "put the whole text in quotes; a ' inside '...' is written ''"
    return next(((reason, fix) for known, reason, fix in _SYNTAX if known in said), (f"this is not YAML: {said}", ""))


class _Builder:
    """Makes data and places from events; goes on after a fault where that makes sense."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self._values: dict[Path, Place] = {}
        self._keys: dict[Path, Place] = {}

    def document(self, events: Iterator[Event]) -> Document:
        """Return the one document in `events`; an empty file holds None."""
        data, documents = None, 0
        for event in events:
            if not isinstance(event, DocumentStartEvent):
                continue
            documents += 1
            if documents > 1:
                self._blame(event, "a second document begins here", "keep one document in a file, without '---'")
                break
            data = self._value(next(events), events, ())
        return Document(data, self.file, self._values, self._keys)

    def _value(self, event: Event, events: Iterator[Event], path: Path) -> Any:
        self._values[path] = _place(event)
        self._refuse_references(event)
        if len(path) > MAX_DEPTH:
            reason = f"this is nested more than {MAX_DEPTH} levels deep"
            raise BadInput([*self.problems, Problem(self.file, *_place(event), reason)])
        if isinstance(event, MappingStartEvent):
            return self._mapping(events, path)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(events, path)
        return self._scalar(event) if isinstance(event, ScalarEvent) else None

    def _refuse_references(self, event: Event) -> None:
        if isinstance(event, AliasEvent):
            self._blame(
                event, f"'*{getattr(event, 'anchor', '')}' is an alias, which is not supported", "write the value out"
            )
        elif getattr(event, "anchor", None):
            self._blame(event, f"'&{getattr(event, 'anchor', '')}' is an anchor, which is not supported", "delete it")
        if isinstance(event, ScalarEvent | CollectionStartEvent) and event.tag is not None:
            shown = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._blame(event, f"'{shown}' is a tag, which is not supported", "delete it")

    def _mapping(self, events: Iterator[Event], path: Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for event in events:
            if isinstance(event, MappingEndEvent):
                break
            key = self._key(event, events, path)
            twice = key in data
            if twice:
                line = self._keys[*path, key][0]
                self._blame(event, f"the key '{key}' stands twice (first in line {line})", "delete one of them")
            self._keys.setdefault((*path, key), _place(event))
            value = self._value(next(events), events, (*path, key))
            data.setdefault(key, value)
        return data

    def _key(self, event: Event, events: Iterator[Event], path: Path) -> str:
        if isinstance(event, ScalarEvent):
            self._refuse_references(event)
            return str(event.value)
        self._value(event, events, (*path, ""))
        if not isinstance(event, AliasEvent):
            self._blame(event, "a list or mapping cannot be a key", "put the key in quotes if it is a text")
        return ""

    def _sequence(self, events: Iterator[Event], path: Path) -> list[Any]:
        data: list[Any] = []
        for event in events:
            if isinstance(event, SequenceEndEvent):
                break
            data.append(self._value(event, events, (*path, len(data))))
        return data

    def _scalar(self, event: ScalarEvent) -> Any:
        text = str(event.value)
        if not event.implicit[0]:  # quoted, or a block
            return text
        if text in _WORDS:
            return _WORDS[text]
        return self._number(event, text)

    def _number(self, event: Event, text: str) -> Any:
        match = _NUMBER.fullmatch(text)
        if not match:
            return text
        if len(text) > _NUMBER_LENGTH or abs(float(text)) > 1e300:
            self._blame(event, "this number is too large", "put it in quotes if it is a text")
            return 0
        return float(text) if match[1] or match[2] else int(text)

    def _blame(self, event: Event, reason: str, fix: str) -> None:
        self.problems.append(Problem(self.file, *_place(event), reason, fix))


def _place(event: Event) -> Place:
    mark = event.start_mark
    assert mark is not None  # libyaml marks every event
    return mark.line + 1, mark.column + 1
