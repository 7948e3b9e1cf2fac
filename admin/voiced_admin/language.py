"""The language of the pages: French, or English by choice.

A text's key is its French; `english.ENGLISH` has the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask, has_request_context, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from voiced_admin.english import ENGLISH

LANGUAGES = {"fr": "Français", "en": "English"}


def language() -> str:
    """Return the language of the request at hand."""
    chosen = session.get("language") if has_request_context() else None
    return chosen if chosen in LANGUAGES else "fr"


def say(text: str, /, **facts: object) -> str:
    """Return `text` in the reader's language, its `{names}` filled in."""
    spoken = ENGLISH.get(text, text) if language() == "en" else text
    return spoken.format(**facts) if facts else spoken


def count(number: int, one: str, many: str) -> str:
    """Return `number` with the word for it: in French, zero and one are singular."""
    singular = number < 2 if language() == "fr" else number == 1
    return f"{number} {say(one if singular else many)}"


def speak(app: Flask) -> None:
    """Let pages speak, and be told their language by `?lang=`."""
    app.jinja_env.globals.update(_=say, count=count, language=language, languages=LANGUAGES, same_page=same_page)
    app.before_request(_choose)


def same_page(**changes: str) -> str:
    """Return the address of the page at hand with other arguments."""
    if request.endpoint is None or request.method != "GET":
        return _address("calls.every", changes)
    return _address(request.endpoint, {**(request.view_args or {}), **request.args.to_dict(), **changes})


def _choose() -> ResponseReturnValue | None:
    wanted = request.args.get("lang")
    if wanted is None or wanted not in LANGUAGES or request.method != "GET" or request.endpoint is None:
        return None
    session["language"] = wanted
    rest = {key: value for key, value in request.args.items() if key != "lang"}
    return redirect(_address(request.endpoint, {**(request.view_args or {}), **rest}))


def _address(endpoint: str, arguments: Mapping[str, Any]) -> str:
    """Return the address of a page of ours; arguments named as its own are left out."""
    return url_for(endpoint, **{key: value for key, value in arguments.items() if not key.startswith("_")})
