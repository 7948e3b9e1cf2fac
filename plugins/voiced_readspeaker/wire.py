"""What is sent to speechCloud, and where a redirect may lead. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode, urljoin, urlsplit

from voiced.plugin import AudioFormat, ProviderProtocol, checked_url, is_loopback
from voiced_readspeaker.faults import NAME
from voiced_readspeaker.options import ReadSpeakerOptions

PCM: dict[AudioFormat, str] = {AudioFormat("pcm16", rate): "pcm" for rate in (16000, 8000)}
FORMATS: dict[AudioFormat, str] = {
    AudioFormat("mulaw", 8000): "ulaw",
    AudioFormat("alaw", 8000): "alaw",
    **PCM,
}
"""What may be asked, and how ReadSpeaker calls it. Mu-law first: it goes to the line as it comes."""

FORM = {"content-type": "application/x-www-form-urlencoded"}

_MARKUP = str.maketrans("<>", "  ")


def formats(options: ReadSpeakerOptions) -> tuple[AudioFormat, ...]:
    """Return what the provider delivers."""
    return tuple(FORMATS if options.coding == "line" else PCM)


def said(clause: str) -> str:
    """Return what to send for a clause; "" when there is nothing to say."""
    return " ".join(clause.translate(_MARKUP).split())


def address(options: ReadSpeakerOptions) -> str:
    """Return where to ask."""
    return f"{options.url.rstrip('/')}/a/speak"


def form(options: ReadSpeakerOptions, text: str, format: AudioFormat) -> bytes:
    """Return the body that has `text` spoken. A form, not a query: it holds the key, and what is said.

    Plain samples are not streamed by a redirect (`streaming`), and have no header (`container`): the defaults for
    both are others.
    """
    fields: dict[str, str | int] = {
        "key": options.api_key,
        "command": "produce",
        "text": text,
        "lang": options.language,
        "voice": options.voice,
        "audioformat": FORMATS[format],
        "container": "none",
        "samplerate": format.rate,
        "streaming": 0,
        **manner(options),
        "dictionary": "on" if options.dictionary else "off",
        "charset": "utf-8",
    }
    return urlencode(fields).encode()


def manner(options: ReadSpeakerOptions) -> dict[str, int]:
    """Return the options that all voices have, in ReadSpeaker's units: percent."""
    return {
        "speed": round(100 * options.speed),
        "pitch": round(100 * options.pitch),
        "volume": round(100 * options.volume),
    }


def redirected(asked: str, headers: Mapping[str, str]) -> str:
    """Return where a redirect leads. Raises `ProviderProtocol` unless it is encrypted, and near the host asked."""
    try:
        where = urljoin(asked, headers.get("location", ""))
        good = _near(urlsplit(checked_url(where, "https")).hostname or "", urlsplit(asked).hostname or "")
    except ValueError:
        where, good = "", False
    if not good or where == asked:
        raise ProviderProtocol("a redirect that leads elsewhere", provider=NAME, stage="stream")
    return where


def fingerprint(options: ReadSpeakerOptions) -> str:
    """Return all that shapes the sound, but for the text: not the address, nor the key."""
    parts = [*(f"{name}={value}" for name, value in manner(options).items())]
    parts += [f"pause={options.pause:g}", f"dictionary={options.dictionary}", options.coding]
    return f"readspeaker/{options.language}/{options.voice}/{','.join(parts)}/1"


def _near(host: str, asked: str) -> bool:
    """Return whether `host` is the one that was asked, or a sibling of it."""
    _, dot, parent = asked.partition(".")
    siblings = parent if dot and "." in parent and not is_loopback(asked) else asked
    return host == asked or host.endswith(f".{siblings}")
