"""What is said to Gladia and what it says (live API v2). Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from voiced.plugin import Answer, ProviderProtocol, Word, checked_url, refusal
from voiced_gladia.options import GladiaOptions

NAME = "gladia"
STOP = '{"type":"stop_recording"}'
LONGEST = 15
"""Seconds after which speech without a pause is cut."""


@dataclass(frozen=True, slots=True)
class Session:
    """A session, by its name, and the address of its WebSocket, which is a secret."""

    id: str
    url: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """An utterance, so far or for good. Times are Gladia's, in seconds."""

    id: str
    final: bool
    start: float
    end: float
    text: str
    words: tuple[Word, ...] = ()
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    """A voice is heard since `time`."""

    time: float


@dataclass(frozen=True, slots=True)
class Taken:
    """The bytes from `start` to `end` have arrived."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """Something was not taken; `status` as in HTTP."""

    status: int


Reply = Transcript | SpeechBegan | Taken | Rejected | None


def opening(options: GladiaOptions, hints: tuple[str, ...]) -> bytes:
    """Return the body that asks for a session."""
    words = [hint for hint in dict.fromkeys(hint.strip() for hint in hints) if hint]
    body: dict[str, Any] = {
        "encoding": "wav/ulaw",
        "sample_rate": 8000,
        "bit_depth": 8,
        "channels": 1,
        "model": options.model,
        "endpointing": options.endpointing,
        "maximum_duration_without_endpointing": LONGEST,
        "language_config": {"languages": [options.language], "code_switching": False},
        "messages_config": {
            "receive_partial_transcripts": True,
            "receive_final_transcripts": True,
            "receive_speech_events": True,
            "receive_acknowledgments": True,
            "receive_errors": True,
            "receive_pre_processing_events": False,
            "receive_realtime_processing_events": False,
            "receive_post_processing_events": False,
            "receive_lifecycle_events": False,
        },
    }
    if words:
        config = {"vocabulary": words, "default_intensity": options.intensity}
        body["realtime_processing"] = {"custom_vocabulary": True, "custom_vocabulary_config": config}
    return json.dumps(body, ensure_ascii=False).encode()


def opened(answer: Answer) -> Session:
    """Return the session. Raises what a refusal means, `ProviderProtocol` without a usable address."""
    if answer.status >= 300:
        raise refusal(answer.status, answer.headers, provider=NAME)
    try:
        told = json.loads(answer.body)
        return Session(str(told["id"]), checked_url(str(told["url"]), "wss"))
    except (ValueError, KeyError, TypeError) as error:
        raise ProviderProtocol("a session without a usable address", provider=NAME) from error


def read(message: str | bytes) -> Reply:
    """Return what a message says; None where it is of no use to us. Raises `ProviderProtocol`."""
    try:
        said = json.loads(message)
        return _read(said, said.get("data") or {})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ProviderProtocol(f"a message that is none: {type(error).__name__}", provider=NAME) from error


def _read(said: dict[str, Any], data: dict[str, Any]) -> Reply:
    if said.get("acknowledged") is False:
        return Rejected(int((said.get("error") or {}).get("status_code", 0)))
    match said.get("type"):
        case "transcript":
            return _transcript(data, data["utterance"])
        case "speech_start":
            return SpeechBegan(float(data["time"]))
        case "audio_chunk":
            return Taken(*(int(at) for at in data["byte_range"]))
    return None


def _transcript(data: dict[str, Any], utterance: dict[str, Any]) -> Transcript:
    words = tuple(
        Word(str(word["word"]).strip(), float(word["start"]), float(word["end"]), float(word.get("confidence") or 1.0))
        for word in utterance.get("words") or ()
    )
    return Transcript(
        id=str(data["id"]),
        final=bool(data["is_final"]),
        start=float(utterance["start"]),
        end=float(utterance["end"]),
        text=str(utterance.get("text") or "").strip(),
        words=words,
        confidence=float(utterance.get("confidence") or 1.0),
    )
