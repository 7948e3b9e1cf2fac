"""The answers of the control API: JSON documents, errors included.

An error is `{"reason": ..., "fix": ...}`, with `field` when one field of the request is to blame, and `problems` when
files are.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import TypeVar

import msgspec

from voiced.errors import BadInput, Declined, Unavailable, VoicedError
from voiced.plugin import WebRequest, WebResponse

T = TypeVar("T")

SEE = "docs/control.md has every route and field"
_FIELD = re.compile(r"`\$\.(\w+)|field `(\w+)`")


def answer(value: object, status: int = 200) -> WebResponse:
    """Return `value` as a JSON document."""
    return WebResponse(status, json.dumps(value, ensure_ascii=False).encode(), "application/json")


def refusal(status: int, reason: str, fix: str = SEE, **more: object) -> WebResponse:
    """Return why a request was not granted, and what to do about it."""
    return answer({"reason": reason, "fix": fix, **more}, status)


def refusal_of(error: VoicedError) -> WebResponse:
    """Return what a client is told of an error that a handler raised."""
    if isinstance(error, Declined):
        field = {"field": error.field} if error.field else {}
        return refusal(error.status, error.reason, error.fix or SEE, **field)
    if isinstance(error, BadInput):
        fix = error.problems[0].fix if error.problems else ""
        return refusal(400, str(error), fix, problems=[asdict(problem) for problem in error.problems])
    if isinstance(error, Unavailable):
        return refusal(503, str(error).removesuffix(f" — {error.fix}"), error.fix)
    return refusal(409, str(error), "")


def body(request: WebRequest, kind: type[T]) -> T:
    """Return the body of a request as `kind`, a msgspec struct; none at all is an empty object.

    Raises `Declined` (400) with the name of the field that is wrong, missing or unknown.
    """
    try:
        return msgspec.json.decode(request.body or b"{}", type=kind)
    except msgspec.DecodeError as error:
        found = _FIELD.search(str(error))
        field = (found[1] or found[2]) if found else ""
        raise Declined(str(error), status=400, fix=SEE, field=field) from error
