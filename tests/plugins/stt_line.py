"""A call to a recogniser: the sound spells what is said."""

from contextlib import asynccontextmanager

import trio
import trio.testing

from voiced.plugin import Finalise, Packet
from voiced.testing.fakes import spell

PACKET = 320


class Line:
    """The caller's end of a call, and what was heard of it."""

    def __init__(self, audio, heard):
        self.audio, self._heard = audio, heard
        self.interims = []

    async def say(self, text, pause=0.2):
        await self.send(spell(text) + b"\xff" * round(pause * 8000))

    async def send(self, sound):
        for at in range(0, len(sound), PACKET):
            await self.audio.send(Packet(sound[at : at + PACKET]))

    async def settle(self):
        """Let all that was said arrive, and what follows from it come back."""
        await trio.testing.wait_all_tasks_blocked(0.03)

    async def final(self):
        """Ask for a final and return it."""
        await self.audio.send(Finalise())
        return await self.next_final()

    async def next_final(self):
        with trio.fail_after(10):
            while not (heard := await self._heard.receive()).final:
                self.interims.append(heard)
        return heard

    async def interim(self, text):
        """Wait for an interim that says `text`."""
        with trio.fail_after(10):
            while (heard := await self._heard.receive()).text != text:
                assert not heard.final
        return heard

    async def rest(self):
        """Hang up; return the finals that come then."""
        await self.audio.aclose()
        with trio.fail_after(10):
            return [heard async for heard in self._heard if heard.final]


@asynccontextmanager
async def calling(stt, hints=()):
    audio_in, audio_out = trio.open_memory_channel(1000)
    heard_in, heard_out = trio.open_memory_channel(1000)

    async def transcribe():
        async with heard_in:
            await stt.transcribe(audio_out, heard_in, hints)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(transcribe)
        yield Line(audio_in, heard_out)
        await audio_in.aclose()  # hang up
        nursery.cancel_scope.deadline = trio.current_time() + 5
