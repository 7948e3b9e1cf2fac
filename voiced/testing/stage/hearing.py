"""What a caller has heard: the text of the agent's sound as it was played out, each utterance with its time.

Pure: sound goes in as it is played, questions are answered from it. Times are seconds of the line.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from voiced.testing.fakes.spelling import Reader
from voiced.testing.fakes.thought import same
from voiced.text.normalise import bare, folded_bare

HOLE = 0.06
"""Seconds without sound after which what follows is another utterance."""
SAMPLE = 1 / 8000


@dataclass(slots=True)
class Utterance:
    """A run of agent sound: where it lies in time, and in the text."""

    start: float
    end: float
    first: int
    """Index of its first character."""


class Hearing:
    """One caller's memory of the agent."""

    def __init__(self) -> None:
        self.text = ""
        self.utterances: list[Utterance] = []
        self._reader = Reader()
        self._end = -1.0

    def play(self, start: float, data: bytes) -> None:
        """Take sound that was played, from `start` on."""
        if data[0] == data[-1] == 0xFF:
            self._reader.reset()
            return
        end = start + len(data) * SAMPLE
        if start > self._end + SAMPLE:
            self._reader.reset()
        if not self.utterances or start > self._end + HOLE:
            self.utterances.append(Utterance(start, end, len(self.text)))
        self.utterances[-1].end = self._end = end
        self.text += self._reader.feed(data)

    def say(self, text: str, at: float) -> None:
        """Take words of the carrier's own voice."""
        self.utterances.append(Utterance(at, at, len(self.text)))
        self.text += text
        self._reader.reset()

    def cut(self) -> None:
        """Say that the sound under way was cut."""
        self._reader.reset()

    def speaking(self, at: float) -> bool:
        """Return whether the agent can be heard."""
        return at - self._end < HOLE

    @property
    def quiet_since(self) -> float:
        """When the agent fell silent."""
        return max(self._end, 0.0)

    def words_end(self, cursor: int) -> int:
        """Return how much of the text from `cursor` on is whole words."""
        end = len(self.text)
        if end > cursor and self.text[-1] not in " .?!":
            end = self.text.rfind(" ", cursor) + 1
        return max(end, cursor)

    def may_end(self, words: str, start: int, end: int) -> bool:
        """Return whether `words` can have ended in the text from `start` to `end`: a quick look that errs on yes."""
        last = same(words).rpartition(" ")[2]
        return last in folded_bare(self.text[start:end])

    def find(self, words: str, cursor: int, looked: int) -> tuple[float, int] | None:
        """Return when the utterance with `words` behind `cursor` began, and the cursor behind them; None if unheard.

        `looked`: up to where they are known not to end.
        """
        wanted, end = same(words), self.words_end(cursor)
        if wanted not in bare(self.text[cursor:end]):
            return None
        breaks = [at for at in range(cursor, end + 1) if at in {cursor, end} or self.text[at - 1] == " "]
        stop = next(at for at in breaks if at > looked and wanted in bare(self.text[cursor:at]))
        start = breaks[bisect_left(breaks, True, key=lambda at: wanted not in bare(self.text[at:stop])) - 1]
        return max(each.start for each in self.utterances if each.first <= start), stop
