"""How well a recogniser hears: any Stt, any sound files, word error rate by voice.

The list is a tab-separated file with a header; the columns `file` (WAV, relative to the list), `transcript` and
`voice` are read, others are left alone. Each file is one utterance: it goes to the recogniser as a call would send
it, in mu-law at 8 kHz, followed by half a second of silence and `Finalise`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import trio

from voiced.audio.convert import to_format
from voiced.audio.wav import read_wav
from voiced.daemon.standalone import Project, open_providers
from voiced.lab.table import read_table
from voiced.plugin import MULAW_8K, Finalise, Heard, Packet, Stt, SttInput
from voiced.text.normalise import wer

PACKET_SECONDS = 0.04
SILENCE_SECONDS = 0.5
COLUMNS = ("file", "transcript", "voice")


@dataclass(frozen=True, slots=True)
class Row:
    """One utterance: where its sound is, what is said in it, who says it."""

    file: Path
    transcript: str
    voice: str


@dataclass(frozen=True, slots=True)
class Scored:
    """One utterance and what was heard; `errors` of `words` words were wrong, missing or added."""

    row: Row
    heard: str
    errors: int
    words: int


@dataclass(frozen=True, slots=True)
class Report:
    """All utterances of a list, scored."""

    scored: Sequence[Scored]

    @property
    def voices(self) -> list[str]:
        """The voices, in the order of the list."""
        return list(dict.fromkeys(one.row.voice for one in self.scored))

    def wer(self, voice: str | None = None) -> float:
        """Return the word error rate of one voice, or of all; 0.1 is one word in ten."""
        chosen = [one for one in self.scored if voice in (None, one.row.voice)]
        return sum(one.errors for one in chosen) / max(1, sum(one.words for one in chosen))

    def __str__(self) -> str:
        """Return a table: one line a voice, and the total."""
        lines = [self._line(voice, voice) for voice in self.voices]
        return "\n".join([*lines, self._line("all", None)])

    def wrong(self) -> str:
        """Return each utterance that was heard otherwise, and the total."""
        lines = [
            f"{one.row.file.name}: {one.row.transcript}\n    heard: {one.heard}" for one in self.scored if one.errors
        ]
        return "\n".join([*lines, self._line("all", None)])

    def as_json(self) -> dict[str, Any]:
        """Return it for programs; rates from 0 upwards."""
        heard = [
            {"file": one.row.file.name, "voice": one.row.voice, "heard": one.heard, "errors": one.errors}
            for one in self.scored
        ]
        return {"wer": self.wer(), "voices": {voice: self.wer(voice) for voice in self.voices}, "files": heard}

    def _line(self, name: str, voice: str | None) -> str:
        chosen = [one for one in self.scored if voice in (None, one.row.voice)]
        words = sum(one.words for one in chosen)
        return f"{name:40s} {len(chosen):5d} files {words:6d} words  WER {100 * self.wer(voice):5.1f} %"


def read_rows(path: Path) -> list[Row]:
    """Return the utterances of a list. Raises BadInput when the file cannot be read or a column is missing."""
    return [Row(path.parent / line["file"], line["transcript"], line["voice"]) for line in read_table(path, COLUMNS)]


async def judge(project: Project, rows: Iterable[Row]) -> Report:
    """Score the configured recogniser on `rows`. Raises its errors and BadInput for bad files, in groups too."""
    async with open_providers(project) as (_, providers):
        return await score(lambda: providers.stt, rows)


async def score(stt_factory: Callable[[], Stt], rows: Iterable[Row]) -> Report:
    """Have the recogniser transcribe each row, one after the other. Raises its errors, and BadInput for bad files."""
    stt = stt_factory()
    return Report([await _score_one(stt, row) for row in rows])


async def _score_one(stt: Stt, row: Row) -> Scored:
    wav = read_wav(row.file)
    heard = await hear(stt, to_format(wav.channel(0), wav.format, MULAW_8K))
    errors, words = wer(row.transcript, heard)
    return Scored(row, heard, errors, words)


async def hear(stt: Stt, sound: bytes) -> str:
    """Return what `stt` makes of one utterance (mu-law, 8 kHz), through its whole contract."""
    give, audio = trio.open_memory_channel[SttInput](0)
    heard, finals = trio.open_memory_channel[Heard](0)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(_transcribe, stt, audio, heard)
        nursery.start_soon(_give, sound, give)
        async with finals:
            texts = [one.text async for one in finals if one.final and one.text]
    return " ".join(texts)


async def _transcribe(
    stt: Stt, audio: trio.MemoryReceiveChannel[SttInput], heard: trio.MemorySendChannel[Heard]
) -> None:
    async with audio, heard:
        await stt.transcribe(audio, heard)


async def _give(sound: bytes, give: trio.MemorySendChannel[SttInput]) -> None:
    size = MULAW_8K.size(PACKET_SECONDS)
    padded = sound + MULAW_8K.silence * MULAW_8K.size(SILENCE_SECONDS)
    async with give:
        for start in range(0, len(padded), size):
            await give.send(Packet(padded[start : start + size]))
        await give.send(Finalise())
