"""One request, read and judged. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from voiced.audio import AudioFormat, Encoding
from voiced.testing.readspeaker.account import Account

PLAIN: Mapping[str, Encoding] = {"ulaw": "mulaw", "mulaw": "mulaw", "alaw": "alaw", "pcm": "pcm16"}
"""Codings of plain samples, and of WAV files. Besides there is mp3; ogg and rsds are not emulated."""
RATES = (8000, 16_000, 22_050)
PRODUCED = ("produce", "preview")
COMMANDS = (*PRODUCED, "events", "voiceinfo", "credits", "statistics")
_YES, _NO = ("1", "true"), ("0", "false")


class Refused(Exception):
    """400, with these words."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be said, and how."""

    text: str
    ssml: bool
    coding: str
    rate: int
    header: bool
    streamed: bool
    preview: bool
    speed: float
    pitch: float
    volume: float

    @property
    def format(self) -> AudioFormat:
        """The format of the samples; mp3 is measured as if it were 16-bit."""
        return AudioFormat(PLAIN.get(self.coding, "pcm16"), self.rate)


def read(fields: Mapping[str, str], account: Account) -> Order:
    """Return the order that `fields` are. Raises `Refused`."""
    _judge_voice(fields, account)
    coding = fields.get("audioformat", "mp3")
    streamed = _flag(fields, "streaming")
    if coding not in {*PLAIN, "mp3"} or fields.get("container", "wav") not in {"wav", "none"}:
        raise Refused("ERROR: Unknown audio format.")
    if streamed and coding in PLAIN:
        raise Refused("ERROR: Audio format is not available with streaming.")
    return Order(
        text=_text(fields, account),
        ssml="ssml" in fields,
        coding=coding,
        rate=_rate(fields, coding, account),
        header=coding != "mp3" and fields.get("container", "wav") == "wav",
        streamed=streamed,
        preview=fields.get("command") == "preview",
        speed=max(0.1, _percent(fields, "speed")),
        pitch=_percent(fields, "pitch"),
        volume=_percent(fields, "volume"),
    )


def _judge_voice(fields: Mapping[str, str], account: Account) -> None:
    voices = account.voices.get(fields.get("lang", ""), ())
    if not voices or fields.get("voice", voices[0]) not in voices:
        raise Refused("ERROR: Language or voice is not available.")


def _text(fields: Mapping[str, str], account: Account) -> str:
    if "ssml" in fields and not account.ssml:
        raise Refused("ERROR: SSML is not available.")
    text = fields.get("ssml") or fields.get("text", "")
    if not text.strip():
        raise Refused("ERROR: No text.")
    return text


def _rate(fields: Mapping[str, str], coding: str, account: Account) -> int:
    telephone = account.telephone and PLAIN.get(coding) in {"mulaw", "alaw"}
    said = fields.get("samplerate", "8000" if telephone else "22050")
    if not said.isdigit() or int(said) not in RATES:
        raise Refused("ERROR: Unknown sample rate.")
    return int(said)


def _percent(fields: Mapping[str, str], name: str) -> float:
    said = fields.get(name, "100")
    if not said.isdigit() or int(said) > 200:
        raise Refused(f"ERROR: Invalid {name}.")
    return int(said) / 100


def _flag(fields: Mapping[str, str], name: str) -> bool:
    said = fields.get(name, "1").lower()
    if said not in {*_YES, *_NO}:
        raise Refused(f"ERROR: Invalid {name}.")
    return said in _YES
