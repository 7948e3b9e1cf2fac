"""Providers that were down are tried out in the background: no caller waits for one to find out."""

from contextlib import asynccontextmanager

import pytest
import trio
from chains import DOWN, breakers, gather, links

from voiced.errors import ProviderOverloaded, ProviderProtocol, ProviderRefused
from voiced.plugin import LlmRequest, Message, ToolCall
from voiced.resilience import LlmChain, keep_probing, probe
from voiced.resilience.probe import LONGEST
from voiced.testing.fakes import ScriptedLlm, ScriptedStt, ScriptedTts

ASKED = LlmRequest((Message("user", "Bonjour"),))


class Mute(ScriptedTts):
    async def speak(self, clauses, *_):
        async for _clause in clauses:
            pass


@pytest.mark.parametrize(("kind", "fake"), [("stt", ScriptedStt), ("tts", ScriptedTts), ("llm", ScriptedLlm)])
async def test_one_that_works_passes(kind, fake, autojump_clock):
    await probe(kind, fake())


@pytest.mark.parametrize(("kind", "fake"), [("tts", ScriptedTts), ("llm", ScriptedLlm)])
async def test_one_that_does_not_raises_what_it_says(kind, fake, autojump_clock):
    with pytest.raises(ProviderRefused):
        await probe(kind, fake(fails=ProviderRefused("key")))


async def test_a_voice_without_a_sound_does_not_work(autojump_clock):
    with pytest.raises(ProviderProtocol):
        await probe("tts", Mute())


class House:
    """A model that fails, one that stands in, and a process that tries it out."""

    def __init__(self):
        self.first = ScriptedLlm(understands={"Bonjour": "one"}, fails=DOWN)
        self.breakers = breakers()
        chain = links(self.breakers, "llm", self.first, ScriptedLlm(understands={"Bonjour": "two"}))
        chain[0].gate.provider = self.first
        self.gate, self.chain = chain[0].gate, LlmChain(chain)

    async def choice(self):
        return [event.name for event in await gather(self.chain.reply, ASKED) if isinstance(event, ToolCall)]


@asynccontextmanager
async def down():
    """Give a house whose model is known to be down."""
    house = House()
    for _ in range(3):
        assert await house.choice() == ["two"]
    assert house.gate.state == "open"
    async with trio.open_nursery() as nursery:
        nursery.start_soon(keep_probing, house.breakers)
        yield house
        nursery.cancel_scope.cancel()


async def test_callers_come_back_to_the_first_once_a_probe_has_worked(autojump_clock):
    async with down() as house:
        house.first.fails = None
        asked = len(house.first.asked)
        assert await house.choice() == ["two"]
        assert len(house.first.asked) == asked
        await trio.sleep(7)
        assert house.gate.state == "closed"
        assert await house.choice() == ["one"]


async def test_as_long_as_it_is_down_only_probes_reach_it_ever_more_rarely(autojump_clock):
    async with down() as house:
        before = len(house.first.asked)
        for _ in range(45):
            assert await house.choice() == ["two"]
            await trio.sleep(1)
        assert len(house.first.asked) - before == 3  # after 5, 10 and 20 s; the next after 40


async def test_one_that_hangs_fails_its_probe(autojump_clock):
    async with down() as house:
        house.first.fails, house.first.first_token = None, 1000
        await trio.sleep(6 + LONGEST + 1)
        assert (house.gate.state, house.breakers.listed()[0]["under_way"]) == ("open", 0)


async def test_a_provider_that_nobody_tries_out_is_tried_by_the_next_caller(autojump_clock):
    house = House()
    house.gate.provider = None
    for _ in range(3):
        await house.choice()
    house.first.fails = None
    await trio.sleep(6)
    assert await house.choice() == ["one"]


async def test_one_without_others_is_not_asked_before_its_probe_has_worked(autojump_clock):
    house = House()
    alone = LlmChain(house.chain.links[:1])
    for _ in range(3):
        with pytest.raises(ProviderOverloaded):
            await gather(alone.reply, ASKED)
    asked = len(house.first.asked)
    await trio.sleep(5)
    with pytest.raises(ProviderOverloaded):
        await gather(alone.reply, ASKED)
    assert len(house.first.asked) == asked
