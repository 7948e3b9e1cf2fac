"""One reply spoken, by a voice that takes its time."""

import pytest
import trio

from voiced.plugin import MULAW_8K, PCM_16K, ProviderOverloaded
from voiced.plugin.voice import Manner
from voiced_local.tts.provider import KOKORO, LocalTts

PLAIN = Manner()


class Slow:
    """A second of sound for each word; remembers what it was asked."""

    def __init__(self):
        self.texts = []

    def speak(self, text, _speed, encoding, rate, _pitch):
        self.texts.append(text)
        seconds = len(text.split())
        return (b"\x01" * 8000 if encoding == "mulaw" else b"\x01\x01" * rate) * seconds


class Silent:
    def speak(self, *_):
        return b""


class Broken:
    def speak(self, *_):
        raise ProviderOverloaded("the inference process went away")


async def speak(host, clauses, sink, format=MULAW_8K, manner=PLAIN):
    give, source = trio.open_memory_channel(len(clauses))
    for clause in clauses:
        give.send_nowait(clause)
    give.close()
    await LocalTts(host, KOKORO, manner).speak(source, sink, format)


async def packets_of(host, clauses, **options):
    sink, sent = trio.open_memory_channel(10000)
    await speak(host, clauses, sink, **options)
    sink.close()
    return [packet async for packet in sent]


async def test_all_clauses_are_spoken_in_order_with_pauses_between(model_host):
    voice = Slow()
    packets = await packets_of(model_host({"kokoro": voice}), ["Oui.", "  ", "Très bien,", "merci"])
    assert voice.texts == ["Oui.", "Très bien,", "merci"]
    sound = b"".join(packet.data for packet in packets)
    assert sound == b"".join(
        [b"\x01" * 8000, b"\xff" * 2400, b"\x01" * 16000, b"\xff" * 960, b"\x01" * 8000],
    )


async def test_the_format_is_the_one_asked_for(model_host):
    packets = await packets_of(model_host({"kokoro": Slow()}), ["Oui"], format=PCM_16K)
    assert {packet.format for packet in packets} == {PCM_16K}
    assert sum(packet.seconds for packet in packets) == pytest.approx(1.0)


async def test_packets_are_short_so_that_the_caller_may_cut_in(model_host):
    packets = await packets_of(model_host({"kokoro": Slow()}), ["un deux trois"])
    assert max(packet.seconds for packet in packets) <= 0.1


async def test_the_next_clause_is_made_while_one_plays_but_not_the_whole_reply(model_host, autojump_clock):
    host = model_host({"kokoro": Slow()}, seconds=0.5)
    sink, sent = trio.open_memory_channel(0)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(speak, host, [f"clause {number}." for number in range(10)], sink)
        await sent.receive()
        await trio.sleep(60)
        assert 1 < host.finished <= 4
        nursery.cancel_scope.cancel()


async def test_first_sound_waits_for_the_first_clause_only(model_host, autojump_clock):
    host = model_host({"kokoro": Slow()}, seconds=0.5)
    sink, sent = trio.open_memory_channel(10000)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(speak, host, ["Oui.", "Très bien.", "Merci."], sink)
        await sent.receive()
        assert trio.current_time() == pytest.approx(0.5)


async def test_what_makes_no_sound_sends_nothing(model_host):
    assert await packets_of(model_host({"kokoro": Silent()}), ["…", "?"]) == []


async def test_a_failure_comes_out_as_itself(model_host):
    with pytest.raises(ProviderOverloaded):
        await packets_of(model_host({"kokoro": Broken()}), ["Oui."])


async def test_a_caller_who_stops_reading_ends_it(model_host):
    sink, sent = trio.open_memory_channel(0)
    sent.close()
    with pytest.raises(trio.BrokenResourceError):
        await speak(model_host({"kokoro": Slow()}), ["Oui."], sink)
