"""From words to sound."""

import math

import pytest
import trio

from voiced.audio import MULAW_8K, PCM_16K
from voiced.call.voice import Reply, Voice
from voiced.call.warm import warm
from voiced.errors import ProviderOverloaded, ProviderTimeout
from voiced.observe.waterfall import Waterfall
from voiced.plugin import Packet, TtsCapabilities
from voiced.resilience import Breakers, Link, TtsChain
from voiced.testing.fakes import Reader, ScriptedTts
from voiced.testing.stage import fresh_book
from voiced.text.pronunciations import Pronunciations


async def render(tts, reply, *, first_sound=8.0, book=None):
    """Return the packets of `reply`."""
    began = trio.current_time()
    voice = Voice(tts, book or fresh_book(ScriptedTts()), lambda: trio.current_time() - began, first_sound)
    out, packets = trio.open_memory_channel(math.inf)
    await voice.render(reply, out)
    return [packet async for packet in packets]


def read(packets):
    return Reader().feed(b"".join(packet.data for packet in packets)).strip()


async def test_a_text_is_spoken_in_speakable_words(autojump_clock):
    packets = await render(ScriptedTts(), Reply(1, "voice", whole="Il est 9h30, M. Dupont."))
    assert read(packets) == "Il est neuf heures trente monsieur Dupont."


async def test_a_word_that_voices_say_wrong_is_given_as_it_is_said_and_stays_as_it_is_written(autojump_clock):
    book = fresh_book(ScriptedTts()).saying(Pronunciations.of({"Rouvray": "Rouvré"}))
    reply = Reply(1, "voice", whole="Cabinet ROUVRAY, il est 9h30.")
    assert read(await render(ScriptedTts(), reply, book=book)) == "Cabinet Rouvré il est neuf heures trente."
    assert reply.whole == " ".join(reply.spoken) == "Cabinet ROUVRAY, il est 9h30."


async def test_words_are_spoken_as_they_come(autojump_clock):
    words_in, words_out = trio.open_memory_channel(10)
    reply = Reply(1, "voice", words=words_out)
    async with trio.open_nursery() as nursery:
        heard = []

        async def listen():
            heard.extend(await render(ScriptedTts(), reply))

        nursery.start_soon(listen)
        for piece in ("Nous ouvrons ", "à neuf heures. ", "Et nous fermons le soir."):
            await words_in.send(piece)
            await trio.sleep(1)
        assert reply.spoken[0] == "Nous ouvrons à neuf heures."
        words_in.close()
    assert read(heard) == "Nous ouvrons à neuf heures. Et nous fermons le soir."
    assert reply.whole == "Nous ouvrons à neuf heures. Et nous fermons le soir."


async def test_a_fixed_text_is_kept_whole(autojump_clock):
    book = fresh_book(ScriptedTts())
    packets = await render(ScriptedTts(), Reply(1, "voice", fixed=True, whole="Au revoir."), book=book)
    assert book.get("Au revoir.") == b"".join(packet.data for packet in packets)
    await render(ScriptedTts(), Reply(2, "voice", whole="Sans suite."), book=book)
    assert book.get("Sans suite.") is None


async def test_a_text_that_failed_half_way_is_not_kept(autojump_clock):
    class Stops(ScriptedTts):
        async def speak(self, clauses, audio, format):
            async for _clause in clauses:
                await audio.send(Packet(b"a" * 800, format))
                raise ProviderOverloaded("gone")

    book = fresh_book(ScriptedTts())
    reply = Reply(1, "voice", fixed=True, whole="Au revoir.")
    await render(Stops(), reply, book=book)
    assert isinstance(reply.error, ProviderOverloaded)
    assert book.get("Au revoir.") is None


async def test_a_voice_that_is_silent_for_too_long_has_failed(autojump_clock):
    reply = Reply(1, "voice", whole="Bonjour.")
    began = trio.current_time()
    assert await render(ScriptedTts(first_byte=30), reply, first_sound=3.0) == []
    assert isinstance(reply.error, ProviderTimeout)
    assert trio.current_time() - began == pytest.approx(3.0)


async def test_a_voice_that_never_gives_sound_has_failed_though_it_returns(autojump_clock):
    """No sound at all for a text with words is no success."""

    class Mute(ScriptedTts):
        async def speak(self, clauses, *_):
            async for _clause in clauses:
                pass

    reply = Reply(1, "voice", whole="Bonjour.")
    assert await render(Mute(), reply) == []
    assert reply.error is not None


async def test_a_slow_model_is_not_the_voice_s_fault(autojump_clock):
    words_in, words_out = trio.open_memory_channel(10)
    reply = Reply(1, "voice", words=words_out)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(render, ScriptedTts(), reply)
        await trio.sleep(60)
        await words_in.send("Voilà qui est fait.")
        words_in.close()
    assert reply.error is None


async def test_a_bug_in_the_voice_is_left_in_the_reply(autojump_clock):
    class Broken(ScriptedTts):
        async def speak(self, *_):
            raise ZeroDivisionError

    reply = Reply(1, "voice", whole="Bonjour.")
    assert await render(Broken(), reply) == []
    assert isinstance(reply.error, ZeroDivisionError)


