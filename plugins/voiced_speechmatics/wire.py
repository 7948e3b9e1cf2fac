"""Speechmatics' messages: those we write, and what is read of theirs. Pure.

Realtime API v2, specification of August 2026. Unknown messages and fields are passed over: new ones come every month.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from voiced.plugin import ProviderProtocol
from voiced_speechmatics.options import SpeechmaticsOptions

MOST_WORDS = 1000
"""Words that may be taught for one call."""

T = TypeVar("T")


class Alternative(msgspec.Struct):
    """One reading of a word."""

    content: str = ""
    confidence: float = 1.0


class Result(msgspec.Struct):
    """A word or a mark of punctuation. Times are seconds of the connection's sound."""

    type: str = "word"
    start_time: float = 0.0
    end_time: float = 0.0
    attaches_to: str = "none"
    alternatives: list[Alternative] = []


class Metadata(msgspec.Struct):
    """Where a message's words stand."""

    start_time: float = 0.0
    end_time: float = 0.0
    transcript: str = ""


class Transcript(msgspec.Struct):
    """`AddTranscript` and `AddPartialTranscript`: words that are final, words of the moment."""

    message: str
    metadata: Metadata = msgspec.field(default_factory=Metadata)
    results: list[Result] = []
    forced: bool = False

    @property
    def final(self) -> bool:
        """Whether the words are final."""
        return self.message == "AddTranscript"


class Fault(msgspec.Struct):
    """`Error`, after which the connection is closed, and `Warning`."""

    message: str
    type: str = "unknown_error"


class Plain(msgspec.Struct):
    """Any other message; `seq_no` is that of `AudioAdded`."""

    message: str
    seq_no: int = 0


class _Head(msgspec.Struct):
    message: str = ""


Reply = Transcript | Fault | Plain
_HEAD = msgspec.json.Decoder(_Head)
_KINDS: dict[str, msgspec.json.Decoder[Any]] = {
    "AddTranscript": msgspec.json.Decoder(Transcript),
    "AddPartialTranscript": msgspec.json.Decoder(Transcript),
    "AudioAdded": msgspec.json.Decoder(Plain),
    "Error": msgspec.json.Decoder(Fault),
    "Warning": msgspec.json.Decoder(Fault),
}


def read(data: str | bytes) -> Reply:
    """Read a message. Raises `ProviderProtocol` for what is none; its text may be a caller's words and is not told."""
    try:
        head = _HEAD.decode(data)
        kind = _KINDS.get(head.message)
        reply: Reply = kind.decode(data) if kind else Plain(head.message)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProviderProtocol("a message that is none", provider="speechmatics", stage="stream") from error
    return reply


def start(options: SpeechmaticsOptions, hints: tuple[str, ...]) -> str:
    """Return the message that opens a session: mu-law at 8 kHz, interims, the flow's words.

    Silence ends no utterance there (`end_of_utterance_silence_trigger` is left off): ends are asked for.
    """
    config: dict[str, Any] = {
        "language": options.language,
        "model": options.model,
        "max_delay": options.max_delay,
        "max_delay_mode": options.max_delay_mode,
        "enable_partials": True,
    }
    if words := _vocabulary(options, hints):
        config["additional_vocab"] = words
    return json.dumps(
        {
            "message": "StartRecognition",
            "audio_format": {"type": "raw", "encoding": "mulaw", "sample_rate": 8000},
            "transcription_config": config,
        }
    )


def _vocabulary(options: SpeechmaticsOptions, hints: tuple[str, ...]) -> list[dict[str, Any]]:
    sounds = {**dict.fromkeys((word for word in hints if word.strip()), ()), **options.sounds_like}
    return [
        {"content": word, "sounds_like": list(said)} if said else {"content": word}
        for word, said in list(sounds.items())[:MOST_WORDS]
    ]


@dataclass(frozen=True, slots=True)
class Audio:
    """Sound to send, as it is."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Force:
    """Ask for what was said up to `at` (seconds of the connection's sound)."""

    at: float


@dataclass(frozen=True, slots=True)
class End:
    """Say that there will be no more sound after `count` messages of it."""

    count: int


Step = Audio | Force | End


def written(step: Step) -> str | bytes:
    """Return the message for `step`."""
    match step:
        case Audio(data):
            return data
        case Force(at):
            return json.dumps({"message": "ForceEndOfUtterance", "timestamp": round(at, 4)})
        case End(count):
            return json.dumps({"message": "EndOfStream", "last_seq_no": count})
