"""The promises of a voice, one function each; its docstring is the promise."""

from __future__ import annotations

import trio

from voiced.plugin import AudioFormat, TtsCapabilities
from voiced.testing.conformance.footprint import open_sockets
from voiced.testing.conformance.promises import expect
from voiced.testing.conformance.running import from_list
from voiced.testing.conformance.tts import TtsRig, said, speaking

ODD = (
    '<speak>&amp; 3 < 5 > 2 & "oui"</speak>',
    "Cœur 🙂 « Élan » — l’œuvre…",
    "a",
    "{{x}} \\n %s ${Y}",
    "1234567890 €",
)
"""Texts that break what is glued together by hand."""
BLANK = ("", "  ", "\n")


async def capabilities(rig: TtsRig) -> None:
    """Its capabilities and its fingerprint are constant, and say something."""
    before, able = rig.tts.fingerprint, rig.tts.capabilities
    expect(isinstance(able, TtsCapabilities), f"they are {type(able).__name__}, not TtsCapabilities")
    expect(able.formats and all(isinstance(each, AudioFormat) for each in able.formats), f"formats: {able.formats}")
    expect(able.patience > 0, f"a patience of {able.patience} s")
    expect(isinstance(before, str) and before, f"the fingerprint is {before!r}")
    await said(rig, rig.clauses)
    expect(rig.tts.fingerprint == before, f"the fingerprint was {before!r}, then {rig.tts.fingerprint!r}")
    expect(rig.tts.capabilities == able, "asked twice, the capabilities differ")


async def formats(rig: TtsRig) -> None:
    """It speaks in every format that it names, in whole samples, and the words take the same time in each."""
    lengths = {each: await said(rig, rig.clauses[:2], format=each) for each in rig.tts.capabilities.formats}
    for each, seconds in lengths.items():
        expect(seconds > 0.2, f"{seconds:.2f} s of {each} for {rig.clauses[:2]}")
        expect(rig.alike(seconds, lengths[rig.format]), f"the same words take {lengths}")


async def all_clauses(rig: TtsRig) -> None:
    """It speaks all clauses, and returns when they end."""
    one = await said(rig, rig.clauses[:1])
    every = await said(rig, rig.clauses)
    expect(every > 1.5 * one, f"{len(rig.clauses)} clauses take {every:.2f} s, the first alone {one:.2f} s")


async def nothing(rig: TtsRig) -> None:
    """Without clauses, or with blank ones, it says nothing and returns."""
    expect(not await said(rig, ()), "it spoke without being given words")
    blank = await said(rig, BLANK)
    expect(blank < 0.5, f"{blank:.2f} s of sound for blank clauses")
    alone, between = await said(rig, rig.clauses[:1]), await said(rig, ["", rig.clauses[0], " "])
    expect(rig.alike(alone, between), f"{alone:.2f} s, but {between:.2f} s between blank clauses")


async def streaming(rig: TtsRig) -> None:
    """Sound comes before the whole text was given, where it promises that; it waits for the rest."""
    if not rig.tts.capabilities.streaming:
        return
    async with speaking(rig) as reply:
        await reply.feed.give(rig.clauses[0])
        await reply.feed.give(rig.clauses[1])
        await reply.sounds()
        await trio.sleep(60)  # the model thinks, or a tool is slow
        expect(not reply.running.over.is_set(), "it was over before its clauses had ended")
        before = reply.seconds
        await reply.feed.give(rig.clauses[2])
        reply.feed.end()
        await reply.running.returns()
        expect(reply.seconds > before, "a clause that came a minute late was not spoken")


async def odd_texts(rig: TtsRig) -> None:
    """It takes any text: signs of markup, of templates, of other alphabets."""
    for text in ODD:
        await said(rig, [text])
    long = await said(rig, [" ".join([*rig.clauses] * 5)])
    expect(long > await said(rig, rig.clauses), "a long clause was cut short")


async def slow_sink(rig: TtsRig) -> None:
    """A reader that is behind loses nothing: the pace is the caller's."""
    fast, slow = await said(rig, rig.clauses), await said(rig, rig.clauses, slow=0.05)
    expect(rig.alike(fast, slow), f"{fast:.2f} s for a fast reader, {slow:.2f} s for a slow one")


async def two_replies(rig: TtsRig) -> None:
    """Two replies at once do not mix."""
    alone = await said(rig, rig.clauses[:1]), await said(rig, rig.clauses)
    both = [0.0, 0.0]

    async def say(at: int, count: int) -> None:
        both[at] = await said(rig, rig.clauses[:count], slow=0.01)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(say, 0, 1)
        nursery.start_soon(say, 1, len(rig.clauses))
    same = all(rig.alike(one, other) for one, other in zip(alone, both, strict=True))
    expect(same, f"alone they take {alone} s, at once {tuple(both)} s")


async def cancelled(rig: TtsRig) -> None:
    """Cancelled anywhere, it ends within 50 ms, and nothing of it is in the next reply."""
    alone = await said(rig, rig.clauses[:1])
    async with speaking(rig) as reply:
        await reply.running.stops()  # before it has done anything
    async with speaking(rig) as reply:
        await trio.sleep(1)
        await reply.running.stops()  # while it waits for words
    async with speaking(rig, stuck=True) as reply, trio.open_nursery() as nursery:
        nursery.start_soon(from_list, rig.clauses, reply.feed)
        await reply.sounds()
        await reply.running.stops()  # while nobody takes what it says
        nursery.cancel_scope.cancel()
    async with speaking(rig) as reply:
        await reply.feed.give(rig.clauses[1])
        await reply.running.stops()  # while it works
    after = await said(rig, rig.clauses[:1])
    expect(rig.alike(alone, after), f"a reply takes {alone:.2f} s, after cancelled ones {after:.2f} s")


async def nothing_grows(rig: TtsRig) -> None:
    """A reply that is over, or cancelled, has left no more connections than the one before."""
    counts = []
    for _ in range(4):
        async with speaking(rig, stuck=True) as reply, trio.open_nursery() as nursery:
            nursery.start_soon(from_list, rig.clauses, reply.feed)
            await reply.sounds()
            await reply.running.stops()
            nursery.cancel_scope.cancel()
        await said(rig, rig.clauses[:1])
        counts.append(open_sockets())
    expect(counts[-1] <= counts[0], f"sockets that are open after each reply: {counts}")


async def silent(rig: TtsRig) -> None:
    """While its service says nothing it waits as long as the caller does, and can be cancelled."""
    async with speaking(rig) as reply:
        with trio.move_on_after(60):
            await from_list(rig.clauses, reply.feed)
            await reply.running.over.wait()
        expect(
            reply.running.error is None, f"it gave up by itself: {reply.running.error!r}; deadlines are the caller's"
        )
        await reply.running.stops()
