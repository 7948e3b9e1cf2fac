"""WAV files, in and out: 16-bit PCM, mu-law and A-law, one or two channels.

RIFF is read and written here because Python's `wave` knows linear PCM only, and mu-law files are what this house
records. Layout: "Multimedia Programming Interface and Data Specifications 1.0" (IBM and Microsoft, 1991), and
WAVE_FORMAT_EXTENSIBLE, whose sub-format begins with the same tags.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voiced.audio import g711
from voiced.audio.frame import AudioFormat, Encoding
from voiced.audio.g711 import Samples
from voiced.errors import BadInput, Problem

_TAGS: dict[int, Encoding] = {1: "pcm16", 6: "alaw", 7: "mulaw"}
_EXTENSIBLE = 0xFFFE
_ENDLESS = 0x7FFFFFFF
"""Sizes from here on stand in streams whose writer did not know the end: take what is there."""


@dataclass(frozen=True, slots=True)
class Wav:
    """A sound file's content. `data` holds the channels interleaved, in `format` each."""

    data: bytes
    format: AudioFormat
    channels: int = 1

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return self.format.seconds(len(self.data) // self.channels)

    @property
    def samples(self) -> Samples:
        """The sound as 16-bit samples, one row for each instant, one column for each channel."""
        return g711.decode(self.data, self.format.encoding).reshape(-1, self.channels)

    def channel(self, index: int) -> bytes:
        """Return one channel (0 is left) in `format`."""
        return self._cells[:, index].tobytes()

    @property
    def _cells(self) -> np.ndarray[tuple[int, ...], np.dtype[np.void]]:
        return np.frombuffer(self.data, _cell(self.format)).reshape(-1, self.channels)


def read_wav(source: Path | str | bytes, name: str = "sound") -> Wav:
    """Return the sound in a WAV file, or in the `bytes` of one, which errors then call `name`.

    Raises `BadInput` saying what is wrong: not there, not WAV, a coding other than the three, cut short.
    """
    if isinstance(source, bytes):
        return _parse(source, name)
    try:
        content = Path(source).read_bytes()
    except OSError as error:
        raise _unreadable(str(source), f"the file cannot be read: {error.strerror}") from error
    return _parse(content, str(source))


def write_wav(path: Path | str, data: bytes, format: AudioFormat, channels: int = 1) -> None:
    """Write `data` (channels interleaved) as a WAV file. Raises `OSError` as `Path.write_bytes` does."""
    Path(path).write_bytes(wav_bytes(data, format, channels))


def write_stereo(path: Path | str, caller: bytes, agent: bytes, format: AudioFormat) -> None:
    """Write a call as a WAV file: the caller on the left, the agent on the right, the shorter filled with silence."""
    write_wav(path, interleave(caller, agent, format), format, channels=2)


def interleave(left: bytes, right: bytes, format: AudioFormat) -> bytes:
    """Return two mono tracks as one of two channels; the shorter is filled with silence."""
    cell = len(format.silence)
    size = max(len(left), len(right)) // cell
    tracks = [
        np.frombuffer(track + format.silence * (size - len(track) // cell), _cell(format)) for track in (left, right)
    ]
    return np.stack(tracks, axis=1).tobytes()


def wav_bytes(data: bytes, format: AudioFormat, channels: int = 1) -> bytes:
    """Return the content of a WAV file with `data` (channels interleaved)."""
    tag = next(tag for tag, encoding in _TAGS.items() if encoding == format.encoding)
    cell = len(format.silence)
    layout = struct.pack(
        "<HHIIHH", tag, channels, format.rate, format.bytes_per_second * channels, cell * channels, cell * 8
    )
    if format.encoding == "pcm16":
        head = _chunk(b"fmt ", layout)
    else:  # codings other than PCM carry a (here empty) extension and the count of samples
        head = _chunk(b"fmt ", layout + b"\0\0") + _chunk(b"fact", struct.pack("<I", len(data) // (cell * channels)))
    return _chunk(b"RIFF", b"WAVE" + head + _chunk(b"data", data))


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def _cell(format: AudioFormat) -> str:
    """Return numpy's name for the bytes of one sample of one channel."""
    return f"V{len(format.silence)}"


def _parse(content: bytes, name: str) -> Wav:
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        raise _unreadable(name, "this is not a WAV file", "convert it to WAV, 16-bit PCM")
    layout: tuple[AudioFormat, int] | None = None
    for chunk, size, start in _chunks(content):
        if chunk == b"fmt ":
            layout = _layout(content[start : start + size], name)
        elif chunk == b"data" and layout:
            return _sound(content, start, size, layout, name)
    raise _unreadable(name, "the WAV file holds no sound: its 'fmt ' or its 'data' part is missing")


def _chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, size and place of each part of the file."""
    place = 12
    while place + 8 <= len(content):
        chunk, size = struct.unpack_from("<4sI", content, place)
        yield chunk, size, place + 8
        place += 8 + size + size % 2


def _layout(part: bytes, name: str) -> tuple[AudioFormat, int]:
    if len(part) < 16:
        raise _unreadable(name, "the WAV file is broken: its 'fmt ' part is cut short")
    tag, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", part)
    if tag == _EXTENSIBLE and len(part) >= 26:
        tag = struct.unpack_from("<H", part, 24)[0]
    encoding = _TAGS.get(tag)
    if encoding is None or bits != (16 if encoding == "pcm16" else 8):
        reason = f"this WAV file's coding (tag {tag}, {bits} bits) is not supported"
        raise _unreadable(name, reason, "convert it to 16-bit PCM, mu-law or A-law")
    if channels not in (1, 2) or not 4000 <= rate <= 192000:
        reason = f"{channels} channels at {rate} Hz are not supported"
        raise _unreadable(name, reason, "use one or two channels at 4000 to 192000 Hz")
    return AudioFormat(encoding, rate), channels


def _sound(content: bytes, start: int, size: int, layout: tuple[AudioFormat, int], name: str) -> Wav:
    coding, channels = layout
    there = len(content) - start
    if there < size < _ENDLESS:
        raise _unreadable(name, f"the WAV file is cut short: {there} of {size} bytes of sound are there")
    cell = len(coding.silence) * channels
    whole = min(there, size) // cell * cell
    return Wav(content[start : start + whole], coding, channels)


def _unreadable(name: str, reason: str, fix: str = "") -> BadInput:
    return BadInput([Problem(name, 0, 0, reason, fix)])
