"""Voxtral's sockets: sound in and words out, text in and sound out. What is heard is a script; what is said hums."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qs

import numpy as np

from voiced.testing.emulator import Gone, Peer
from voiced.testing.emulator.server import Talk

HEARING = "/v1/audio/transcriptions/realtime"
SPEAKING = "/v1/audio/speech/realtime"
SAMPLE_BYTES: Mapping[str, int] = {
    "pcm_s16le": 2, "pcm_s32le": 4, "pcm_f16le": 2, "pcm_f32le": 4, "pcm_mulaw": 1, "pcm_alaw": 1,
}  # fmt: skip
"""By the name of the encoding."""
WORD = 0.4
"""Seconds of sound in which a word is said."""
CHARACTERS = 14
"""Characters of French that are spoken in a second."""
RATE = 24_000
"""Samples a second of its `pcm`, which is float32, little-endian."""
SLICE = 0.25
"""Seconds of sound in one message."""


@dataclass(slots=True)
class Voxtral:
    """Both sockets. `words` are heard of whatever comes; `heard` and `said` keep what came."""

    words: Sequence[str] = ()
    key: str = "test-key"
    trouble: Literal["", "error", "silence", "strange"] = ""
    """In place of `session.created`: an error, no word at all, or garbage before it."""
    heard: list[float] = field(default_factory=list)
    """Seconds of sound of each transcription."""
    said: list[str] = field(default_factory=list)

    @property
    def sockets(self) -> Mapping[str, Talk]:
        """Return what serves each path."""
        return {HEARING: self.hear, SPEAKING: self.speak}

    async def hear(self, peer: Peer) -> None:
        """Transcribe: a word for every 0.4 s of sound, the rest at the end."""
        model = _model(peer)
        session: dict[str, Any] = {
            "request_id": "c0ffee", "model": model, "target_streaming_delay_ms": 480,
            "audio_format": {"encoding": "pcm_s16le", "sample_rate": 16_000},
        }  # fmt: skip
        words, seconds, text = list(self.words), 0.0, ""
        await self._open(peer, session)
        ended = False
        while not ended:
            message = await _next(peer, session)
            if message["type"] == "input_audio.append":
                seconds += _seconds(message["audio"], session["audio_format"])
            ended = message["type"] == "input_audio.end"
            while words and (ended or seconds >= WORD * (1 + len(self.words) - len(words))):
                word = words.pop(0)
                text += word
                await _tell(peer, "transcription.text.delta", text=word)
        self.heard.append(seconds)
        usage = {"prompt_audio_seconds": round(seconds), "prompt_tokens": 0, "completion_tokens": 1, "total_tokens": 1}
        done = {"model": model, "text": text, "language": "fr", "segments": [], "usage": usage}
        await _tell(peer, "transcription.done", **done)

    async def speak(self, peer: Peer) -> None:
        """Hum, for as long as the text takes to be said: at each flush, and at the end."""
        session: dict[str, Any] = {
            "request_id": "c0ffee", "model": _model(peer), "is_ref_audio": False, "streaming_mode": "responsive",
            "response_format": "pcm", "expressiveness": 0.5,
        }  # fmt: skip
        text = ""
        await self._open(peer, session)
        ended = False
        while not ended:
            message = await _next(peer, session)
            text += str(message.get("text") or "")
            ended = message["type"] == "input_text.end"
            if ended or message["type"] == "input_text.flush":
                for piece in hum(text):
                    await _tell(peer, "speech.audio.delta", audio_data=base64.b64encode(piece).decode())
                self.said += [text] if text else []
                text = ""
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        await _tell(peer, "speech.audio.done", usage=usage)

    async def _open(self, peer: Peer, session: dict[str, Any]) -> None:
        """Open the session, or do not."""
        if peer.request.headers.get("authorization") != f"Bearer {self.key}":
            raise Gone(1006)
        await peer.accept()
        if self.trouble == "error":
            await _tell(peer, "error", error={"message": "No capacity", "code": 3000})
        while self.trouble in {"error", "silence"}:
            await peer.receive()  # until it gives up
        if self.trouble == "strange":
            await peer.send("no JSON")
            await _tell(peer, "session.weather")
        await _tell(peer, "session.created", session=session)


async def _next(peer: Peer, session: dict[str, Any]) -> dict[str, Any]:
    """Return the next message that is no update of the session; keep the session up to date."""
    while True:
        message: dict[str, Any] = json.loads(await peer.receive())
        if message["type"] != "session.update":
            return message
        session |= message["session"]
        await _tell(peer, "session.updated", session=session)


def hum(text: str) -> list[bytes]:
    """Return the sound of a text in slices: as long as it takes to say it."""
    samples = int(RATE * len(text) / CHARACTERS)
    sound = (0.2 * np.sin(2 * np.pi * 220 / RATE * np.arange(samples))).astype("<f4").tobytes()
    size = int(RATE * SLICE) * 4
    return [sound[at : at + size] for at in range(0, len(sound), size)]


def _model(peer: Peer) -> str:
    return parse_qs(peer.request.query).get("model", [""])[0]


def _seconds(audio: str, form: Mapping[str, Any]) -> float:
    return len(base64.b64decode(audio)) / (SAMPLE_BYTES[form["encoding"]] * int(form["sample_rate"]))


async def _tell(peer: Peer, kind: str, **fields: Any) -> None:
    await peer.send(json.dumps({"type": kind, **fields}, ensure_ascii=False))
