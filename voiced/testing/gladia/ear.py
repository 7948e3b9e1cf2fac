"""What the emulated recogniser understands: the energy of the sound says when, the sound or a script says what. Pure.

Sound that spells its text (`voiced.testing.fakes.spelling`) is read. With a script, the utterances say its lines: see
`voiced.testing.emulator.prompter`. Where a recogniser listens (`voiced.testing.emulator.hear`), transcripts come with
their sound in place of words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from voiced.audio import AudioFormat, dbfs
from voiced.testing.emulator.hear import AGAIN, LEAD, PAUSE
from voiced.testing.emulator.prompter import AUDIBLE, Prompter
from voiced.testing.fakes.spelling import Reader

ONSET = 0.12
"""Seconds of sound before it counts as speech."""
FIRST, EVERY = 0.2, 0.24
"""Seconds from the beginning to the first partial, and from one to the next."""


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """One word, where it stood (seconds)."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Speech:
    """Speech began or ended at `time` (seconds)."""

    kind: Literal["speech_start", "speech_end"]
    time: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was understood of utterance `number` so far."""

    number: int
    final: bool
    start: float
    end: float
    words: tuple[SpokenWord, ...]
    sound: bytes = b""
    """What a recogniser has to listen to for the words."""


EarEvent = Speech | Transcript


@dataclass(slots=True)
class _Utterance:
    start: float
    next_partial: float
    prompted: bool = False
    letters: list[tuple[str, float]] = field(default_factory=list)
    end: float = 0.0
    quiet: float = 0.0
    began: bool = False
    shown: str = ""
    partials: int = 0
    sound: bytearray = field(default_factory=bytearray)
    """All of it, and a little before; kept for a recogniser only."""


class Ear:
    """Hears one session. `finals`: what becomes of a text in its final; without a `prompter`, sound spells its text.

    `listened`: a recogniser will give the words.
    """

    def __init__(
        self,
        format: AudioFormat,
        endpointing: float,
        longest: float,
        prompter: Prompter | None,
        finals: Callable[[str], str],
        *,
        listened: bool = False,
    ) -> None:
        self.now = 0.0
        self._format, self._longest = format, longest
        self._listened = listened
        self._endpointing = max(endpointing, PAUSE) if listened else endpointing
        self._before = bytearray()
        self._prompter, self._finals = prompter, finals
        self._reader = Reader()
        self._rest = b""
        self._open: _Utterance | None = None
        self._number = 0

    def feed(self, data: bytes) -> list[EarEvent]:
        """Take sound; return what follows from it."""
        size = self._format.size(0.02)
        data = self._rest + data
        whole = len(data) - len(data) % size
        self._rest = data[whole:]
        return [event for at in range(0, whole, size) for event in self._frame(data[at : at + size])]

    def finish(self) -> list[EarEvent]:
        """Hear no more: what is under way ends here."""
        size = self._format.size(0.02)
        silence = self._format.silence * (size // len(self._format.silence))
        events = self.feed((silence[len(self._rest) :]) if self._rest else b"")
        return [*events, *self._close()]

    def _frame(self, data: bytes) -> Iterator[EarEvent]:
        loud = dbfs(data, self._format.encoding) > AUDIBLE
        read = self._read(data)
        begun, self.now = self.now, self.now + 0.02
        if self._open is None:
            if not loud:
                self._remember(data)
                return
            self._open = _Utterance(begun, sound=self._before, next_partial=AGAIN if self._listened else FIRST)
            self._before = bytearray()
        if self._listened:
            self._open.sound += data
        self._listen(self._open, read, loud=loud)
        yield from self._tell(self._open)

    def _read(self, data: bytes) -> str:
        spelled = self._prompter is None and not self._listened and self._format.encoding == "mulaw"
        return self._reader.feed(data) if spelled else ""

    def _remember(self, data: bytes) -> None:
        if self._listened:
            self._before += data
            del self._before[: -self._format.size(LEAD)]

    def _listen(self, now: _Utterance, read: str, *, loud: bool) -> None:
        if loud:
            now.quiet, now.end = 0.0, self.now
        else:
            now.quiet += 0.02
        now.letters += [(letter, self.now) for letter in read]
        if self._prompter is not None:
            now.letters += [(letter, self.now) for letter in self._prompted(self._prompter, now, loud=loud)]

    def _prompted(self, prompter: Prompter, now: _Utterance, *, loud: bool) -> str:
        """Return what the script says in this frame; at the end of its onset, what was said since it began."""
        if now.prompted:
            return prompter.hear(0.02 if loud else 0.0)
        if now.end - now.start < ONSET:
            return ""
        now.prompted = True
        prompter.begin()
        return prompter.hear(now.end - now.start)

    def _tell(self, now: _Utterance) -> Iterator[EarEvent]:
        if not now.began and now.end - now.start >= ONSET:
            now.began = True
            yield Speech("speech_start", round(now.start, 2))
        if self.now - now.start >= now.next_partial and now.began:
            now.next_partial += AGAIN if self._listened else EVERY
            yield from [self._unheard(now, final=False)] if self._listened else self._partial(now)
        if now.quiet >= self._endpointing - 1e-6 or self.now - now.start >= self._longest:
            yield from self._close()

    def _partial(self, now: _Utterance) -> Iterator[EarEvent]:
        heard = "".join(letter for letter, _ in now.letters)
        text = heard.rpartition(" ")[0].strip()
        if not text or text == now.shown:
            return
        now.shown = text
        now.partials += 1
        count = len(text.split())
        words = _words(now.letters, now.start)[:count]
        if now.partials % 3 == 0:  # a smaller model: now and then it hears something else first
            words[-1] = SpokenWord(words[-1].text[:-1] + "s", words[-1].start, words[-1].end)
        yield Transcript(self._number, final=False, start=now.start, end=words[-1].end, words=tuple(words))

    def _unheard(self, now: _Utterance, *, final: bool) -> Transcript:
        return Transcript(self._number, final, now.start, now.end, (), bytes(now.sound))

    def _close(self) -> Iterator[EarEvent]:
        now, self._open = self._open, None
        if now is None or not now.began:
            return
        if self._listened:
            yield self._unheard(now, final=True)
            self._number += 1
        else:
            yield from self._final(now)
        yield Speech("speech_end", round(now.end, 2))

    def _final(self, now: _Utterance) -> Iterator[EarEvent]:
        if self._prompter is not None and now.prompted:
            now.letters += [(letter, now.end) for letter in self._prompter.end()]
        words = _words(now.letters, now.start)
        text = " ".join(word.text for word in words)
        if text:
            said = _spread(self._finals(text), words)
            yield Transcript(self._number, final=True, start=now.start, end=now.end, words=tuple(said))
            self._number += 1


def scripted(finals: Mapping[str, str]) -> Callable[[str], str]:
    """Return what makes finals of what was heard: the text itself where it is not named."""
    return lambda text: finals.get(text, text)


def moved(event: EarEvent, seconds: float) -> EarEvent:
    """Return the event `seconds` later."""
    if isinstance(event, Speech):
        return replace(event, time=round(event.time + seconds, 3))
    words = tuple(SpokenWord(word.text, word.start + seconds, word.end + seconds) for word in event.words)
    return replace(event, start=event.start + seconds, end=event.end + seconds, words=words)


def _words(letters: list[tuple[str, float]], start: float) -> list[SpokenWord]:
    words: list[SpokenWord] = []
    text, end = "", start
    for letter, at in [*letters, (" ", letters[-1][1] if letters else start)]:
        if letter != " ":
            text += letter
            end = at
        elif text:
            words.append(SpokenWord(text, round(start, 3), round(end, 3)))
            text, start = "", at
        else:
            start = at
    return words


def _spread(text: str, over: list[SpokenWord]) -> list[SpokenWord]:
    """Return the words of `text` at the times of those that were heard."""
    said = text.split()
    if len(said) == len(over):
        return [SpokenWord(word, place.start, place.end) for word, place in zip(said, over, strict=True)]
    start, end = over[0].start, over[-1].end
    each = (end - start) / max(len(said), 1)
    return [SpokenWord(w, round(start + i * each, 3), round(start + (i + 1) * each, 3)) for i, w in enumerate(said)]
