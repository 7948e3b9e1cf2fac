"""The promises of a model, one function each; its docstring is the promise."""

from __future__ import annotations

import trio
from msgspec.structs import replace

from voiced.plugin import LlmCapabilities, LlmEvent
from voiced.testing.conformance.footprint import open_sockets
from voiced.testing.conformance.histories import awkward
from voiced.testing.conformance.llm import LlmRig, ask, choosing
from voiced.testing.conformance.promises import Unkept, expect
from voiced.testing.conformance.running import Kept, running
from voiced.testing.conformance.stt import plain

BEGINNING = "Bien sûr, alors"


async def capabilities(rig: LlmRig) -> None:
    """Its capabilities are constant."""
    able = rig.llm.capabilities
    expect(isinstance(able, LlmCapabilities), f"they are {type(able).__name__}, not LlmCapabilities")
    await ask(rig.llm, rig.chat)
    expect(able == rig.llm.capabilities, "asked twice, they differ")


async def words(rig: LlmRig) -> None:
    """It answers in words, then Done; where it has none of its own, in nothing but the facts."""
    answer = await ask(rig.llm, rig.chat)
    if rig.llm.capabilities.free_text:
        expect(answer.text.strip(), "it said nothing")
        return
    facts = plain(" ".join(rig.chat.facts))
    expect(plain(answer.text) in facts, f"free_text is false, and it said {answer.text!r}, which is no fact")


async def acts(rig: LlmRig) -> None:
    """It calls a tool that was offered, with arguments that keep the schema, and goes on from the result."""
    answer = await ask(rig.llm, rig.act)
    expect(answer.calls, f"it called no tool, and said {answer.text!r}")
    again = await ask(rig.llm, rig.act)
    expect(again.calls, "asked again, it called no tool")


async def choice(rig: LlmRig) -> None:
    """It keeps to tool_choice: none calls nothing, required calls something; without tools there are no calls."""
    silent = await ask(rig.llm, choosing(rig.act, "none"))
    expect(not silent.calls, f"it called {[call.name for call in silent.calls]}, though tool_choice is none")
    must = await ask(rig.llm, choosing(rig.act, "required"))
    expect(must.calls, f"it called nothing, though tool_choice is required; it said {must.text!r}")
    bare = await ask(rig.llm, replace(rig.act, tools=()))
    expect(not bare.calls, "it called a tool where there are none")


async def prefix(rig: LlmRig) -> None:
    """It goes on from the words that were spoken, where it promises that, and does not say them again."""
    answer = await ask(rig.llm, replace(rig.chat, prefix=BEGINNING))
    if rig.llm.capabilities.prefix:
        expect(answer.text.strip(), "it did not go on")
    repeated = plain(answer.text).startswith(plain(BEGINNING))
    expect(not (rig.llm.capabilities.prefix and repeated), f"it said {answer.text!r}: {BEGINNING!r} was spoken already")


async def any_history(rig: LlmRig) -> None:
    """It takes every history that a call can leave."""
    tool = rig.act.tools[0].name
    for special, history in awkward(tool):
        try:
            await ask(rig.llm, replace(rig.act, messages=tuple(history)))
            await ask(rig.llm, replace(rig.chat, messages=tuple(history)))
        except Exception as error:
            raise Unkept(f"{special}: {type(error).__name__}: {error}") from error


async def prepare(rig: LlmRig) -> None:
    """It gets ready for any tools, again and again, while it is asked; cancelled, it ends within 50 ms."""
    await rig.llm.prepare(())
    async with trio.open_nursery() as nursery:
        nursery.start_soon(rig.llm.prepare, rig.act.tools)
        nursery.start_soon(ask, rig.llm, rig.act)
        nursery.start_soon(rig.llm.prepare, rig.act.tools)
    for nap in (0.0, 0.01):
        async with running(rig.llm.prepare, rig.act.tools) as one:
            await trio.sleep(nap)
            await one.stops_if_at_work()
    expect((await ask(rig.llm, rig.act)).calls, "ready, it called no tool")


async def slow_sink(rig: LlmRig) -> None:
    """A reader that is behind loses nothing."""
    fast, slow = await ask(rig.llm, rig.act), await ask(rig.llm, rig.act, slow=0.2)
    expect([call.name for call in fast.calls] == [call.name for call in slow.calls], "a slow reader got other calls")
    expect(fast.text == slow.text, f"{fast.text!r} for a fast reader, {slow.text!r} for a slow one")


async def two_answers(rig: LlmRig) -> None:
    """Two requests at once do not mix."""
    alone = await ask(rig.llm, rig.chat), await ask(rig.llm, rig.act)
    both = dict.fromkeys((0, 1), alone[0])

    async def answer(at: int) -> None:
        both[at] = await ask(rig.llm, (rig.chat, rig.act)[at], slow=0.05)

    async with trio.open_nursery() as nursery:
        for at in both:
            nursery.start_soon(answer, at)
    told = [(each.text, [call.name for call in each.calls]) for each in (*alone, *both.values())]
    expect(told[:2] == told[2:], f"alone {told[:2]}, at once {told[2:]}")


async def cancelled(rig: LlmRig) -> None:
    """Cancelled anywhere, it ends within 50 ms, and the next request finds it in order."""
    for request in (rig.chat, rig.act):
        async with running(rig.llm.reply, request, Kept[LlmEvent]()) as one:
            await one.stops()  # before it has done anything
        stuck: Kept[LlmEvent] = Kept(stuck=True)
        async with running(rig.llm.reply, request, stuck) as one:
            await stuck.wait(bool, "the beginning of an answer")
            await one.stops()  # while nobody takes what it says
    expect((await ask(rig.llm, rig.act)).calls, "after cancelled requests, it called no tool")


async def nothing_grows(rig: LlmRig) -> None:
    """An answer that is over, or cancelled, has left no more connections than the one before."""
    counts = []
    for _ in range(4):
        stuck: Kept[LlmEvent] = Kept(stuck=True)
        async with running(rig.llm.reply, rig.chat, stuck) as one:
            await stuck.wait(bool, "the beginning of an answer")
            await one.stops()
        await ask(rig.llm, rig.chat)
        counts.append(open_sockets())
    expect(counts[-1] <= counts[0], f"sockets that are open after each answer: {counts}")


async def silent(rig: LlmRig) -> None:
    """While its service says nothing it waits as long as the caller does, and can be cancelled."""
    async with running(rig.llm.reply, rig.chat, Kept[LlmEvent]()) as one:
        with trio.move_on_after(60):
            await one.over.wait()
        expect(one.error is None, f"it gave up by itself: {one.error!r}; deadlines are the caller's")
        await one.stops()
