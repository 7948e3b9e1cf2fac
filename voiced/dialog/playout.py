"""The playout clock: what the caller has heard, the one number that everything else reads.

A pure model of the carrier's queue. Positions are seconds of agent sound since the call began; `at` is the call's time
in seconds, given by whoever calls. Between marks the model runs with the clock; a mark corrects it, and never in the
caller's disfavour: sound counts as heard only when it must have been played. Nothing here sends or waits.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, field

from voiced.dialog.policy import BargeIn
from voiced.text.speakable import speakable

TRANSIT = 0.04
"""Seconds from our socket to the caller's ear that the model assumes until a mark has measured them."""
TAIL = 0.25
"""Seconds after the last sound during which its echo may still come back."""


PACE = 15.0
"""Characters a second that French speech takes, where a text's sound is not complete yet."""
UNEVEN = 0.1
"""Seconds by which a word may end later than its share says: no voice is even."""


class Segment(Struct):
    """A reply on its way to the caller: its text so far, and where its sound lies (positions in seconds)."""

    reply: int
    text: str
    barge_in: BargeIn
    start: float
    end: float
    expected: float = 0.0
    """How long it will be, at least, as far as we know."""

    def spoken(self, position: float, respell: Callable[[str], str] = str) -> str:
        """Return the words that lie before `position`, by their share of the sound; rounded down to whole words.

        A word's share goes by how it is said, which `respell` knows: "90" is longer than it looks.
        """
        length = max(self.end - self.start, self.expected)
        if length <= 0:
            return ""  # a voice that failed at once
        position = min(position, self.end)
        if position >= self.start + length - 1e-6:
            return self.text
        return _beginning(self.text, max(0.0, position - UNEVEN - self.start) / length, respell)


def _beginning(text: str, share: float, respell: Callable[[str], str]) -> str:
    """Return the first words of `text`, as many as are wholly said in this share of its sound."""
    words = text.split(" ")
    lengths = [_spoken_length(respell(word)) + 1 for word in words]
    room, count = share * sum(lengths), 0
    while count < len(words) and lengths[count] <= room:
        room -= lengths[count]
        count += 1
    return " ".join(words[:count])


def _spoken_length(word: str) -> int:
    """Return the letters that `word` has when it is said: figures and acronyms are longer than they look."""
    plain = word.strip(",;:.!?…«»()").replace("'", "").replace("’", "").replace("-", "")
    return len(word) if plain.islower() and plain.isalpha() else len(speakable(word))


class Playout(Struct):
    """One call's playout clock."""

    segments: list[Segment] = field(default_factory=list)
    respell: Callable[[str], str] = str
    """Writes words as they are given to the voice; what was heard is told in the written words all the same."""
    sent: float = 0.0
    """Position up to which sound was handed to the carrier."""
    confirmed: float = 0.0
    """Position that the carrier's marks vouch for."""
    ends_at: float = 0.0
    """Call time at which everything sent will have been played."""
    first_at: float = -1.0
    """Call time at which the sound now playing began (the silence before it ended)."""
    _sent_at: float = -1.0
    _marks: dict[str, float] = field(default_factory=dict)

    def begin(self, reply: int, barge_in: BargeIn) -> None:
        """Say that the sound sent from now on speaks `reply`; `barge_in` is how it may be cut."""
        self.segments.append(Segment(reply, "", barge_in, self.sent, self.sent))

    def text(self, text: str, seconds: float = 0.0) -> None:
        """Say what the reply under way says; `seconds` is its length where it is known, else it is estimated."""
        segment = self.segments[-1]
        segment.text = f"{segment.text} {text}".strip()
        segment.expected = seconds or len(speakable(self.respell(segment.text))) / PACE

    def complete(self) -> None:
        """Say that all sound of the reply under way was sent: its length is known."""
        self.segments[-1].expected = 0.0

    def send(self, seconds: float, at: float) -> None:
        """Count `seconds` of sound handed to the carrier at `at`."""
        if self.ends_at <= at:
            self.first_at = at + TRANSIT
        self.ends_at = max(self.ends_at, at + TRANSIT) + seconds
        self._sent_at = at
        self.sent += seconds
        if self.segments:
            self.segments[-1].end = self.sent

    def behind(self, ahead: float, at: float) -> None:
        """Say that the line has to play for `ahead` seconds yet (0: it does not know): it may lag, and never leads."""
        if ahead > 0.0:
            self.ends_at = max(self.ends_at, at + TRANSIT + ahead)

    def set_mark(self, name: str) -> None:
        """Remember that the mark `name` was queued behind what was sent so far."""
        self._marks[name] = self.sent

    def mark(self, name: str, at: float) -> None:
        """Take the carrier's word that everything before the mark was played. Unknown or cleared marks say nothing."""
        position = self._marks.pop(name, None)
        if position is None or position < self.confirmed:
            return
        self.confirmed = position
        on_its_way = TRANSIT if at - self._sent_at < TRANSIT else 0.0  # what was sent just now cannot be playing yet
        self.ends_at = at + on_its_way + (self.sent - position)

    def clear(self, at: float) -> float:
        """Forget what was not heard yet, because the carrier was told to; return the seconds that were dropped."""
        heard = self.heard(at)
        dropped = self.sent - heard
        self.sent = heard
        self.ends_at = min(self.ends_at, at)
        self._marks.clear()
        for segment in self.segments:
            segment.expected = max(segment.expected, segment.end - segment.start)
            segment.start, segment.end = min(segment.start, heard), min(segment.end, heard)
        return dropped

    def heard(self, at: float) -> float:
        """Return the position that the caller has heard at `at`; never more than a pending mark allows."""
        model = self.sent - max(0.0, self.ends_at - at)
        pending = min(self._marks.values(), default=self.sent)
        return max(self.confirmed, min(model, max(pending, self.confirmed)))

    def audible(self, at: float) -> bool:
        """Return whether agent sound is playing at `at`."""
        return at < self.ends_at

    def echoing(self, at: float) -> bool:
        """Return whether agent sound, or its echo, may reach our ear at `at`."""
        return at < self.ends_at + TAIL

    def ahead(self, at: float) -> float:
        """Return the seconds of sound that the carrier still has to play at `at`."""
        return max(0.0, self.ends_at - at)

    def current(self, at: float) -> Segment | None:
        """Return the clause that is playing at `at`."""
        if not self.audible(at):
            return None
        position = self.sent - (self.ends_at - at)
        for segment in self.segments:
            if segment.end > position:
                return segment
        return self.segments[-1] if self.segments else None

    def heard_text(self, reply: int, at: float) -> str:
        """Return the words of `reply` that the caller has heard."""
        position = self.heard(at)
        return " ".join(
            words for part in self.segments if part.reply == reply and (words := part.spoken(position, self.respell))
        )

    def trust_the_clock(self) -> None:
        """Give up on marks that never came back: the carrier has lost them."""
        self._marks.clear()

    def forget(self, reply: int) -> None:
        """Drop `reply` and those before it, once their words were taken into the record."""
        self.segments = [segment for segment in self.segments if segment.reply > reply]
