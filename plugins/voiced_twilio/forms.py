"""The fields of a webhook, as Twilio sends them: a form POST, or the query of a GET."""

from __future__ import annotations

from urllib.parse import parse_qsl

from voiced.plugin import WebRequest

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 500

TERMINAL = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
"""The values of `CallStatus` after which nothing more can happen."""


def is_form(request: WebRequest) -> bool:
    """Return whether the body is a form."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM


def form_fields(request: WebRequest) -> list[tuple[str, str]]:
    """Return the body's fields, decoded, in order; none when there are absurdly many (nothing signed has so many)."""
    return _fields(request.body.decode("utf-8", "replace"))


def read(request: WebRequest) -> dict[str, str]:
    """Return what a request tells: the query's fields and, of a form POST, the body's, which win."""
    fields = dict(_fields(request.query))
    if request.method == "POST" and is_form(request):
        fields.update(form_fields(request))
    return fields


def _fields(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return []
