"""What is sent to Acapela Cloud. Pure."""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import urlencode

import msgspec

from voiced.plugin import AudioFormat
from voiced_acapela.options import AcapelaOptions

FORMATS: dict[AudioFormat, str] = {
    AudioFormat("mulaw", 8000): "mulaw",
    AudioFormat("alaw", 8000): "alaw",
    **{AudioFormat("pcm16", rate): "s16le" for rate in (8000, 16000)},
}
"""What may be asked, and how Acapela calls it. Mu-law first: it goes to the line as it comes."""

FULL, LOUDEST = 32_768, 65_535
"""Acapela's number for a voice's own loudness, and the highest."""

Form = Literal["json", "form"]
"""How a login is written: Acapela's page says JSON, its users were seen to send forms."""

_TAGS = str.maketrans("\\", " ")
"""A backslash begins a tag: what is said has none."""
_JSON = "application/json"


def said(clause: str) -> str:
    """Return what to send for a clause; "" when there is nothing to say."""
    return " ".join(clause.translate(_TAGS).split())


def address(options: AcapelaOptions, what: Literal["login", "command"]) -> str:
    """Return where to ask."""
    return f"{options.url.rstrip('/')}/api/{what}/"


def login(options: AcapelaOptions, form: Form) -> tuple[dict[str, str], bytes]:
    """Return headers and body of a login."""
    fields = {"email": options.email, "password": options.password}
    if form == "form":
        return {"content-type": "application/x-www-form-urlencoded"}, urlencode(fields).encode()
    return {"content-type": _JSON}, msgspec.json.encode(fields)


def command(options: AcapelaOptions, text: str, format: AudioFormat) -> bytes:
    """Return the body of a command. All that it has a default for is said: that for the coding is mp3."""
    fields: dict[str, Any] = {
        "voice": options.voice,
        "text": text,
        "output": "stream",
        "type": FORMATS[format],
        "samplerate": format.rate,
        **manner(options),
    }
    if options.dictionary:
        fields["dico"] = options.dictionary
    return msgspec.json.encode(fields)


def headers(token: str) -> dict[str, str]:
    """Return the headers of a command."""
    return {"authorization": f"Token {token}", "content-type": _JSON}


def manner(options: AcapelaOptions) -> dict[str, int]:
    """Return the options that all voices have, in Acapela's units."""
    return {
        "speed": round(100 * options.speed),
        "shaping": round(100 * options.pitch),
        "volume": min(LOUDEST, round(FULL * options.volume)),
    }


def fingerprint(options: AcapelaOptions) -> str:
    """Return all that shapes the sound, but for the text: not the address, nor the login."""
    parts = [*(f"{name}={value}" for name, value in manner(options).items())]
    parts += [f"pause={options.pause:g}", options.dictionary]
    return f"acapela/{options.voice}/{','.join(parts)}/1"
