"""Where values stand in YAML text: as character positions, from libyaml's nodes."""

from __future__ import annotations

from collections.abc import Iterator

import yaml
from msgspec import Struct
from yaml.nodes import CollectionNode, MappingNode, Node, SequenceNode

from voiced.yamlfile.document import Path


class Spot(Struct, frozen=True):
    """One value. `key` is None for the root and for entries of lists; `flow`: it stands inside [] or {}."""

    node: Node
    key: Node | None = None
    flow: bool = False

    @property
    def begin(self) -> int:
        """Return where the value begins."""
        return _index(self.node)

    @property
    def begin_of_key(self) -> int:
        """Return where its key begins; the value itself where there is none."""
        return _index(self.key or self.node)

    @property
    def indent(self) -> int:
        """Return the column of the key, or of the value that has none."""
        return _mark(self.key or self.node).column

    @property
    def is_block(self) -> bool:
        """Return whether it is a mapping or a list without braces."""
        return isinstance(self.node, CollectionNode) and not self.node.flow_style

    def colon(self, text: str) -> int:
        """Return the position after the colon of its key. Raises `ValueError` where there is none."""
        if self.key is None:
            raise ValueError("it has no key")
        return text.index(":", _mark(self.key, end=True).index) + 1

    def end(self, text: str) -> int:
        """Return the position after its last character, without what libyaml counts to it: blank lines, comments."""
        return _end(text, self.node)


def spots(text: str, path: Path) -> list[Spot]:
    """Return the value at `path` and those around it, root first, as far as the path exists."""
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    found = [Spot(root)] if root is not None else []
    for step in path if found else ():
        below = next((spot for name, spot in children(found[-1]) if name == step), None)
        if below is None:
            break
        found.append(below)
    return found


def children(spot: Spot) -> Iterator[tuple[str | int, Spot]]:
    """Return what is directly below, by key or index, in the order of the text."""
    node = spot.node
    flow = isinstance(node, CollectionNode) and bool(node.flow_style)
    if isinstance(node, MappingNode):
        yield from ((key.value, Spot(value, key, flow)) for key, value in node.value)
    elif isinstance(node, SequenceNode):
        yield from ((index, Spot(value, None, flow)) for index, value in enumerate(node.value))


def line_begin(text: str, position: int) -> int:
    """Return where the line of `position` begins."""
    return text.rfind("\n", 0, position) + 1


def line_end(text: str, position: int) -> int:
    """Return where the next line begins, or the text ends."""
    return (text.find("\n", position) + 1) or len(text)


def _mark(node: Node, *, end: bool = False) -> yaml.Mark:
    mark = node.end_mark if end else node.start_mark
    assert mark is not None  # libyaml marks every node
    return mark


def _index(node: Node) -> int:
    return _mark(node).index


def _end(text: str, node: Node) -> int:
    if isinstance(node, CollectionNode) and not node.flow_style:
        last = node.value[-1]
        return _end(text, last[1] if isinstance(last, tuple) else last)
    begin = _index(node)
    return begin + len(text[begin : _mark(node, end=True).index].rstrip(" \t\r\n"))
