"""What ReadSpeaker's refusals stand for. Its words are looked at, never passed on: they may quote what was said."""

from __future__ import annotations

from collections.abc import Mapping

from voiced.plugin import ProviderError, ProviderProtocol, ProviderRefused, refusal

NAME = "readspeaker"

CREDIT = "the account's credit is spent: buy more, or wait for the next period"
ERROR = b"ERROR"
"""How words begin that come instead of sound, whatever the status and the content type say."""
_WORDS = ("text/", "application/json", "application/xml", "application/xhtml")
_FILES = ("audio/mpeg", "audio/mp3", "audio/ogg", "application/ogg")
_HINTS = {
    400: "see whether the account has the voice, in the language that is set",
    403: "check the key, and that it may speak",
    404: "check the address",
}


def by_answer(status: int, headers: Mapping[str, str], body: bytes) -> ProviderError:
    """Return the error for an answer that is no sound. A spent credit may come with any status."""
    if b"credits" in body.lower():
        return ProviderRefused("no credit", provider=NAME, stage="stream", hint=CREDIT)
    if status < 300:
        return ProviderProtocol("an answer that is no sound", provider=NAME, stage="stream")
    error = refusal(status, headers, provider=NAME)
    error.hint = _HINTS.get(status, error.hint)
    return error


def is_sound(kind: str) -> bool:
    """Return whether an answer of this content type may hold samples. Raises `ProviderProtocol` for a file."""
    if kind.startswith(_FILES):
        raise ProviderProtocol("a file, not plain samples", provider=NAME, stage="stream")
    return not kind.startswith(_WORDS)
