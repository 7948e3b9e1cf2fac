"""Connections that break, servers that refuse: what is heard again, and what is told to the caller of the provider."""

import pytest
import trio

from voiced.plugin import (
    Finalise,
    Packet,
    ProviderBadInput,
    ProviderClosed,
    ProviderError,
    ProviderOverloaded,
    ProviderProtocol,
    ProviderRefused,
    ProviderThrottled,
)
from voiced.testing.fakes import spell
from voiced.testing.speechmatics import Faults, House


async def transcribe(stt, sound):
    """Give `sound` to the provider, and wait until it returns."""
    audio_in, audio_out = trio.open_memory_channel(1000)
    heard_in, _heard_out = trio.open_memory_channel(1000)
    for at in range(0, len(sound), 320):
        audio_in.send_nowait(Packet(sound[at : at + 320]))
    with trio.fail_after(10):
        await stt.transcribe(audio_out, heard_in)


@pytest.mark.fault("speechmatics", "cut in mid-stream", "idle time-out")
@pytest.mark.parametrize(
    "fault",
    [
        Faults(after=1.0, then="reset"),
        Faults(after=1.0, then="close", code=1011),
        Faults(after=1.0, then="close", code=1001),
        Faults(after=1.0, then="error", kind="session_timeout"),
    ],
    ids=["reset", "1011", "going away", "session time-out"],
)
async def test_a_lost_connection_costs_no_word(call, host, fault):
    async with call(faults=(fault,)) as (line, emulator):
        await line.say("bonjour", pause=0.3)
        assert (await line.final()).text == "bonjour"
        await line.say("je voudrais un rendez-vous mardi")
        final = await line.final()
        assert final.text == "je voudrais un rendez-vous mardi"
        assert final.start == pytest.approx(7 * 533 / 8000 + 0.3, abs=0.03)
        assert len(emulator.journal) == 2
        assert [memo.event for memo in host.log.memos] == ["speechmatics_connection_lost"]


async def test_only_what_was_not_final_is_sent_again(call):
    async with call(faults=(Faults(after=3.0, then="reset"),), options={"max_delay": 0.7}) as (line, emulator):
        await line.say("je voudrais prendre un rendez-vous avec le docteur pour mardi matin")
        assert (await line.final()).text == "je voudrais prendre un rendez-vous avec le docteur pour mardi matin"
        whole = len(spell("je voudrais prendre un rendez-vous avec le docteur pour mardi matin")) + 1600
        assert 0 < len(emulator.journal[1].sound) < whole - 8000


async def test_requests_that_were_not_answered_are_made_again(call):
    async with call(faults=(Faults(after=1.0, then="reset"),)) as (line, emulator):
        await line.say("bonjour", pause=0.08)
        await line.final()
        await line.say("un deux trois quatre cinq six sept", pause=0.08)
        await line.audio.send(Finalise())
        await line.say("huit")
        await line.audio.send(Finalise())
        assert [(await line.next_final()).text for _ in range(2)] == ["un deux trois quatre cinq six sept", "huit"]
        assert await line.rest() == []
        asked = [each for each in emulator.journal[1].messages if each["message"] == "ForceEndOfUtterance"]
        assert len(asked) == 2


async def test_a_server_that_breaks_again_at_once_is_given_up(provider):
    faults = (Faults(after=0.5, then="reset"), Faults(after=0.1, then="reset"))
    async with provider(faults=faults) as (stt, emulator):
        with pytest.raises(ProviderClosed):
            await transcribe(stt, spell("bonjour madame, je vous appelle"))
        assert len(emulator.journal) == 2


