"""Reads the marks of tests from their source, for pages that say which test shows what."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef


def marked(tests: Path, mark: str) -> Iterator[tuple[str, Function, ast.Call]]:
    """Give each `pytest.mark.<mark>` below the folder `tests`: file and name of the test, its function, the mark."""
    for path in sorted(tests.rglob("test_*.py")):
        source = path.read_text("utf-8")
        if f"mark.{mark}(" in source:
            for function in _functions(source):
                test = f"{path.relative_to(tests).as_posix()}::{function.name}"
                yield from ((test, function, each) for each in marks(function, mark))


def marks(function: Function, mark: str) -> Iterator[ast.Call]:
    """Give the marks of one kind that a test carries."""
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == f"pytest.mark.{mark}":
            yield decorator


def values(function: Function, parameter: str) -> tuple[str, ...]:
    """Return the values that a test's parameter takes, each once, as a page shows them."""
    found: list[str] = []
    for mark in marks(function, "parametrize"):
        names = ast.literal_eval(mark.args[0])
        if isinstance(names, str) and names == parameter:
            found += [_shown(parameter, case) for case in _elements(mark.args[1])]
        elif parameter in names and not isinstance(names, str):
            place = names.index(parameter)
            found += [_shown(parameter, _elements(case)[place]) for case in _elements(mark.args[1])]
    return tuple(dict.fromkeys(found))


def texts(mark: ast.Call) -> tuple[str, ...]:
    """Return the texts that a mark is given."""
    return tuple(str(ast.literal_eval(argument)) for argument in mark.args)


def _functions(source: str) -> Iterator[Function]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Function):
            yield node


def _elements(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.List | ast.Tuple) else []


def _shown(parameter: str, value: ast.expr) -> str:
    """Return a value as it says most: words alone, anything else with the name of its parameter."""
    is_text = isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value
    return str(ast.literal_eval(value)) if is_text else f"{parameter}={ast.unparse(value)}".replace("|", "or")
