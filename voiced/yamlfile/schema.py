"""Checking a document against a JSON Schema (Draft 2020-12): all faults, each at its line and column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from voiced.errors import Problem
from voiced.yamlfile.document import Document, Path
from voiced.yamlfile.sentences import Told, kind, limits_of, one_of, sentences

SECRET_KEY = "x-voiced-secret"  # noqa: S105 - a schema key
"""Schema key that marks a secret: what stands there is never quoted in a problem."""


def validate(document: Document, schema: Mapping[str, Any]) -> list[Problem]:
    """Return everything in `document` that `schema` does not allow, in the order of the file.

    Where a schema offers several forms (`anyOf`, `oneOf`) the faults are those of the form that was most likely meant.
    """
    errors = Draft202012Validator(dict(schema)).iter_errors(document.data)
    told = (told for error in errors for told in _tell(error))
    problems = {document.problem(t.path, t.reason, t.fix, key=t.at_key): None for t in told}
    return sorted(problems, key=lambda problem: (problem.line, problem.column))


def _tell(error: ValidationError) -> Iterator[Told]:
    if error.validator in ("anyOf", "oneOf") and error.context:
        yield from _tell_branches(error, list(error.context))
    else:
        path: Path = tuple(error.absolute_path)
        secret = isinstance(error.schema, Mapping) and bool(error.schema.get(SECRET_KEY))
        yield from sentences(error, path, secret=secret)


def _tell_branches(error: ValidationError, context: list[ValidationError]) -> Iterator[Told]:
    """Tell the faults of the form that was most likely meant; where none is, what all forms together allow."""
    branches: dict[Any, list[ValidationError]] = defaultdict(list)
    for inner in context:
        branches[inner.relative_schema_path[0]].append(inner)
    meant = [branch for branch in branches.values() if not _is_another_kind(branch, error)]
    if not meant:
        yield kind(tuple(error.absolute_path), error.instance, _types(context))
        return
    choices = [_choices(branch) for branch in meant]
    telling = set.intersection(*(set(values) for values in choices))
    if telling and len(meant) > 1:  # every form wants another value at this place
        path = min(telling, key=len)
        given = next(inner.instance for inner in meant[0] if tuple(inner.absolute_path) == path)
        yield one_of(path, given, [value for values in choices for value in values[path]])
        return
    for inner in min(meant, key=_distance):
        yield from _tell(inner)


def _is_another_kind(branch: Iterable[ValidationError], whole: ValidationError) -> bool:
    """Return whether this form is for another type of value altogether."""
    return any(inner.validator == "type" and inner.absolute_path == whole.absolute_path for inner in branch)


def _choices(branch: Iterable[ValidationError]) -> dict[Path, list[Any]]:
    """Return the values that this form wants, by the place where something else stands."""
    found: dict[Path, list[Any]] = {}
    for inner in branch:
        limits = limits_of(inner)
        if inner.validator in ("const", "enum"):
            found[tuple(inner.absolute_path)] = [limits] if inner.validator == "const" else list(limits)
    return found


def _types(errors: Iterable[ValidationError]) -> list[str]:
    """Return the types that any form takes, in the schema's order."""
    found: dict[str, None] = {}
    for error in errors:
        limits = limits_of(error)
        if error.validator == "type":
            found.update(dict.fromkeys([limits] if isinstance(limits, str) else limits))
        found.update(dict.fromkeys(_types(error.context or ())))
    return list(found)


def _distance(branch: list[ValidationError]) -> tuple[int, int]:
    """Return how far a value is from a form: keys that tell forms apart weigh most, then the number of faults."""
    faults = sum(len(list(sentences(error, (), secret=True))) or 1 for error in branch)
    apart = sum(error.validator in ("const", "enum") for error in branch)
    apart += sum(error.validator in ("required", "additionalProperties") for error in branch)
    return apart, faults
