"""Whether a message is taken: the checks of `StartRecognition` and `SetRecognitionConfig`. Pure."""

from __future__ import annotations

from typing import Any

from voiced.testing.speechmatics.messages import Json

ENCODINGS = frozenset({"pcm_s16le", "pcm_f32le", "mulaw"})
MODELS = frozenset({"standard", "enhanced", "melia-1"})
CHANGEABLE = frozenset({
    "language", "max_delay", "max_delay_mode", "audio_filtering_config", "enable_partials", "conversation_config",
})  # fmt: skip


def refused(start: Json, *, agent: bool) -> str:
    """Return the type of the error for `start`; empty: none."""
    config, sound = start.get("transcription_config"), start.get("audio_format")
    if start.get("message") != "StartRecognition":
        return "protocol_error"
    if not isinstance(config, dict) or not isinstance(sound, dict):
        return "invalid_message"
    return _sound(sound, agent=agent) or (_agent(config) if agent else _config(config))


def _sound(sound: Json, *, agent: bool) -> str:
    encodings = ENCODINGS - {"mulaw"} if agent else ENCODINGS
    wrong = sound.get("type") != "raw" or sound.get("encoding") not in encodings
    return "invalid_audio_type" if wrong or sound.get("sample_rate") not in {8000, 16000} else ""


def _config(config: Json) -> str:
    if not isinstance(config.get("language"), str) or len(config["language"]) != 2:
        return "invalid_language"
    if config.get("model", "standard") not in MODELS:
        return "invalid_model"
    both = "model" in config and "operating_point" in config
    return "invalid_config" if both or not _within(config.get("max_delay", 4), 0.7, 4) else ""


def _agent(config: Json) -> str:
    if config.get("model") in MODELS or not isinstance(config.get("language"), str):
        return "invalid_model"
    return "invalid_config" if "max_delay" in config else ""


def changed(asked: Json, language: str) -> str:
    """Return the type of the error for a change of the running session; empty: none."""
    config = asked.get("transcription_config")
    if not isinstance(config, dict) or config.get("language") != language or config.keys() - CHANGEABLE:
        return "invalid_config"
    return ""


def _within(value: Any, least: float, most: float) -> bool:
    return isinstance(value, int | float) and least <= value <= most
