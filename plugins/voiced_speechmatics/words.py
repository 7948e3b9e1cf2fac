"""What was understood since finals were last given: pieces that are final, and the words of the moment. Pure.

Speechmatics gives final words piece by piece, in the middle of a sentence; voiced wants one final for each request. So
pieces are kept until it is asked for, and told as part of the interim meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from voiced.plugin import Heard, Word
from voiced_speechmatics.wire import Transcript


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a mark of punctuation, in seconds of the call's stream."""

    text: str
    start: float
    end: float
    confidence: float
    attaches: str
    word: bool


def tokens(message: Transcript, offset: float) -> list[Token]:
    """Return the tokens of a message of a connection whose time begins at `offset` seconds."""
    found = [
        Token(
            result.alternatives[0].content,
            offset + result.start_time,
            offset + result.end_time,
            result.alternatives[0].confidence,
            result.attaches_to,
            result.type != "punctuation",
        )
        for result in message.results
        if result.alternatives and result.alternatives[0].content
    ]
    text = message.metadata.transcript.strip()
    if not message.results and text:
        start, end = message.metadata.start_time, message.metadata.end_time
        return [Token(text, offset + start, offset + end, 1.0, "none", word=True)]
    return found


class Words:
    """The words since the last final."""

    def __init__(self) -> None:
        self._pieces: list[Token] = []
        self._interim: list[Token] = []

    @property
    def any(self) -> bool:
        """Whether there are final words that were not given."""
        return bool(self._pieces)

    def final(self, piece: Sequence[Token]) -> Heard | None:
        """Take a piece that is final; return the interim as it is now."""
        if not piece:
            return None
        self._pieces += piece
        end = piece[-1].end
        self._interim = [token for token in self._interim if token.start >= end]
        return self._moment()

    def interim(self, moment: Sequence[Token]) -> Heard | None:
        """Take the words of the moment, which stand behind the pieces; return the interim as it is now."""
        changed = bool(moment or self._interim)
        self._interim = list(moment)
        return self._moment() if changed else None

    def lost(self) -> None:
        """Forget the words of the moment: their connection is gone, and they will be heard again."""
        self._interim = []

    def give(self, at: float) -> Heard:
        """Return the final for everything before `at`, empty when nothing was said."""
        given, self._pieces = self._pieces, []
        self._interim = [token for token in self._interim if token.start >= at]
        return _heard(given, final=True) if given else Heard("", final=True, start=at, end=at)

    def _moment(self) -> Heard:
        return _heard([*self._pieces, *self._interim], final=False)


def _heard(found: Sequence[Token], *, final: bool) -> Heard:
    """Return `found` as it is told. The confidence of words of the moment has no meaning, says Speechmatics."""
    if not found:
        return Heard("", final=final, start=0.0, end=0.0)
    said = [token for token in found if token.word]
    words = tuple(Word(token.text, token.start, token.end, token.confidence if final else 1.0) for token in said)
    sure = sum(token.confidence for token in said) / len(said) if final and said else 1.0
    return Heard(joined(found), final, found[0].start, found[-1].end, words, sure)


def joined(found: Iterable[Token]) -> str:
    """Return the text of `found`."""
    text, glue = "", True
    for token in found:
        text += token.text if glue or token.attaches in {"previous", "both"} else f" {token.text}"
        glue = token.attaches in {"next", "both"}
    return text
