"""The messages that Speechmatics sends (API v2 and agent mode). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from voiced.testing.speechmatics.ear import Spoken

Json = dict[str, Any]
_MARKS = re.compile(r"^(.+?)([.,?!]?)$")
CODES = {
    "not_authorised": 4001, "not_allowed": 4003, "invalid_model": 4004, "quota_exceeded": 4005,
    "timelimit_exceeded": 4006, "job_error": 4013, "idle_timeout": 1008, "session_timeout": 1008, "internal": 1011,
    "unknown_error": 1011,
}  # fmt: skip
"""Close code of each type of error; 1003 for any other."""


def usage(sessions: int, quota: int) -> Json:
    """Tell how many sessions there are."""
    reason = f"{sessions} concurrent sessions active out of quota {quota}"
    return {
        "message": "Info", "type": "concurrent_session_usage", "reason": reason, "usage": sessions, "quota": quota,
        "last_updated": "2026-11-23T09:00:00Z", "region": "eu",
    }  # fmt: skip


def started(number: int) -> Json:
    """Open the session."""
    pack = {"adapted": False, "itn": True, "language_description": "French", "word_delimiter": " "}
    return {
        "message": "RecognitionStarted", "id": f"{number:08x}-0000-4000-8000-000000000000",
        "orchestrator_version": "2026.11.1", "language_pack_info": {**pack, "writing_direction": "left-to-right"},
    }  # fmt: skip


def quality(rate: int) -> Json:
    """Tell which model is used."""
    kind = "telephony" if rate < 12_000 else "broadcast"
    reason = f"Running recognition using a {kind} model quality."
    return {"message": "Info", "type": "recognition_quality", "reason": reason, "quality": kind}


def error(kind: str) -> Json:
    """Say what is wrong; the connection is closed after it."""
    return {"message": "Error", "type": kind, "reason": f"The request failed: {kind}"}


def warning(kind: str) -> Json:
    """Warn."""
    return {"message": "Warning", "type": kind, "reason": f"Take care: {kind}"}


def transcript(words: Sequence[Spoken], *, final: bool, at: float, forced: bool = False) -> Json:
    """Say words, with a trailing space when they are final."""
    text = " ".join(word.text for word in words)
    start, end = (words[0].start, words[-1].end) if words else (at, at)
    said: Json = {
        "message": "AddTranscript" if final else "AddPartialTranscript",
        "format": "2.1",
        "metadata": {"start_time": start, "end_time": end, "transcript": text + " " if final and text else text},
        "results": [result for word in words for result in _results(word, final=final)],
    }
    return {**said, "forced": True} if forced else said


def _results(word: Spoken, *, final: bool) -> Iterator[Json]:
    match = _MARKS.match(word.text)
    plain, mark = match.groups() if match else (word.text, "")
    sure = 0.97 if final else 0.5
    yield {
        "type": "word", "start_time": word.start, "end_time": word.end,
        "alternatives": [{"content": plain, "confidence": sure, "language": "fr"}],
    }  # fmt: skip
    if mark:
        yield {
            "type": "punctuation", "attaches_to": "previous", "is_eos": mark != ",",
            "start_time": word.end, "end_time": word.end, "alternatives": [{"content": mark, "confidence": 1.0}],
        }  # fmt: skip


def utterance(at: float, *, forced: bool = False) -> Json:
    """End an utterance."""
    said: Json = {"message": "EndOfUtterance", "metadata": {"start_time": at, "end_time": at}}
    return {**said, "forced": True} if forced else said


def segment(words: Sequence[Spoken], *, final: bool) -> Json:
    """Say words in agent mode."""
    return {
        "message": "AddSegment" if final else "AddPartialSegment",
        "segment": {"transcript": " ".join(word.text for word in words), "speaker": "S1"},
        "metadata": {"start_time": words[0].start, "end_time": words[-1].end},
    }


def turn(at: float, *, begins: bool) -> Json:
    """Begin or end a turn in agent mode."""
    name = "StartOfTurn" if begins else "EndOfTurn"
    return {"message": name, "metadata": {"start_time": at, "end_time": at}}


STRANGE: tuple[Json, ...] = (
    {"message": "TomorrowsMessage", "results": "none", "type": 7},
    {"message": "AddTranscript", "format": "2.1", "metadata": {"start_time": 0.0, "end_time": 0.0}, "results": []},
    {"message": "AddPartialTranscript", "results": []},
    {"message": "Info", "type": "something_new", "reason": "nothing"},
)
