"""A conversation: telephones and WebSockets that hear each other. Everybody hears the mix of all others."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from voiced.audio import g711
from voiced.testing.caller.line import Line
from voiced.testing.caller.mouth import MouthFrame


class Listener(Protocol):
    """A WebSocket in the room."""

    async def hear(self, sound: bytes) -> None:
        """Take 20 ms of the mix, mu-law."""
        ...

    async def played(self, name: str) -> None:
        """Learn that the mark `name` was reached or flushed."""
        ...


class Room:
    """One conversation. The first telephone's frames give its time."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: list[Line] = []
        self.sockets: list[Listener] = []
        self._last: dict[int, bytes] = {}

    def join(self, line: Line) -> None:
        """Let a telephone in."""
        if line not in self.lines:
            self.lines.append(line)
            line.connect(Seat(self, line))

    def leave(self, line: Line) -> None:
        """Let a telephone out."""
        if line in self.lines:
            self.lines.remove(line)
            self._last.pop(id(line), None)
            line.connect(None)

    async def frame(self, line: Line, sound: bytes) -> None:
        """Take 20 ms of one telephone: the others hear it, and the sockets once a frame of the first."""
        self._last[id(line)] = sound
        for other in self.lines:
            if other is not line:
                other.hear(sound)
        if line is self.lines[0]:
            mix = _mix([self._last[id(each)] for each in self.lines if id(each) in self._last])
            for socket in list(self.sockets):
                await socket.hear(mix)

    async def echo(self, name: str) -> None:
        """Tell the sockets what was played."""
        for socket in list(self.sockets):
            await socket.played(name)

    def play(self, sound: bytes) -> None:
        """Queue a socket's sound for every telephone."""
        for line in self.lines:
            line.play(sound)

    def clear(self) -> None:
        """Drop what is queued."""
        for line in self.lines:
            line.clear()


class Seat:
    """One telephone's place in a room: the line's sink."""

    def __init__(self, room: Room, line: Line) -> None:
        self._room, self._line = room, line

    async def frame(self, _index: int, frame: MouthFrame) -> None:
        """Take the frame that was just spoken."""
        await self._room.frame(self._line, frame.line)

    async def echo(self, name: str) -> None:
        """Pass on that a mark was reached."""
        await self._room.echo(name)


def _mix(sounds: list[bytes]) -> bytes:
    if len(sounds) == 1:
        return sounds[0]
    total = np.zeros(len(sounds[0]), np.int32)
    for sound in sounds:
        total += g711.decode(sound, "mulaw")
    return g711.encode(total, "mulaw")
