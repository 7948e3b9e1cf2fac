"""What can be measured on a tape: how soon the agent answered, and how soon it stopped when interrupted. Pure.

Everything is read from the waveforms: no event of the application and no queue counts, only what the caller's ear got.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from voiced.audio import g711
from voiced.testing.caller.mouth import Spoken
from voiced.testing.caller.playout import RATE
from voiced.testing.caller.tape import AUDIBLE, Tape

WINDOW = 40
"""Samples over which loudness is taken: 5 ms."""

PAUSE = 0.3
"""Seconds of quiet that end a span of speech."""


@dataclass(frozen=True, slots=True)
class Span:
    """Sound between two instants, in seconds since the answer."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance of the caller and when the agent was first heard after it.

    `gap`: seconds from the caller's last voiced sample to the agent's first audible one; None when it did not answer
    before the caller spoke again.
    """

    caller: Span
    answered_at: float | None

    @property
    def gap(self) -> float | None:
        """See above."""
        return None if self.answered_at is None else self.answered_at - self.caller.end


@dataclass(frozen=True, slots=True)
class BargeIn:
    """The caller began to speak over the agent at `at`; the agent was last audible at `cut_at`."""

    at: float
    cut_at: float

    @property
    def seconds(self) -> float:
        """How long the agent went on."""
        return self.cut_at - self.at


def audible_spans(sound: bytes, *, pause: float = PAUSE, threshold: float = AUDIBLE) -> list[Span]:
    """Return when mu-law `sound` can be heard; holes shorter than `pause` seconds do not count.

    The edges are exact: the first and the last sample beyond the threshold's amplitude.
    """
    samples = np.abs(g711.decode(sound, "mulaw").astype(np.int32))
    limit = 32768 * 10 ** (threshold / 20)
    whole = samples[: len(samples) // WINDOW * WINDOW].reshape(-1, WINDOW).astype(np.float64)
    loud = np.flatnonzero(np.sqrt((whole**2).mean(axis=1)) >= limit)
    if not len(loud):
        return []
    breaks = np.flatnonzero(np.diff(loud) * WINDOW > pause * RATE)
    firsts = loud[np.concatenate(([0], breaks + 1))]
    lasts = loud[np.concatenate((breaks, [len(loud) - 1]))]
    return [_edges(samples, limit, int(first), int(last)) for first, last in zip(firsts, lasts, strict=True)]


def _edges(samples: np.ndarray[tuple[int], np.dtype[np.int32]], limit: float, first: int, last: int) -> Span:
    begin, end = first * WINDOW, (last + 1) * WINDOW
    loud = np.flatnonzero(samples[begin:end] >= limit)
    return Span((begin + int(loud[0])) / RATE, (begin + int(loud[-1]) + 1) / RATE)


def caller_spans(tape: Tape, spoken: Sequence[Spoken]) -> list[Span]:
    """Return when the caller's utterances really sounded, one span each; those without a sound are left out."""
    spans = []
    for utterance in spoken:
        heard = audible_spans(tape.voice.cut(utterance.start, utterance.end), pause=1e9)
        spans += [Span(utterance.start / RATE + span.start, utterance.start / RATE + span.end) for span in heard]
    return spans


def turns(tape: Tape, spoken: Sequence[Spoken]) -> list[Turn]:
    """Return the caller's utterances and when each was answered."""
    caller = caller_spans(tape, spoken)
    agent = audible_spans(tape.agent.all())
    limits = [*(span.start for span in caller), float("inf")][1:]
    return [
        Turn(said, next((span.start for span in agent if said.end <= span.start < limit), None))
        for said, limit in zip(caller, limits, strict=True)
    ]


def barge_ins(tape: Tape, spoken: Sequence[Spoken]) -> list[BargeIn]:
    """Return every time the caller began to speak while the agent could be heard."""
    agent = audible_spans(tape.agent.all())
    found = []
    for said in caller_spans(tape, spoken):
        over = next((span for span in agent if span.start < said.start < span.end), None)
        if over:
            found.append(BargeIn(said.start, over.end))
    return found


def longest_silence(tape: Tape, spoken: Sequence[Spoken]) -> Span:
    """Return the longest time between two sounds of a call in which neither side could be heard."""
    sounds = [*caller_spans(tape, spoken), *audible_spans(tape.agent.all())]
    heard = sorted(sounds, key=lambda span: span.start)
    longest, until = Span(0.0, 0.0), heard[0].end if heard else 0.0
    for span in heard:
        if span.start - until > longest.end - longest.start:
            longest = Span(until, span.start)
        until = max(until, span.end)
    return longest
