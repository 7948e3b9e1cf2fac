"""What all requests and sockets of one emulated host share: the account, the faults, the journal, the voice."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping

import trio

from voiced.testing.elevenlabs.account import Account, Journal, Usage
from voiced.testing.elevenlabs.faults import Faults
from voiced.testing.elevenlabs.sound import FORMATS
from voiced.testing.emulator import Delays, Profile

CHUNK = 0.25
"""Seconds of sound in one message or chunk."""


class Studio:
    """One emulated host. Set `faults` at any time."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.faults = Faults()
        self.journal = Journal()
        self.usage = Usage(account)
        self._delays: Mapping[str, Delays] = {
            model: Delays(profile, account.seed) for model, profile in account.profiles.items()
        }
        self._none = Delays(Profile())

    async def say(self, text: str, model: str, output_format: str, speed: float) -> AsyncGenerator[tuple[str, bytes]]:
        """Give the sound of `text` piece by piece, each with its share of the text, at the account's pace."""
        await self._delays.get(model, self._none).wait()
        await trio.sleep(self.faults.slow_first_byte)
        made = "pcm_16000" if self.faults.wrong_codec else output_format
        made_as = FORMATS[made]
        sound = self.account.sound(text, made, speed)
        size = made_as.size(CHUNK)
        share = len(text) / max(1, -(-len(sound) // size))
        for place, start in enumerate(range(0, len(sound), size)):
            piece = sound[start : start + size]
            yield text[round(place * share) : round((place + 1) * share)], piece
            if self.account.pace:
                await trio.sleep(made_as.seconds(len(piece)) / self.account.pace)
