"""The messages of a live session, as Gladia writes them. Pure."""

from __future__ import annotations

from typing import Any

from voiced.testing.gladia.ear import Speech, Transcript

Json = dict[str, Any]
CREATED = "2026-11-23T09:00:03.010Z"


def said(session: str, type: str, data: Json | None, **more: Any) -> Json:
    """Return a message with what all have in common."""
    return {"session_id": session, "created_at": CREATED, "type": type, **more, "data": data}


def speech(session: str, event: Speech) -> Json:
    """Return the message that speech began or ended."""
    return said(session, event.kind, {"time": event.time, "channel": 0})


def transcript(session: str, event: Transcript, *, bare: bool) -> Json:
    """Return a partial or a final; texts begin with a space. `bare`: without language and words."""
    sure = 0.94 if event.final else 0.7
    words = [{"word": f" {w.text}", "start": w.start, "end": w.end, "confidence": sure} for w in event.words]
    utterance: Json = {
        "start": round(event.start, 3),
        "end": round(event.end, 3),
        "confidence": sure,
        "channel": 0,
        "language": None if bare else "fr",
        "text": "".join(f" {word.text}" for word in event.words),
        "words": [] if bare else words,
    }
    data = {"id": f"00_{event.number:08d}", "is_final": event.final, "utterance": utterance}
    return said(session, "transcript", data)


def acknowledged(session: str, start: int, end: int, rate: int) -> Json:
    """Return that the bytes from `start` to `end` were taken."""
    data = {"byte_range": [start, end], "time_range": [start / rate, end / rate]}
    return said(session, "audio_chunk", data, acknowledged=True, error=None)


def rejected(session: str, type: str, status: int, exception: str, message: str) -> Json:
    """Return that something was not taken."""
    error = {"status_code": status, "exception": exception, "message": message}
    return said(session, type, None, acknowledged=False, error=error)


def stopped(session: str, seconds: float, left: float) -> Json:
    """Return that the end was understood."""
    data = {"recording_duration": seconds, "recording_left_to_process": left}
    return said(session, "stop_recording", data, acknowledged=True, error=None)


def summary(session: str, seconds: float, text: str) -> Json:
    """Return the whole transcript, which comes last."""
    metadata = {
        "audio_duration": seconds,
        "number_of_distinct_channels": 1,
        "billing_time": seconds,
        "transcription_time": 0.1,
    }
    transcription = {"full_transcript": text, "languages": ["fr"], "utterances": []}
    return said(session, "post_final_transcript", {"metadata": metadata, "transcription": transcription})