@pytest.mark.fault("speechmatics", "wrong codec")
@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("job_error", ProviderOverloaded),
        ("quota_exceeded", ProviderThrottled),
        ("not_authorised", ProviderRefused),
        ("not_allowed", ProviderRefused),
        ("timelimit_exceeded", ProviderRefused),
        ("insufficient_funds", ProviderRefused),
        ("invalid_config", ProviderBadInput),
        ("invalid_model", ProviderBadInput),
        ("invalid_audio_type", ProviderBadInput),
        ("protocol_error", ProviderBadInput),
        ("internal", ProviderClosed),
        ("tomorrows_error", ProviderOverloaded),
    ],
)
async def test_what_an_error_means(provider, kind, error):
    async with provider(faults=(Faults(refuses=kind),)) as (stt, _):
        with pytest.raises(ProviderError) as raised:
            await transcribe(stt, b"")
    assert type(raised.value) is error
    assert raised.value.provider == "speechmatics"


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (4001, ProviderRefused),
        (4003, ProviderRefused),
        (4004, ProviderBadInput),
        (4005, ProviderThrottled),
        (4006, ProviderRefused),
        (4013, ProviderOverloaded),
        (1003, ProviderBadInput),
    ],
)
async def test_what_a_close_code_means_without_an_error(provider, code, error):
    async with provider(faults=(Faults(after=0.1, then="close", code=code),)) as (stt, _):
        with pytest.raises(ProviderError) as raised:
            await transcribe(stt, spell("bonjour madame"))
    assert type(raised.value) is error


@pytest.mark.fault("speechmatics", "401", "429 with Retry-After", "5xx")
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Faults(status=401), ProviderRefused),
        (Faults(status=429, retry_after="7"), ProviderThrottled),
        (Faults(status=503), ProviderOverloaded),
        (Faults(status=404), ProviderBadInput),
    ],
)
async def test_a_handshake_that_is_refused(provider, fault, error):
    async with provider(faults=(fault,)) as (stt, _):
        with pytest.raises(error) as raised:
            await transcribe(stt, b"")
    if error is ProviderThrottled:
        assert raised.value.retry_after == 7


async def test_a_full_account_says_when_to_try_again(provider):
    async with provider(house=House(sessions=0)) as (stt, _):
        with pytest.raises(ProviderThrottled) as raised:
            await transcribe(stt, b"")
    assert raised.value.retry_after == 10


@pytest.mark.fault("speechmatics", "malformed message")
async def test_a_message_that_is_none_is_told_without_its_words(provider):
    async with provider(faults=(Faults(after=0.1, then="malformed"),)) as (stt, _):
        with pytest.raises(ProviderProtocol) as raised:
            await transcribe(stt, spell("bonjour madame"))
    assert "AddTranscript" not in str(raised.value)


@pytest.mark.parametrize("then", ["strange", "warning"])
async def test_what_is_new_or_a_warning_does_no_harm(call, host, then):
    async with call(faults=(Faults(after=0.1, then=then, kind="idle_timeout"),)) as (line, _):
        await line.say("bonjour")
        assert (await line.final()).text == "bonjour"
    warned = [(memo.event, dict(memo.facts)) for memo in host.log.memos]
    assert warned == ([("speechmatics_warning", {"about": "idle_timeout"})] if then == "warning" else [])


async def test_a_server_that_takes_nothing_in_makes_the_source_wait(provider):
    audio_in, audio_out = trio.open_memory_channel(0)
    heard_in, _heard_out = trio.open_memory_channel(10)
    given = 0
    async with provider(faults=(Faults(acks=False),)) as (stt, _), trio.open_nursery() as nursery:
        nursery.start_soon(stt.transcribe, audio_out, heard_in)
        with trio.move_on_after(10):
            while given < 10:
                await audio_in.send(Packet(b"\xff" * 8000))
                given += 1
        assert given == 10
        await trio.testing.wait_all_tasks_blocked()
        with pytest.raises(trio.WouldBlock):
            audio_in.send_nowait(Packet(b"\xff" * 320))
        nursery.cancel_scope.cancel()


async def test_nothing_is_left_when_it_is_cancelled(provider):
    async with provider() as (stt, emulator):
        audio_in, audio_out = trio.open_memory_channel(10)
        heard_in, _heard_out = trio.open_memory_channel(10)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(stt.transcribe, audio_out, heard_in)
            await audio_in.send(Packet(spell("bonjour")))
            with trio.fail_after(5):
                while not emulator.open:
                    await trio.lowlevel.checkpoint()
            nursery.cancel_scope.cancel()
        with trio.fail_after(5):
            while emulator.open:
                await trio.lowlevel.checkpoint()
