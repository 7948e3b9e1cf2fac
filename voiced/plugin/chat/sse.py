"""Server-sent events (WHATWG HTML, 9.2), read from bytes that may be cut anywhere, within a character too."""

from __future__ import annotations

import re

from voiced.errors import ProviderProtocol

LARGEST = 1024 * 1024
"""Bytes of one event; a token needs three hundred, a tool call a few thousand."""

_LINE_END = re.compile(rb"\r\n|\n|\r")
_BOM = b"\xef\xbb\xbf"


class EventStream:
    """Bytes in, the data of events out. Names, ids and comments are dropped: chat streams use none."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[bytes] = []
        self._size = 0
        self._begun = False

    def feed(self, data: bytes) -> list[bytes]:
        """Return the data of every event that is complete now. Raises `ProviderProtocol` when one grows too large."""
        *lines, self._rest = self._split(self._rest + data)
        events = [event for line in lines if (event := self._line(line)) is not None]
        if self._size + len(self._rest) > LARGEST:
            raise ProviderProtocol("an event has no end", stage="stream")
        return events

    def close(self) -> list[bytes]:
        """Return what stands there without the blank line that should have ended it: the stream is over."""
        rest = [*_LINE_END.split(self._rest), b""]
        self._rest = b""
        return [event for line in rest if (event := self._line(line)) is not None]

    def _split(self, data: bytes) -> list[bytes]:
        if not self._begun and len(data) >= len(_BOM):
            self._begun = True
            data = data.removeprefix(_BOM)
        if data.endswith(b"\r"):  # its line feed may be on the way
            *lines, last = _LINE_END.split(data[:-1])
            return [*lines, last + b"\r"]
        return _LINE_END.split(data)

    def _line(self, line: bytes) -> bytes | None:
        """Take one line; return the event that it ends."""
        if not line:
            event, self._data, self._size = b"\n".join(self._data), [], 0
            return event or None
        name, _, value = line.partition(b":")
        if name == b"data":
            self._data.append(value.removeprefix(b" "))
            self._size += len(value)
        return None