async def test_another_format_is_converted(autojump_clock):
    class Wide(ScriptedTts):
        async def speak(self, clauses, audio, format):
            assert format == PCM_16K
            async for _clause in clauses:
                await audio.send(Packet(bytes(32000), format))

    wide = Wide(capabilities=TtsCapabilities(formats=(PCM_16K,)))
    packets = await render(wide, Reply(1, "voice", whole="Bonjour."))
    assert {packet.format for packet in packets} == {MULAW_8K}
    assert sum(packet.seconds for packet in packets) == pytest.approx(1.0, abs=0.05)


async def test_the_stages_of_the_voice_are_timed(autojump_clock):
    waterfall = Waterfall(0.0)
    await render(ScriptedTts(first_byte=0.25), Reply(1, "voice", waterfall=waterfall, whole="Bonjour."))
    assert waterfall.milliseconds() == {"first_clause": 0, "tts_request": 0, "tts_first_byte": 250}


async def test_cancelling_ends_it_at_once(autojump_clock):
    reply = Reply(1, "voice", whole="Bonjour.")
    async with trio.open_nursery() as nursery:
        nursery.start_soon(render, ScriptedTts(first_byte=5), reply)
        await trio.sleep(1)
        reply.cancel()
    assert trio.current_time() == pytest.approx(1.0)
    assert reply.error is None


# --- voices that stand in ---------------------------------------------------------------------------------------------

DOWN = ProviderOverloaded("down")


def chain_of(*voices):
    breakers = Breakers()
    return TtsChain(tuple(Link(voice, breakers.gate("tts", voice.fingerprint)) for voice in voices))


def books(*fingerprints):
    """Return the book of the first voice, which knows those of the others."""
    first, *others = (fresh_book(ScriptedTts(fingerprint=fingerprint)) for fingerprint in fingerprints)
    return first.beside(others)


async def test_a_fixed_text_is_kept_in_the_book_of_the_voice_that_said_it(autojump_clock):
    book = books("one", "two")
    voices = chain_of(ScriptedTts(fingerprint="one", fails=DOWN), ScriptedTts(fingerprint="two"))
    await render(voices, Reply(1, "voice", fixed=True, whole="Au revoir."), book=book)
    assert book.get("Au revoir.") is None
    assert book.stand_in("Au revoir.")


async def test_the_other_s_phrases_are_used_while_the_voice_is_down_and_no_longer(autojump_clock):
    book = books("one", "two")
    book.of("two").put("Au revoir.", b"son")
    voices = chain_of(ScriptedTts(fingerprint="one", fails=DOWN), ScriptedTts(fingerprint="two"))
    voice = Voice(voices, book, trio.current_time, 8.0)
    assert voice.cached("Au revoir.") is None
    for _ in range(3):
        await render(voices, Reply(1, "voice", whole="Encore."), book=book)
    assert voice.cached("Au revoir.") == b"son"


async def test_when_no_voice_is_left_what_one_of_them_once_said_is_said(autojump_clock):
    book = books("one", "two")
    book.of("two").put("Au revoir.", b"son")
    voices = chain_of(ScriptedTts(fingerprint="one", fails=DOWN), ScriptedTts(fingerprint="two", fails=DOWN))
    reply = Reply(1, "voice", fixed=True, whole="Au revoir.")
    assert [packet.data for packet in await render(voices, reply, book=book)] == [b"son"]
    assert reply.error is None
    other = Reply(2, "voice", fixed=True, whole="Bonjour.")
    assert await render(voices, other, book=book) == []
    assert other.error is DOWN


async def test_warming_is_the_first_voice_s_own_work(autojump_clock):
    book = books("one", "two")
    with pytest.raises(ProviderOverloaded):
        await warm(chain_of(ScriptedTts(fingerprint="one", fails=DOWN), ScriptedTts(fingerprint="two")), book, ["Oui."])
    slow = ScriptedTts(fingerprint="one", first_byte=60)
    assert await warm(chain_of(slow, ScriptedTts(fingerprint="two")), book, ["Oui."]) == 1
    assert book.get("Oui.")


async def test_warming_makes_what_is_missing_and_tells_of_all(autojump_clock):
    book, told = fresh_book(ScriptedTts()), []
    book.put("Oui.", b"x")
    made = await warm(ScriptedTts(), book, ["Oui.", "Non.", "Merci."], lambda text, made: told.append((text, made)))
    assert made == 2
    assert dict(told) == {"Oui.": False, "Non.": True, "Merci.": True}
    assert book.get("Non.")
    assert await warm(ScriptedTts(fails=ProviderOverloaded("down")), book, ["Oui.", "Non."]) == 0


async def test_warming_with_a_voice_that_is_down_says_so(autojump_clock):
    with pytest.raises(ProviderOverloaded):
        await warm(ScriptedTts(fails=ProviderOverloaded("down")), fresh_book(ScriptedTts()), ["Oui.", "Non."])
