"""What an emulator does like the real provider, item by item, and which test shows each.

A test carries `@pytest.mark.checklist("gladia-3")`. The page of the emulator holds the table that `table` makes; an
item without a test, or an uncertain one that is not shown both ways, fails the build.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Tag = Literal["D", "F", "C"]
"""Documented by the provider; seen in the field; uncertain, therefore a switch that is tested both ways."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that it does."""

    id: str
    tags: str
    text: str


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

    def shown(self, tests: Path) -> Mapping[str, list[str]]:
        """Return which tests in the folder `tests` carry each item's mark, by reading their source."""
        found: dict[str, list[str]] = {}
        for path in sorted(tests.rglob("test_*.py")):
            for function in _functions(path):
                for item in _marks(function):
                    found.setdefault(item, []).append(f"{path.name}::{function.name}")
        return {item: names for item, names in found.items() if item.startswith(f"{self.name}-")}

    def missing(self, tests: Path) -> list[str]:
        """Return what the tests do not show: items without a test, uncertain ones shown one way, unknown marks."""
        shown = self.shown(tests)
        known = {item.id: item for item in self.items}
        faults = [f"{item.id} has no test: {item.text}" for item in self.items if item.id not in shown]
        faults += [f"{mark} is marked in {shown[mark][0]}, but there is no such item" for mark in shown.keys() - known]
        sources = {path.name: path.read_text("utf-8") for path in tests.rglob("test_*.py")}
        for item in self.items:
            if "C" in item.tags and item.id in shown and not _both_ways(shown[item.id], sources):
                faults.append(f"{item.id} is uncertain and shown one way only: {item.text}")
        return faults

    def table(self, tests: Path) -> str:
        """Return the table of the emulator's page, in Markdown."""
        shown = self.shown(tests)
        rows = ["| item | tag | what | shown by |", "| --- | --- | --- | --- |"]
        for item in self.items:
            names = ", ".join(f"`{name}`" for name in shown.get(item.id, []))
            rows.append(f"| {item.id} | {item.tags} | {item.text} | {names} |")
        return "\n".join(rows) + "\n"


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _marks(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    for mark in function.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.checklist":
            yield from (argument.value for argument in mark.args if isinstance(argument, ast.Constant))  # type: ignore[misc]  # marks are texts


def _both_ways(names: list[str], sources: Mapping[str, str]) -> bool:
    """Return whether there is more than one test, or one with parameters."""
    if len(names) > 1:
        return True
    file, _, test = names[0].partition("::")
    head = sources[file].partition(f"def {test}(")[0].rsplit("\n\n\n", 1)[-1]
    return "parametrize(" in head
