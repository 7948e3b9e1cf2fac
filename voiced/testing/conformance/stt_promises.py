"""What a recogniser promises about its words, one function each; its docstring is the promise."""

from __future__ import annotations

import trio

from voiced.plugin import AudioFormat, Finalise, Heard, Packet, ProviderBadInput, SttCapabilities
from voiced.testing.conformance.promises import expect
from voiced.testing.conformance.stt import EPSILON, SttRig, calling, plain

BREATH = 0.06
"""Seconds after the last word, in which nobody can tell yet that it was the last."""
HINTS = ("Cœur d'Artichaut", "", "Élan", "Élan", "  ", "https://exemple.fr?a=1&b=<2>", *(f"mot{n}" for n in range(200)))


async def capabilities(rig: SttRig) -> None:
    """Its capabilities are constant, and name at least one format."""
    await trio.lowlevel.checkpoint()
    able = rig.stt.capabilities
    expect(isinstance(able, SttCapabilities), f"they are {type(able).__name__}, not SttCapabilities")
    expect(able.formats and all(isinstance(each, AudioFormat) for each in able.formats), f"formats: {able.formats}")
    expect(able.patience > 0, f"a patience of {able.patience} s")
    expect(able == rig.stt.capabilities, "asked twice, they differ")


async def finalise(rig: SttRig) -> None:
    """Every Finalise is answered by exactly one final, with what was said since the last."""
    async with calling(rig) as line:
        for sentence in rig.sentences:
            await line.say(sentence)
            said = await line.final()
            expect(rig.same(sentence, said.text), f"{sentence!r} was understood as {said.text!r}")
        extra = await line.hang_up()
        expect(not extra, f"{len(extra)} finals more came at the end, though nothing was said")
        expect(len(line.finals) == len(rig.sentences), f"{len(line.finals)} finals for {len(rig.sentences)} Finalise")


async def at_once(rig: SttRig) -> None:
    """A Finalise that comes as soon as the last word is over gets that word too."""
    async with calling(rig) as line:
        for sentence in rig.sentences[:2]:
            await line.say(sentence, pause=BREATH)
            said = await line.final()
            expect(rig.same(sentence, said.text), f"{sentence!r} was understood as {said.text!r}")
            await line.hush(1.0)
        await line.hang_up()


async def silence(rig: SttRig) -> None:
    """A Finalise after silence, or two in a row, are answered by empty finals."""
    async with calling(rig) as line:
        await line.put(Finalise())
        await line.answer(0)
        await line.hush(1.0)
        await line.put(Finalise())
        await line.put(Finalise())
        await line.answer(2)
        await line.say(rig.sentences[0])
        said = await line.final()
        expect(rig.same(rig.sentences[0], said.text), f"after silence, {rig.sentences[0]!r} became {said.text!r}")
        await line.hang_up()
        noisy = [heard.text for heard in line.finals[:3] if heard.text]
        expect(not noisy, f"silence was understood as {noisy}")
        expect(len(line.finals) == 4, f"{len(line.finals)} finals for 4 Finalise")


async def pipelined(rig: SttRig) -> None:
    """Two Finalise that are asked for before the first is answered get their own words each."""
    first, second, _ = rig.sentences
    async with calling(rig) as line:
        await line.say(first)
        await line.put(Finalise())
        await line.say(second)
        await line.put(Finalise())
        await line.answer(1)
        await line.hang_up()
        texts = [heard.text for heard in line.finals]
        expect(len(texts) == 2, f"{len(texts)} finals for 2 Finalise")
        expect(rig.same(first, texts[0]) and rig.same(second, texts[1]), f"{[first, second]} became {texts}")


