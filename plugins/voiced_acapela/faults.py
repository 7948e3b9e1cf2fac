"""What Acapela's refusals stand for. Its words are looked at, never passed on: they may quote what was said."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from voiced.plugin import ProviderError, ProviderProtocol, ProviderRefused, refusal

NAME = "acapela"

CREDIT = "the account's credit is spent: buy more, or wait for the next period"
_WORDS = ("text/", "application/json", "application/xml", "application/xhtml")
_FILES = ("audio/mpeg", "audio/mp3", "audio/ogg", "application/ogg")


def by_answer(status: int, headers: Mapping[str, str], body: bytes) -> ProviderError:
    """Return the error for an answer to a command that is no sound."""
    words = error_of(body)
    if "credit" in words.lower():
        return ProviderRefused("no credit", provider=NAME, stage="stream", hint=CREDIT)
    if status < 300:
        return ProviderProtocol("an answer that is no sound", provider=NAME, stage="stream")
    error = refusal(status, headers, provider=NAME)
    if status == 400:
        error.hint = "see whether the account has the voice: its page lists them"
    return error


def by_login(status: int, headers: Mapping[str, str], body: bytes) -> ProviderError:
    """Return the error for a login that gave no token."""
    if status == 401:
        inactive = "not active" in error_of(body)
        hint = "Acapela has not activated the account: write to its support" if inactive else "check email and password"
        return ProviderRefused("the login is refused", provider=NAME, stage="connect", hint=hint)
    if status < 300:
        return ProviderProtocol("a login without a token", provider=NAME, stage="connect")
    return refusal(status, headers, provider=NAME)


def is_sound(kind: str) -> bool:
    """Return whether an answer of this content type may hold samples. Raises `ProviderProtocol` for a file."""
    if kind.startswith(_FILES):
        raise ProviderProtocol("a file, not plain samples", provider=NAME, stage="stream")
    return not kind.startswith(_WORDS)


def error_of(body: bytes) -> str:
    """Return the words of an error; "" when there are none."""
    try:
        said = msgspec.json.decode(body, type=dict[str, object])
    except msgspec.DecodeError:
        return ""
    return str(said.get("error") or said.get("detail") or "")
