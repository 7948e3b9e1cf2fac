"""What an emulator does like the real provider, item by item, and which test shows each.

A test carries `@pytest.mark.checklist("gladia-3")`. The page of the emulator holds the table that `table` makes; an
item without a test fails the build, and so does an uncertain one (tag C) that is not shown in two ways at least. A mark
names the way that its test shows, `checklist("gladia-4", way="refused")`, or the parameter whose values are the ways,
`checklist("gladia-4", by="stranger")`.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from voiced.testing.emulator.marks import Function, marked, texts, values

Tag = Literal["D", "F", "C"]
"""Documented by the provider; seen in the field; uncertain, therefore a switch that is tested both ways."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that it does."""

    id: str
    tags: str
    text: str


@dataclass(frozen=True, slots=True)
class Showing:
    """One mark: an item, the test that shows it, and in which ways, when there is more than one."""

    item: str
    test: str
    ways: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return how the table names it."""
        return f"`{self.test}`" + (f" ({'; '.join(self.ways)})" if self.ways else "")


@dataclass(frozen=True, slots=True)
class Checklist:
    """All that one emulator does. `items` are pairs of tags and text, numbered from 1."""

    name: str
    title: str
    written: tuple[tuple[str, str], ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """Return the items."""
        return tuple(Item(f"{self.name}-{n}", tags, text) for n, (tags, text) in enumerate(self.written, start=1))

    def shown(self, tests: Path) -> Mapping[str, list[Showing]]:
        """Return which tests in the folder `tests` carry each item's mark, by reading their source."""
        found: dict[str, list[Showing]] = {}
        for test, function, mark in marked(tests, "checklist"):
            for item in texts(mark):
                found.setdefault(item, []).append(Showing(item, test, _ways(function, mark)))
        return {item: showings for item, showings in found.items() if item.startswith(f"{self.name}-")}

    def missing(self, tests: Path) -> list[str]:
        """Return what the tests do not show: items without a test, uncertain ones shown one way, unknown marks."""
        shown = self.shown(tests)
        known = {item.id: item for item in self.items}
        faults = [f"{item.id} has no test: {item.text}" for item in self.items if item.id not in shown]
        faults += [
            f"{mark} is marked in {shown[mark][0].test}, but there is no such item" for mark in shown.keys() - known
        ]
        for item in self.items:
            ways = {way for showing in shown.get(item.id, ()) for way in showing.ways}
            if "C" in item.tags and item.id in shown and len(ways) < 2:
                named = f"in one way only ({ways.pop()})" if ways else "in no way that a mark names"
                faults.append(f"{item.id} is uncertain and shown {named}: {item.text}")
        return faults

    def table(self, tests: Path) -> str:
        """Return the table of the emulator's page, in Markdown."""
        shown = self.shown(tests)
        rows = ["| item | tag | what | shown by |", "| --- | --- | --- | --- |"]
        for item in self.items:
            names = ", ".join(str(showing) for showing in shown.get(item.id, []))
            rows.append(f"| {item.id} | {item.tags} | {item.text} | {names} |")
        return "\n".join(rows) + "\n"


def _ways(function: Function, mark: ast.Call) -> tuple[str, ...]:
    named = {keyword.arg: str(ast.literal_eval(keyword.value)) for keyword in mark.keywords}
    return values(function, named["by"]) if "by" in named else tuple(filter(None, [named.get("way")]))
