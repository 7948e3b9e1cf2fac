"""What one event of a chat stream says. Unknown fields are ignored: providers add some every few months."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from voiced.errors import ProviderError, ProviderOverloaded, ProviderProtocol, ProviderThrottled

_CODE = re.compile(r"[\w.-]{1,64}")


class Function(msgspec.Struct):
    """A called function, or a piece of it."""

    name: str | None = None
    arguments: str | dict[str, Any] | None = None


class Call(msgspec.Struct):
    """A tool call, or a piece of one."""

    function: Function
    id: str | None = None
    index: int | None = None


class Part(msgspec.Struct):
    """A part of content that is a list; only those of type `text` are for the caller."""

    type: str = "text"
    text: str | None = None


class Delta(msgspec.Struct):
    """What is new."""

    content: str | list[Part] | None = None
    tool_calls: list[Call] | None = None

    def text(self) -> str:
        """Return the words for the caller."""
        if isinstance(self.content, list):
            return "".join(part.text or "" for part in self.content if part.type == "text")
        return self.content or ""


class Choice(msgspec.Struct):
    """The answer, of which we ask for one."""

    delta: Delta | None = None
    finish_reason: str | None = None


class Usage(msgspec.Struct):
    """Tokens."""

    prompt_tokens: int | None = 0
    completion_tokens: int | None = 0


class Chunk(msgspec.Struct):
    """One event."""

    choices: list[Choice] = []
    usage: Usage | None = None
    object: str | None = None
    error: Any = None


_decoder = msgspec.json.Decoder(Chunk)


def decode(data: bytes, provider: str) -> Chunk:
    """Return the chunk. Raises `ProviderProtocol` when it is none, else what a provider's error means."""
    try:
        chunk = _decoder.decode(data)
    except msgspec.DecodeError as error:
        raise ProviderProtocol("an event is no chunk of an answer", provider=provider, stage="stream") from error
    if chunk.error or chunk.object == "error":
        raise _failed(data, provider)
    return chunk


def _failed(data: bytes, provider: str) -> ProviderError:
    code = error_code(data)
    said = "the answer failed" + (f" ({code})" if code else "")
    if code in {"1300", "rate_limited", "rate_limit_exceeded"}:
        return ProviderThrottled(said, provider=provider, stage="stream")
    return ProviderOverloaded(said, provider=provider, stage="stream")


def error_code(body: bytes) -> str:
    """Return the provider's own code for what went wrong; empty where there is none.

    Never its words: they may quote the history.
    """
    try:
        said = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return ""
    said = said.get("error", said) if isinstance(said, dict) else said
    if not isinstance(said, dict):
        return ""
    codes = (str(said[key]) for key in ("code", "type") if said.get(key))
    return next((code for code in codes if _CODE.fullmatch(code)), "")
