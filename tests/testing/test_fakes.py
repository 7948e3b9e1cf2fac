"""The fakes keep the contracts, and their sound spells what it says."""

import pytest
import trio

from voiced.audio import MULAW_8K
from voiced.errors import ProviderBadInput, Unavailable
from voiced.plugin import Clear, Finalise, Packet, Play, SetMark, ToolContext, ToolSpec, Warned
from voiced.testing.fakes import (
    FakeHost,
    Memo,
    PlainLeg,
    Reader,
    Recognised,
    ScriptedLlm,
    ScriptedStt,
    ScriptedTool,
    ScriptedVad,
    canonical,
    noise,
    spell,
)

TEXT = "L'été, à Œuf-sur-Mer… 14 h 30 !"


@pytest.mark.parametrize("size", [1, 80, 160, 533, 800, 100_000])
def test_sound_is_read_as_it_was_spelt(size):
    reader, sound = Reader(), spell(TEXT)
    read = "".join(reader.feed(sound[start : start + size]) for start in range(0, len(sound), size))
    assert read == canonical(TEXT) == "L'été, à OEuf-sur-Mer... 14 h 30 !"


def test_silence_and_noise_spell_nothing():
    assert Reader().feed(b"\xff" * 4000 + noise(0.5) + b"\xff" * 4000) == ""


def test_what_was_cut_is_not_read():
    reader = Reader()
    assert reader.feed(spell("oui")[:-1]) == "ou"
    reader.reset()
    assert reader.feed(spell("non")) == "non"


async def listen(stt, *items):
    """Return what the recogniser heard, with its time."""
    sound_in, sound_out = trio.open_memory_channel(1000)
    heard_in, heard_out = trio.open_memory_channel(1000)
    for item in items:
        sound_in.send_nowait(item)
    sound_in.close()
    await stt.transcribe(sound_out, heard_in)
    heard_in.close()
    return [heard async for heard in heard_out]


async def test_every_wish_for_a_final_gets_one(autojump_clock):
    heard = await listen(ScriptedStt(), Packet(spell("Oui merci.")), Finalise(), Packet(b"\xff" * 800), Finalise())
    assert [(one.text, one.final) for one in heard] == [("Oui merci.", False), ("Oui merci.", True), ("", True)]
    assert heard[1].end == pytest.approx(MULAW_8K.seconds(len(spell("Oui merci."))))


async def test_a_final_may_differ_from_its_interim(autojump_clock):
    stt = ScriptedStt({"Vois.": Recognised("Oui.", 0.6)})
    heard = await listen(stt, Packet(spell("Vois.")), Finalise())
    assert [(one.text, one.final, one.confidence) for one in heard] == [("Vois.", False, 1.0), ("Oui.", True, 0.6)]


def test_everything_but_silence_is_a_voice():
    vad = ScriptedVad().start()
    assert vad.probability(Packet(noise(0.02))) == 1.0
    assert vad.probability(Packet(b"\xff" * 160)) == 0.0


async def test_a_tool_that_was_not_expected_refuses(autojump_clock):
    tool = ScriptedTool(ToolSpec("book", ""), None)
    with pytest.raises(ProviderBadInput):
        await tool.call({"name": "x"}, ToolContext("c", "c:1", "", ""))
    assert tool.used[0].key == "c:1"


async def test_a_model_that_is_not_asked_to_prepares_nothing():
    llm = ScriptedLlm()
    await llm.prepare(())
    assert not llm.capabilities.free_text
    assert ScriptedLlm(answers={"a": "b"}).capabilities.free_text


def test_a_leg_says_what_it_is_told():
    leg = PlainLeg()
    assert leg.encode(Play(b"a")) == (b"a",)
    assert leg.encode(SetMark("m")) == ("mark m",)
    assert leg.encode(Clear()) == ("clear",)
    assert isinstance(leg.feed("nonsense")[0], Warned)


async def test_a_host_is_virtual(autojump_clock, tmp_path):
    async def embed(text):
        return len(text)

    host = FakeHost(tmp_path, tmp_path, models={("encoder", "embed"): embed})
    then, ticks = host.now(), host.monotonic()
    await trio.sleep(3600)
    assert (host.now() - then, host.monotonic() - ticks) == (3600, 3600)
    assert await host.offload(max, 1, 2) == 2
    assert await host.infer("encoder", "embed", "abc") == 3
    with pytest.raises(Unavailable):
        await host.infer("encoder", "translate", "abc")
    host.log.debug("a")
    host.log.info("b", n=1)
    host.log.warning("c")
    host.log.error("d")
    assert host.log.memos[1] == Memo("info", "b", {"n": 1})
    assert [memo.level for memo in host.log.memos] == ["debug", "info", "warning", "error"]
