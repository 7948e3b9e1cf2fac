"""Whether a session is opened: the checks of its parameters, and the bodies by which they are refused. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

CHOICES: Mapping[str, Sequence[Any]] = {
    "encoding": ("wav/pcm", "wav/alaw", "wav/ulaw"),
    "bit_depth": (8, 16, 24, 32),
    "sample_rate": (8000, 16000, 32000, 44100, 48000),
}
RANGES: Mapping[str, tuple[float, float]] = {
    "channels": (1, 8),
    "endpointing": (0.01, 10),
    "maximum_duration_without_endpointing": (5, 60),
}
REGIONS = ("eu-west", "us-west")
MODELS = ("solaria-1",)
MESSAGES: Mapping[str, bool] = {
    "receive_partial_transcripts": False,
    "receive_final_transcripts": True,
    "receive_speech_events": True,
    "receive_post_processing_events": True,
    "receive_acknowledgments": True,
    "receive_errors": True,
    "receive_lifecycle_events": False,
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A session that is not opened."""

    status: int
    message: str
    errors: tuple[str, ...] = ()

    def body(self, when: str) -> Json:
        """Return it as Gladia says it."""
        said: Json = {"timestamp": when, "path": "/v2/live", "request_id": "G-1a2b3c4d", "statusCode": self.status}
        return said | {"message": self.message} | ({"validation_errors": list(self.errors)} if self.errors else {})


UNKNOWN_KEY = Refusal(401, "gladia key not found")
CROWDED = Refusal(429, "Too many concurrent sessions")


def judged(body: Json, region: str | None) -> Refusal | None:
    """Look at the parameters of a session."""
    errors = tuple(_errors(body, region))
    if errors:
        return Refusal(400, "Invalid parameter(s)", errors)
    if body.get("model", MODELS[0]) not in MODELS:
        return Refusal(422, "Model not supported")
    return None


def _errors(body: Json, region: str | None) -> Iterator[str]:
    if region is not None and region not in REGIONS:
        yield f"region must be one of the following values: {_listed(REGIONS)}"
    if "region" in body:
        yield "property region should not exist"
    for name, choices in CHOICES.items():
        if name in body and body[name] not in choices:
            yield f"{name} must be one of the following values: {_listed(choices)}"
    for name, (least, most) in RANGES.items():
        if name in body and not least <= body[name] <= most:
            yield f"{name} must not be less than {least:g} or greater than {most:g}"
    if body.get("encoding") in {"wav/alaw", "wav/ulaw"} and body.get("bit_depth", 16) != 8:
        yield "bit_depth must be 8 for this encoding"


def _listed(values: Sequence[Any]) -> str:
    return ", ".join(str(value) for value in values)


def wanted(body: Json) -> Mapping[str, bool]:
    """Return which messages a session gets."""
    return {**MESSAGES, **(body.get("messages_config") or {})}
