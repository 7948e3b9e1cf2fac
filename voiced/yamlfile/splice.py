"""Changing single values in YAML text: only the places that change are written; everything else stays as it is.

A value is replaced where it stands, a new key comes below its siblings, a deleted one goes with its own lines;
comments, order, indentation and quotes of all the rest are the operator's. (Libraries that write the whole document
anew keep comments too, but move them, lose those behind what is deleted, and indent everything their own way.) The
outcome is read again, strictly, and compared with what was meant: what cannot be changed so is refused.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping
from typing import Any, Final

from yaml.nodes import MappingNode, ScalarNode

from voiced.errors import BadInput
from voiced.yamlfile.document import Path
from voiced.yamlfile.inline import WIDTH, folded, inline
from voiced.yamlfile.loader import loads
from voiced.yamlfile.spans import Spot, children, line_begin, line_end, spots


class Delete(enum.Enum):
    """Stands where a value would, for a key that goes."""

    DELETE = "delete"


DELETE: Final = Delete.DELETE


def splice(text: str, file: str, changes: Mapping[Path, Any]) -> str:
    """Return the YAML `text`, which problems call `file`, with the value at each path changed, or `DELETE`d.

    Mappings on the way to a new key are made; to delete what is not there changes nothing. Raises `BadInput` when the
    text is not valid, or when it cannot be changed so.
    """
    for path, value in changes.items():
        document = loads(text, file)
        try:
            meant = _without(document.data, path) if value is DELETE else _with(document.data, path, value)
            text = _cut(text, path) if value is DELETE else _put(text, path, value)
            done = _same(loads(text, file).data, meant)
        except (BadInput, LookupError, TypeError, ValueError):
            done = False
        if not done:
            reason = f"{'/'.join(map(str, path))} cannot be changed by a program"
            raise BadInput([document.problem(path, reason, "change it with an editor")])
    return text


def _with(data: Any, path: Path, value: Any) -> Any:
    """Return a copy of `data` with `value` at `path`."""
    if not path:
        return value
    if isinstance(data, list):
        made = list(data)
        made[int(path[0])] = _with(data[int(path[0])], path[1:], value)
        return made
    below = {} if data is None else dict(data)
    return {**below, path[0]: _with(below.get(path[0]), path[1:], value)}


def _without(data: Any, path: Path) -> Any:
    """Return a copy of `data` without the key at `path`."""
    if isinstance(data, list) and len(path) > 1:
        return _with(data, path[:1], _without(data[int(path[0])], path[1:]))
    if not isinstance(data, dict) or path[0] not in data:
        return data
    if len(path) == 1:
        return {key: value for key, value in data.items() if key != path[0]}
    return {**data, path[0]: _without(data[path[0]], path[1:])}


def _same(one: Any, other: Any) -> bool:
    """Return whether both are the same JSON: `true` is not 1, and 1 is not 1.0."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _put(text: str, path: Path, value: Any) -> str:
    found = spots(text, path)
    spot, missing = found[-1], path[len(found) - 1 :]
    if not missing:
        return _replace(text, spot, value)
    if not isinstance(spot.node, MappingNode):
        return _replace(text, spot, _nested(missing, value))
    add = _add_line if spot.is_block else _add_inside_braces
    return add(text, spot, missing, value)


def _nested(path: Path, value: Any) -> Any:
    """Return `value` below the keys of `path`."""
    for key in reversed(path):
        value = {key: value}
    return value


def _replace(text: str, spot: Spot, value: Any) -> str:
    if spot.is_block:
        first, last = line_begin(text, spot.begin), line_end(text, spot.end(text))
        colon = spot.colon(text)
        if first < colon:
            raise ValueError("the value shares its line with its key")
        return f"{text[:colon]} {inline(value)}{text[colon:first]}{text[last:]}"
    begin, end = spot.begin, spot.end(text)
    if begin == end:  # nothing stands there
        begin = end = spot.colon(text)
        return f"{text[:begin]} {inline(value, flow=spot.flow)}{text[end:]}"
    return text[:begin] + _like(text, spot, value) + text[end:]


def _like(text: str, spot: Spot, value: Any) -> str:
    """Return `value` written in the style of what it replaces; a long text is folded where it can be."""
    style = spot.node.style if isinstance(spot.node, ScalarNode) else ""
    if isinstance(value, str) and not spot.flow and (style in (">", "|") or (len(value) > WIDTH and not style)):
        block = folded(value, spot.indent + (2 if spot.key else 0), _newline(text))
        if block is not None:
            return block
    return inline(value, quote=style if style in ("'", '"') else "", flow=spot.flow)


def _add_inside_braces(text: str, spot: Spot, path: Path, value: Any) -> str:
    pair = f"{inline(path[0], flow=True)}: {inline(_nested(path[1:], value), flow=True)}"
    there = [below for _, below in children(spot)]
    if not there:
        return f"{text[: spot.begin + 1]}{pair}{text[spot.begin + 1 :]}"
    end = there[-1].end(text)
    return f"{text[:end]}, {pair}{text[end:]}"


def _add_line(text: str, spot: Spot, path: Path, value: Any) -> str:
    """Add a line below the last key of a mapping; a section that is new gets lines of its own."""
    end, newline = line_end(text, spot.end(text)), _newline(text)
    column = next(below for _, below in children(spot)).indent
    lines = [f"{' ' * (column + 2 * depth)}{inline(key)}:" for depth, key in enumerate(path)]
    lines[-1] += f" {inline(value)}"
    if len(path) > 1 and column == 0:
        lines.insert(0, "")
    before = text[:end] if text[:end].endswith("\n") else text[:end] + newline
    return before + newline.join(lines) + newline + text[end:]


def _cut(text: str, path: Path) -> str:
    found = spots(text, path)
    if len(found) <= len(path):
        return text
    spot, around = found[-1], found[-2]
    siblings = [below for _, below in children(around)]
    if len(siblings) == 1:
        return _replace(text, around, {})
    place = next(index for index, below in enumerate(siblings) if below.begin == spot.begin)
    begin = spot.begin_of_key
    if around.is_block and not text[line_begin(text, begin) : begin].strip():
        return text[: line_begin(text, begin)] + text[line_end(text, spot.end(text)) :]
    if place + 1 < len(siblings):
        return text[:begin] + text[siblings[place + 1].begin_of_key :]
    return text[: siblings[place - 1].end(text)] + text[spot.end(text) :]
