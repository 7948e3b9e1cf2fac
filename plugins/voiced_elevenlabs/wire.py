"""The messages of the socket with contexts, written and read. Pure."""

from __future__ import annotations

import binascii
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from voiced.plugin import AudioFormat, ProviderProtocol
from voiced_elevenlabs.faults import NAME
from voiced_elevenlabs.options import ElevenLabsOptions
from voiced_elevenlabs.prosody import FORMATS, language, opening

INACTIVE = 180
"""Seconds without a message after which ElevenLabs may close the socket: the most it offers."""

_write = msgspec.json.Encoder().encode


def address(options: ElevenLabsOptions, format: AudioFormat) -> str:
    """Return the socket's address. `auto_mode`: every text is spoken as it comes, for we send whole clauses."""
    query: dict[str, Any] = {
        "model_id": options.model,
        "output_format": FORMATS[format],
        **language(options),
        "inactivity_timeout": INACTIVE,
        "auto_mode": "true",
        "apply_text_normalization": options.normalization,
        "enable_logging": "true" if options.logging else "false",
    }
    if options.pause:
        query["enable_ssml_parsing"] = "true"
    host = options.url.rstrip("/").replace("http", "ws", 1)
    return f"{host}/v1/text-to-speech/{quote(options.voice)}/multi-stream-input?{urlencode(query)}"


def begin(context: str, options: ElevenLabsOptions) -> str:
    """Return the message that opens a context."""
    return _message(text=" ", context_id=context, **opening(options))


def speak(context: str, text: str) -> str:
    """Return the message that has `text` spoken now."""
    return _message(text=text, context_id=context, flush=True)


def keep(context: str) -> str:
    """Return the message that keeps a context, and so the socket, alive."""
    return _message(text="", context_id=context)


def end(context: str) -> str:
    """Return the message that closes a context: what was flushed is still spoken."""
    return _message(context_id=context, close_context=True)


def _message(**fields: Any) -> str:
    return _write(fields).decode()


@dataclass(frozen=True, slots=True)
class Said:
    """One message of ElevenLabs. The sound stays as it came until `sound`: that of a closed context is never wanted."""

    context: str = ""
    audio: str = ""
    final: bool = False
    error: str = ""

    @property
    def sound(self) -> bytes:
        """The sound. Raises `ProviderProtocol`."""
        try:
            return binascii.a2b_base64(self.audio)
        except (binascii.Error, ValueError) as error:
            raise ProviderProtocol("sound that is no base64", provider=NAME, stage="stream") from error


class _Message(msgspec.Struct):
    """What is looked at; the rest is ignored."""

    audio: str | None = None
    isFinal: bool | None = None  # noqa: N815 - the field's name on the wire
    contextId: str | None = None  # noqa: N815 - the same
    context_id: str | None = None
    error: Any = None


_read = msgspec.json.Decoder(_Message).decode


def read(message: str | bytes) -> Said:
    """Return what a message says. Raises `ProviderProtocol`."""
    try:
        said = _read(message)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProviderProtocol("a message that is no JSON", provider=NAME, stage="stream") from error
    name = said.contextId or said.context_id or ""
    return Said(name, said.audio or "", bool(said.isFinal), _code(said.error))


def _code(error: object) -> str:
    """Return the code of an error, which is a text or an object."""
    if isinstance(error, dict):
        error = error.get("code") or error.get("status") or "unknown"
    return str(error) if error else ""
