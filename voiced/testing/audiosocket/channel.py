"""One AudioSocket stream from Asterisk's side: it connects, says whose it is, and carries sound both ways."""

from __future__ import annotations

import struct
from collections.abc import Callable
from itertools import cycle, islice
from typing import Literal
from uuid import UUID

import trio

from voiced.audio import MULAW_8K, AudioFormat, Converter
from voiced.testing.audiosocket import wire
from voiced.testing.audiosocket.faults import Faults
from voiced.testing.caller.journal import Journal
from voiced.testing.caller.line import Line
from voiced.testing.caller.mouth import MouthFrame

CONNECT_SECONDS = 2.0
PAYLOAD_SECONDS = 0.005
TOO_FAR_AHEAD = 0.12
"""Seconds of sound ahead of the line that no jitter buffer is sure to keep."""

JITTER = 0.2
"""Seconds that the jitter buffer holds; what comes on top is dropped."""

NONSENSE = ((0x02, b""), (0x10, b"\x01"), (0x10, b""), (0x77, b"weather"), (wire.DTMF, b"\xff"), (wire.UUID, b"short"))
"""What Asterisk never says: kinds and payloads."""

Far = Callable[[trio.SocketStream], trio.abc.Stream]
"""See `voiced.testing.emulator.roads.far`."""

Result = Literal["ended", "broken", "unreachable"]
"""In good order; not so; never begun."""


class Dropped(Exception):
    """Asterisk drops the leg: what came is not AudioSocket."""


class Channel:
    """One stream. It is the sink of its line while it runs."""

    def __init__(self, line: Line, journal: Journal, faults: Faults, far: Far) -> None:
        linear = AudioFormat("pcm16", faults.rate)
        self._line, self._journal, self._faults = line, journal, faults
        self._kind = wire.KIND[faults.rate]
        self._to, self._back = Converter(MULAW_8K, linear), {faults.rate: Converter(linear, MULAW_8K)}
        self._far = far
        self._stream: trio.abc.Stream | None = None
        self._sending = trio.Lock()
        self._reader = wire.Reader()
        self._rest = b""
        self._fed = not faults.starves
        self._began = self._active = self._received = 0.0
        self._mute = False
        self._error = faults.error
        self._nonsense = islice(cycle(NONSENSE), faults.nonsense)

    async def run(self, address: str, call: str) -> Result:
        """Live until either side ends the stream; cancelled: the caller hung up."""
        host, _, port = address.rpartition(":")
        try:
            with trio.fail_after(CONNECT_SECONDS):
                stream = await trio.open_tcp_stream(host.strip("[]"), int(port))
        except (OSError, trio.TooSlowError, ValueError):
            self._journal.error(0, "the stream cannot be opened")
            return "unreachable"
        self._began = self._active = trio.current_time()
        self._journal.note("stream.open", address=address)
        self._stream = far = self._far(stream)
        try:
            await trio.sleep(self._faults.slow)
            await far.send_all(wire.message(wire.UUID, UUID(call).bytes))
            self._line.connect(self)
            return await self._live()
        except trio.Cancelled:
            await self._say_goodbye(far, stream)
            raise
        finally:
            self._line.connect(None)
            self._stream = None
            await trio.aclose_forcefully(stream)

    async def press(self, digit: str) -> None:
        """Tell a key."""
        if self._faults.keys:
            await self._send(wire.message(wire.DTMF, digit.encode()))

    # --- Sink of the line ---

    async def frame(self, _index: int, frame: MouthFrame) -> None:
        """Send the caller's sound, as many frames of the line as make one message."""
        self._rest += self._to.feed(frame.line)
        size = AudioFormat("pcm16", self._faults.rate).size(self._faults.ptime)
        while len(self._rest) >= size and self._fed:
            sound, self._rest = self._rest[:size], self._rest[size:]
            self._fed = not self._faults.starves
            await self._send(wire.message(self._kind, sound))
        for kind, payload in self._nonsense:
            await self._send(wire.message(kind, payload))
        if self._error is not None:
            error, self._error = self._error, None
            await self._send(wire.message(wire.ERROR, bytes([error])))

    async def echo(self, name: str) -> None:
        """There are no marks."""

    # --- inside ---

    async def _live(self) -> Result:
        try:
            while not await self._hear():
                pass
        except (trio.BrokenResourceError, Dropped) as error:
            self._journal.note("stream.broken", why=str(error) or type(error).__name__)
            return "broken"
        self._journal.note("stream.ended")
        return "ended"

    async def _hear(self) -> bool:
        """Take what comes next; return whether it was the end."""
        data = await self._receive()
        if not data:
            return True
        self._reader.put(data)
        while (found := self._reader.take()) is not None:
            if self._take(*found):
                return True
        if self._reader.torn and self._faults.strict:
            with trio.move_on_after(PAYLOAD_SECONDS):
                return await self._hear()
            raise Dropped("Poll timed out while waiting for data")
        return False

    async def _receive(self) -> bytes:
        assert self._stream is not None
        while True:
            if self._mute:
                await trio.sleep_forever()
            patience = self._faults.inactive if self._faults.form == "app" else float("inf")
            with trio.move_on_at(self._active + patience):
                data = await self._stream.receive_some(65536)
                self._active = trio.current_time()
                return bytes(data)
            if trio.current_time() >= self._active + patience:
                raise Dropped("no activity")

    def _take(self, kind: int, payload: bytes) -> bool:
        if kind == wire.END:
            return True
        if kind not in wire.SLIN or not payload:
            self._journal.failure(f"a message of type {kind:#04x} and {len(payload)} bytes")
            raise Dropped("a message that may not be sent")
        self._journal.note("sound", type=kind, bytes=len(payload))
        self._fed = True
        rate = wire.SLIN[kind]
        back = self._back.setdefault(rate, Converter(AudioFormat("pcm16", rate), MULAW_8K))
        self._play(back.feed(payload))
        return False

    def _play(self, sound: bytes) -> None:
        """Let the caller hear it, by way of a jitter buffer; judge whether it comes at the pace of the line."""
        self._received += MULAW_8K.seconds(len(sound))
        ahead = self._received - (trio.current_time() - self._began)
        if ahead > TOO_FAR_AHEAD:
            self._journal.warning(0, f"{ahead:.2f} s of sound ahead of the line")
        if self._line.playout.queued > JITTER:
            self._journal.note("jitter.dropped")
        else:
            self._line.play(sound)

    async def _send(self, data: bytes) -> None:
        vanish = self._faults.vanish_at
        self._mute = self._mute or (vanish is not None and trio.current_time() >= self._began + vanish)
        try:
            async with self._sending:  # a key may come while sound is on its way
                if self._stream is not None and not self._mute:
                    await self._stream.send_all(data)
                    self._active = trio.current_time()
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            return  # what is read tells why

    async def _say_goodbye(self, far: trio.abc.Stream, near: trio.SocketStream) -> None:
        """End the stream as the faults want it."""
        with trio.CancelScope(shield=True), trio.move_on_after(2.0):
            match self._faults.ending:
                case "end":
                    await self._send(wire.message(wire.END))
                    await far.aclose()
                case "reset":
                    near.socket.setsockopt(trio.socket.SOL_SOCKET, trio.socket.SO_LINGER, struct.pack("ii", 1, 0))
                case "half-open":
                    await trio.sleep(self._faults.half_open_for)
