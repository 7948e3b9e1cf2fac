"""What every collector takes and gives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeAlias

from msgspec import Struct

from voiced.text.endings import unfinished as words_dangle

Value: TypeAlias = str | int | float | bool
"""Canonical values are plain JSON scalars."""


class Context(Struct, frozen=True):
    """What an answer is read against.

    Attributes:
        today: The date of the call; "demain" is counted from it.
        now: Minutes since midnight, local time of the business; "dans une heure" is counted from it.
        so_far: What earlier utterances of the same step gave: the `value` of the incomplete
            `Collected`, as text ("" at first).
        hints: For `choice`, the options; for `digits`, the lengths that are possible ("5", "8").
    """

    today: date
    now: int = 0
    so_far: str = ""
    hints: tuple[str, ...] = ()


class Collected(Struct, frozen=True):
    """What was understood.

    Attributes:
        value: Canonical value; when `complete` is False, what to pass as the next `so_far`.
        said: How to read it back aloud, in French words.
        complete: Whether nothing is missing.
        confidence: 0 to 1; under 0.7 it should be confirmed.
    """

    value: Value
    said: str
    complete: bool = True
    confidence: float = 1.0


Collect: TypeAlias = Callable[[str, Context], Collected | None]
Unfinished: TypeAlias = Callable[[str, str], bool]


def dangling(text: str, so_far: str = "") -> bool:  # noqa: ARG001 - the signature of Unfinished
    """Return whether the words alone call for more; the default of kinds that have no length of their own."""
    return words_dangle(text)


class Collector(Struct, frozen=True):
    """One kind of answer.

    Attributes:
        kind: Its name in a flow ("telephone").
        collect: `collect(text, context)`: the value, or None when the text holds none.
        unfinished: `unfinished(text, so_far)`: whether the caller is possibly not done, so that silence
            should be waited out.
        dictation: Whether people pause inside it, so that longer silences are normal.
    """

    kind: str
    collect: Collect
    unfinished: Unfinished = dangling
    dictation: bool = False
