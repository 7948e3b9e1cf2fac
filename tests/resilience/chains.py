"""Chains of scripted providers in virtual time, and what comes out of them."""

import math

import trio

from voiced.errors import ProviderOverloaded
from voiced.plugin import MULAW_8K, Finalise, Packet
from voiced.resilience import Breakers, Link
from voiced.testing.fakes import Reader, spell

DOWN = ProviderOverloaded("down", provider="scripted")


def links(breakers, kind, *providers):
    """Return links named `one`, `two`..."""
    names = ("one", "two", "three")
    return tuple(Link(provider, breakers.gate(kind, name)) for name, provider in zip(names, providers, strict=False))


def breakers():
    """Return breakers of a process in which nothing is left to chance."""
    return Breakers(chance=lambda: 0.0)


async def gather(function, *args):
    """Return everything that `function(*args, sink)` sends."""
    sent, received = trio.open_memory_channel(math.inf)
    async with sent:
        await function(*args, sent)
    return [item async for item in received]


async def speak(chain, *clauses):
    """Return what a listener hears of a reply, and who said it."""
    source_in, source_out = trio.open_memory_channel(math.inf)
    for clause in clauses:
        source_in.send_nowait(clause)
    source_in.close()
    sound_in, sound_out = trio.open_memory_channel(math.inf)
    async with sound_in:
        by = await chain.speak_by(source_out, sound_in, MULAW_8K)
    packets = [packet async for packet in sound_out]
    assert {packet.format for packet in packets} <= {MULAW_8K}
    data = b"".join(packet.data for packet in packets)
    return Reader().feed(data).strip() if data else "", by


def sound(text):
    """Return `text` as packets of 40 ms."""
    data = spell(text)
    return [Packet(data[at : at + 320]) for at in range(0, len(data), 320)]


QUIET = [Packet(b"\xff" * 320)] * 5
PAUSE = [*QUIET, Finalise()]


async def listen(chain, *items, pace=1.0):
    """Let the chain hear `items` at the pace of the line; return the finals that it gives."""
    audio_in, audio_out = trio.open_memory_channel(math.inf)
    heard_in, heard_out = trio.open_memory_channel(math.inf)
    async with trio.open_nursery() as nursery:

        async def transcribe():
            async with heard_in:
                await chain.transcribe(audio_out, heard_in)

        nursery.start_soon(transcribe)
        async with audio_in:
            for item in items:
                if callable(item):
                    item()
                    continue
                await audio_in.send(item)
                await trio.sleep(item.seconds * pace if isinstance(item, Packet) else 0.3)
    return [heard async for heard in heard_out if heard.final]
