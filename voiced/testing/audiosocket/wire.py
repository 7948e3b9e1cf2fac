"""AudioSocket's messages, as Asterisk makes and reads them; written apart from the plugin, so that neither copies the
other's mistakes. Source: `res/res_audiosocket.c`.
"""  # noqa: D205 - one sentence

from __future__ import annotations

END, UUID, DTMF, ERROR = 0x00, 0x01, 0x03, 0xFF
SLIN = {0x10: 8000, 0x11: 12000, 0x12: 16000, 0x13: 24000, 0x14: 32000, 0x15: 44100, 0x16: 48000}
KIND = {rate: kind for kind, rate in SLIN.items()}


def message(kind: int, payload: bytes = b"") -> bytes:
    """Return one message."""
    return bytes([kind]) + len(payload).to_bytes(2, "big") + payload


class Reader:
    """Collects bytes until a message is whole."""

    def __init__(self) -> None:
        self._have = bytearray()

    def put(self, data: bytes) -> None:
        """Take bytes."""
        self._have += data

    @property
    def torn(self) -> bool:
        """Whether there is a header whose payload has not come."""
        return len(self._have) >= 3

    def take(self) -> tuple[int, bytes] | None:
        """Return the next whole message; None when there is none. Empty this before looking at `torn`."""
        if len(self._have) < 3:
            return None
        end = 3 + int.from_bytes(self._have[1:3], "big")
        if len(self._have) < end:
            return None
        kind, payload = self._have[0], bytes(self._have[3:end])
        del self._have[:end]
        return kind, payload
