"""How a recogniser behaves, one function each: beside other calls, cancelled, when its service is at fault."""

from __future__ import annotations

from collections.abc import Sequence

import trio

from voiced.errors import ProviderError, ProviderTimeout
from voiced.plugin import Finalise, Heard
from voiced.testing.conformance.footprint import open_sockets
from voiced.testing.conformance.promises import expect
from voiced.testing.conformance.stt import Line, SttRig, calling, finals


async def slow_sink(rig: SttRig) -> None:
    """A reader that is behind loses nothing."""
    async with calling(rig, slow=0.3) as line:
        for sentence in rig.sentences:
            await line.say(sentence)
            await line.put(Finalise())
        await line.answer(2)
        await line.hang_up()
        texts = [heard.text for heard in line.finals]
        expect(len(texts) == 3, f"{len(texts)} finals for 3 Finalise")
        same = all(rig.same(said, text) for said, text in zip(rig.sentences, texts, strict=True))
        expect(same, f"{list(rig.sentences)} became {texts}")


async def two_calls(rig: SttRig) -> None:
    """Two calls at once do not mix."""
    first, second, third = rig.sentences
    async with calling(rig) as one, calling(rig) as other:
        for line, sentence in ((one, first), (other, second), (one, third), (other, first)):
            await line.say(sentence)
            await line.put(Finalise())
        await one.answer(1)
        await other.answer(1)
        await one.hang_up()
        await other.hang_up()
    for line, wanted in ((one, (first, third)), (other, (second, first))):
        texts = [heard.text for heard in line.finals]
        expect(len(texts) == 2, f"{len(texts)} finals for 2 Finalise")
        expect(all(rig.same(said, text) for said, text in zip(wanted, texts, strict=True)), f"{wanted} became {texts}")


async def cancelled(rig: SttRig) -> None:
    """Cancelled anywhere, it ends within 50 ms, and the next call finds it in order."""
    async with calling(rig) as line:
        await line.running.stops()  # before it has done anything
    async with calling(rig) as line:
        await line.hush(1.0)
        await line.running.stops()
    async with calling(rig) as line:
        await line.say(rig.sentences[0])
        await line.put(Finalise())
        await line.running.stops()  # while it thinks
    async with calling(rig, stuck=True) as line, trio.open_nursery() as nursery:
        nursery.start_soon(line.feed_what_is_taken, rig.sentences[0], Finalise())
        await line.heard.wait(bool, "anything")
        await line.running.stops()  # while nobody takes what it says
        nursery.cancel_scope.cancel()
    async with calling(rig) as line:
        await line.say(rig.sentences[1])
        said = await line.final()
        expect(rig.same(rig.sentences[1], said.text), f"after a cancelled call, it understood {said.text!r}")
        await line.hang_up()


async def nothing_grows(rig: SttRig) -> None:
    """A call that is over, or cancelled, has left no connection behind."""
    counts = []
    for _ in range(3):
        async with calling(rig) as line:
            await line.say(rig.sentences[0])
            await line.running.stops()
        async with calling(rig) as line:
            await line.hush(0.5)
            await line.hang_up()
        await trio.sleep(1.0)
        counts.append(open_sockets())
    expect(counts[-1] <= counts[0], f"sockets that are open after each of three calls: {counts}")


async def nothing_is_left(rig: SttRig) -> None:
    """Its service keeps nothing of a call that is over, however it ended."""
    async with calling(rig) as line:
        await line.say(rig.sentences[0])
        await line.final()
        await line.hang_up()
    expect(not rig.left(), f"after a call its service keeps {list(rig.left())}")
    async with calling(rig) as line:
        await line.say(rig.sentences[0])
        await line.final()
        await line.running.stops()
    expect(not rig.left(), f"after a call that was cancelled its service keeps {list(rig.left())}")


async def cut(rig: SttRig) -> None:
    """A connection that breaks in the middle of a call loses no word, and repeats none."""
    async with calling(rig) as line:
        for sentence in rig.sentences:
            await line.say(sentence)
            said = await line.final()
            expect(rig.same(sentence, said.text), f"{sentence!r} was understood as {said.text!r}")
        await line.hang_up()


async def late(rig: SttRig) -> None:
    """Words that come late are told as soon as they come, and are no part of the answer to what is said after them."""
    first, second, third = rig.sentences
    async with calling(rig) as line:
        await line.say(first)
        await line.put(Finalise())
        await _spoken(line, [first])
        for sentence in (second, third):  # both are asked for before the words of either have come
            await line.say(sentence)
            await line.put(Finalise())
        await _spoken(line, [first, second, third])
        expect(not await line.hang_up(), "a final more came at the end, though nothing was said")
    answers = [heard for heard in line.finals if not heard.late]
    expect(len(answers) == 3, f"{len(answers)} finals that are not `late` for 3 Finalise")


async def _spoken(line: Line, sentences: list[str]) -> None:
    """Wait for these sentences, each in a final of its own, while nothing more is said."""
    wanted = f"the words of {sentences[-1]!r}, before more was said,"
    await line.heard.wait(lambda values: len(_texts(finals(values))) >= len(sentences), wanted)
    texts = _texts(line.finals)
    same = len(texts) == len(sentences) and all(map(line.rig.same, sentences, texts))
    expect(same, f"{sentences} became {texts}")


def _texts(given: Sequence[Heard]) -> list[str]:
    return [heard.text for heard in given if heard.text]


async def silent(rig: SttRig) -> None:
    """While its service says nothing it can be cancelled, and what it may raise can be tried again."""
    async with calling(rig) as line:
        with trio.move_on_after(3.0):
            await line.say(rig.sentences[0])
            await line.put(Finalise())
            await line.running.over.wait()
        error = line.running.error
        if error is None:
            await line.running.stops()
        else:
            again = isinstance(error, ProviderError) and error.retryable
            expect(again, f"it raised what cannot be tried again: {error!r}")
        expect(not any(heard.text for heard in line.finals), "words came from nowhere")


async def hanging(rig: SttRig) -> None:
    """While its service lets nobody begin, it waits as long as its caller and its host do, and can be cancelled."""
    async with calling(rig) as line:
        with trio.move_on_after(60):
            await line.feed_what_is_taken(rig.sentences[0], Finalise())
            await line.running.over.wait()
        error = line.running.error
        if isinstance(error, ProviderTimeout) and error.stage == "connect":  # the host's network gave the line up
            return
        expect(error is None, f"it gave up by itself: {error!r}; deadlines are the caller's")
        await line.running.stops()
