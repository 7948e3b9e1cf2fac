"""Published delays, so many times as long; none for 0. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from voiced.testing import gladia, mistral, speechmatics
from voiced.testing.emulator import EUROPE, Profile, Roads
from voiced.testing.emulator.playback import Tempo
from voiced.testing.emulator.roads import Way


def later(delay: Profile, factor: float) -> Profile:
    """Return a delay `factor` times as long."""
    return Profile(delay.p50 * factor, delay.p95 * factor)


def all_later(delays: Mapping[str, Profile], factor: float) -> dict[str, Profile]:
    """Return each delay `factor` times as long."""
    return {name: later(delay, factor) for name, delay in delays.items()}


def slower(rate: float, factor: float) -> float:
    """Return how fast something is done; 0: at once."""
    return rate / factor if factor else 0.0


def playing(tempo: Tempo, factor: float) -> Tempo:
    """Return how a voice's sound comes."""
    return replace(tempo, first=later(tempo.first, factor), pace=slower(tempo.pace, factor))


def roads(factor: float, seed: int = 1) -> Roads:
    """Return the roads between a carrier and the worker, and back."""
    ways: tuple[Way, ...] = ("webhook", "rest", "up", "down", "mark")
    return Roads(**{way: later(getattr(EUROPE, way), factor) for way in ways}, seed=seed)


def gladia_delays(factor: float) -> gladia.Latency:
    """Return the delays of Gladia."""
    real = gladia.EUROPE
    made = {name: later(getattr(real, name), factor) for name in ("post", "partial", "final")}
    return gladia.Latency(**made, speed=slower(real.speed, factor))


def speechmatics_delays(factor: float) -> speechmatics.Latency:
    """Return the delays of Speechmatics."""
    real = speechmatics.REAL
    names = ("start", "partial", "final", "forced", "utterance")
    made = {name: later(getattr(real, name), factor) for name in names}
    return speechmatics.Latency(per_word=real.per_word * factor, **made)


def chat_delays(factor: float) -> mistral.Latency:
    """Return the delays of a language model."""
    real, speed = mistral.SMALL, slower(mistral.SMALL.tokens_per_second, factor)
    stalls = real.stalls if factor else 0.0
    return mistral.Latency(later(real.first, factor), real.per_1k_prompt * factor, speed, real.spread, stalls)
