"""Trying a provider out: the cheapest request that shows that it is there, takes our key and does its work.

It goes the way that calls go, by the contract of its kind, so that no provider needs anything for it. It costs a few
characters or tokens, or a session without sound.
"""

from __future__ import annotations

from typing import Any, Self

import trio

from voiced.errors import ProviderProtocol
from voiced.plugin import Llm, LlmRequest, Message, Stt, Tts
from voiced.resilience.breaker import Permit
from voiced.resilience.breakers import Breakers, Gate, Operation
from voiced.resilience.link import Attempt, attempt

EVERY = 1.0
"""Seconds between two looks at the breakers."""
LONGEST = 8.0
"""Seconds that a provider may take to show that it is well."""


async def probe(kind: Operation, provider: Any) -> None:
    """Ask a recogniser, a voice or a model for next to nothing. Raises what it raises; the deadline is the caller's."""
    if kind == "stt":
        await _hear(provider)
    elif kind == "tts":
        await _say(provider)
    elif kind == "llm":
        await _think(provider)


async def keep_probing(breakers: Breakers) -> None:
    """Find out, until cancelled, which providers are well again: no caller has to try one that was down."""
    async with trio.open_nursery() as nursery:
        while True:
            await trio.sleep(EVERY)
            for gate in breakers.gates():
                permit = gate.probe()
                if permit is not None:
                    nursery.start_soon(_find_out, gate, permit)


async def _find_out(gate: Gate, permit: Permit) -> None:
    with trio.move_on_after(LONGEST):
        try:
            with attempt(Attempt(gate, permit)):
                await probe(gate.kind, gate.provider)
        except Exception:  # noqa: BLE001 - the breaker knows by now, and the log
            return


async def _hear(stt: Stt) -> None:
    await stt.transcribe(_Words(), _Nobody())


async def _say(tts: Tts) -> None:
    heard = _Nobody()
    await tts.speak(_Words("Oui."), heard, tts.capabilities.formats[0])
    if not heard.told:
        raise ProviderProtocol("the voice gave no sound", stage="stream")


async def _think(llm: Llm) -> None:
    await llm.reply(LlmRequest((Message("user", "Bonjour"),), max_tokens=1), _Nobody())


class _Words:
    """A source of these words, or of nothing at all."""

    def __init__(self, *words: str) -> None:
        self._words = list(words)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Any:
        await trio.lowlevel.checkpoint()
        if not self._words:
            raise StopAsyncIteration
        return self._words.pop(0)


class _Nobody:
    """A sink that only counts."""

    def __init__(self) -> None:
        self.told = 0

    async def send(self, _value: object) -> None:
        await trio.lowlevel.checkpoint()
        self.told += 1