async def times(rig: SttRig) -> None:
    """Times are in order, within the sound that was given; words, where it promises any, make up the text."""
    async with calling(rig) as line:
        for sentence in rig.sentences:
            await line.hush(0.5)
            before = line.seconds
            await line.say(sentence)
            said = await line.final()
            expect(said.start <= said.end, f"a final from {said.start} to {said.end}")
            expect(said.start >= before - 0.5 - EPSILON, f"a final from {said.start:.2f} for speech from {before:.2f}")
            expect(said.end <= line.seconds + EPSILON, f"a final to {said.end:.2f} of {line.seconds:.2f} s of sound")
            expect(0 <= said.confidence <= 1, f"a confidence of {said.confidence}")
            _words_in_order(said, wanted=rig.stt.capabilities.words)
        await line.hang_up()


def _words_in_order(said: Heard, *, wanted: bool) -> None:
    expect(said.words or not wanted, "a final without words, though capabilities.words is true")
    if not said.words:
        return
    expect(
        plain(" ".join(word.text for word in said.words)) == plain(said.text), f"words {said.words} of {said.text!r}"
    )
    at = said.start - EPSILON
    for word in said.words:
        expect(at <= word.start <= word.end <= said.end + EPSILON, f"{word} is out of place in {said.start}-{said.end}")
        expect(0 <= word.confidence <= 1, f"{word} has no confidence from 0 to 1")
        at = word.start


async def interims(rig: SttRig) -> None:
    """Interims come while a sentence is said, where it promises any, and none repeats what was final before."""
    async with calling(rig) as line:
        for sentence in rig.sentences[:2]:
            await line.say(sentence, pace=1.0, pause=1.0)
            await line.final()
        await line.hang_up()
        early = [heard for heard in line.heard.values if not heard.final]
        expect(early or not rig.stt.capabilities.interim, "no interim came, though capabilities.interim is true")
        settled = 0.0
        for heard in line.heard.values:
            expect(heard.start >= settled - 0.1, f"{heard.text!r} from {heard.start:.2f}: final until {settled:.2f}")
            settled = max(settled, heard.end) if heard.final and heard.text else settled


async def at_the_end(rig: SttRig) -> None:
    """It returns when its source ends: at once, after silence, and with the words that nobody asked for."""
    async with calling(rig) as line:
        expect(not await line.hang_up(), "a final for no sound at all")
    async with calling(rig) as line:
        await line.hush(0.5)
        spoken = [heard.text for heard in await line.hang_up() if heard.text]
        expect(not spoken, f"silence was understood as {spoken}")
    async with calling(rig) as line:
        await line.say(rig.sentences[0])
        left = " ".join(heard.text for heard in await line.hang_up())
        expect(rig.same(rig.sentences[0], left), f"{rig.sentences[0]!r}, without Finalise, became {left!r}")


async def odd_packets(rig: SttRig) -> None:
    """Packets may have any length."""
    wanted = rig.format
    sound = rig.sound(rig.sentences[0]) + wanted.silence * wanted.rate
    one = len(wanted.silence)
    async with calling(rig) as line:
        at = 0
        for samples in [1, 7, 80, 160, 240, 1601, *[4000] * (len(sound) // one // 4000 + 1)]:
            if piece := sound[at : at + samples * one]:
                await line.put(Packet(piece, wanted))
            at += samples * one
        said = await line.final()
        expect(rig.same(rig.sentences[0], said.text), f"{rig.sentences[0]!r} was understood as {said.text!r}")
        await line.hang_up()


async def other_format(rig: SttRig) -> None:
    """Sound in a format that it does not name is refused with ProviderBadInput."""
    odd = AudioFormat("pcm16", 11025)
    async with calling(rig) as line:
        await line.feed.give(Packet(bytes(2205), odd))
        error = await line.running.fails()
        expect(isinstance(error, ProviderBadInput), f"it raised {type(error).__name__}, not ProviderBadInput")


async def hints(rig: SttRig) -> None:
    """Hints may be any words, empty, twice, and many."""
    async with calling(rig, hints=HINTS) as line:
        await line.say(rig.sentences[0])
        await line.final()
        await line.hang_up()
