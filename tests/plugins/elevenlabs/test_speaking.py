"""Speaking through ElevenLabs: replies, callers who cut in, warm sockets, and all that goes wrong."""

import pytest
import trio

from voiced.audio import MULAW_8K, AudioFormat
from voiced.errors import (
    ProviderBadInput,
    ProviderClosed,
    ProviderOverloaded,
    ProviderProtocol,
    ProviderRefused,
    ProviderThrottled,
)
from voiced.testing.elevenlabs import Account, Faults
from voiced.testing.elevenlabs.sound import hum

LONG = "Nous avons une place mardi à neuf heures, ou jeudi à quatorze heures, avec le docteur Martin."


def hummed(*texts, format=MULAW_8K):
    return b"".join(hum(text + " ", format) for text in texts)


@pytest.mark.parametrize("transport", ["socket", "http"])
@pytest.mark.parametrize("format", [MULAW_8K, AudioFormat("alaw", 8000), AudioFormat("pcm16", 16000)])
async def test_a_reply_is_spoken_in_the_carrier_s_format(voice, say, transport, format):
    tts = voice(transport=transport)
    assert format in tts.capabilities.formats
    heard = await say(tts, "Bonjour,", "que puis-je pour vous ?", format=format)
    assert heard == hummed("Bonjour,", "que puis-je pour vous ?", format=format)


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_nothing_to_say_is_no_sound_and_no_fault(voice, say, transport):
    assert await say(voice(transport=transport)) == b""
    assert await say(voice(transport=transport), " ") == b""


async def test_one_socket_carries_reply_after_reply(voice, say, eleven):
    tts = voice()
    for text in ("Oui.", "Non.", "Un instant."):
        assert await say(tts, text) == hummed(text)
    assert eleven.journal.sockets == 1


async def test_replies_at_the_same_time_have_a_socket_each(voice, say, eleven):
    tts, heard = voice(), {}

    async def one(text):
        heard[text] = await say(tts, text)

    for _ in range(2):
        async with trio.open_nursery() as nursery:
            for number in range(7):
                nursery.start_soon(one, f"{LONG} Voici la réponse {number}.")
    assert heard == {text: hummed(text) for text in heard}
    assert eleven.journal.sockets == 7


async def test_the_socket_is_ready_before_the_first_clause(voice, eleven, heard):
    given, clauses = trio.open_memory_channel(1)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(voice().speak, clauses, heard(), MULAW_8K)
        with trio.fail_after(10):
            await eleven.journal.wait_messages(1)
        await given.aclose()
    assert eleven.journal.messages[0]["text"] == " "


async def test_a_caller_who_cuts_in_hears_nothing_of_it_in_the_next_reply(voice, say, heard, eleven, clauses):
    tts, sink = voice(), heard()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(tts.speak, clauses(LONG, LONG, LONG, LONG), sink, MULAW_8K)
        with trio.fail_after(10):
            await sink.first.wait()
        nursery.cancel_scope.cancel()
    assert await say(tts, "Oui.") == hummed("Oui.")
    assert eleven.journal.sockets == 1
    first = eleven.journal.messages[0]["context_id"]
    assert {"context_id": first, "close_context": True} in eleven.journal.messages


async def test_many_cuts_do_not_close_the_socket_of_another(voice, say, heard, eleven, clauses):
    eleven.account = Account(pace=0.2)  # nothing is over before the last is cut
    tts = voice()
    for _ in range(7):
        sink = heard()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(tts.speak, clauses(LONG), sink, MULAW_8K)
            with trio.fail_after(10):
                await sink.first.wait()
            nursery.cancel_scope.cancel()
    eleven.account = Account()
    assert await say(tts, "Oui.") == hummed("Oui.")
    assert eleven.journal.sockets == 2


async def test_a_reply_that_waits_for_its_text_is_kept_alive(voice, heard, eleven, autojump_clock):
    autojump_clock.autojump_threshold = 0.05

    async def slow():
        yield "Un instant."
        await trio.sleep(400)
        yield "Voilà."

    sink = heard()
    await voice().speak(slow(), sink, MULAW_8K)
    assert sink.sound == hummed("Un instant.", "Voilà.")
    alive = [message for message in eleven.journal.messages if message.get("text") == ""]
    assert 35 <= len(alive) <= 40


async def test_a_socket_that_rested_too_long_is_not_used_again(voice, say, eleven, autojump_clock):
    autojump_clock.autojump_threshold = 0.05
    tts = voice()
    for seconds in (100, 160, 400, 1):
        await say(tts, "Oui.")
        await trio.sleep(seconds)
    assert eleven.journal.sockets == 3


@pytest.mark.fault("elevenlabs", "idle time-out")
async def test_a_socket_that_died_at_rest_costs_nothing(voice, say, eleven, autojump_clock):
    autojump_clock.autojump_threshold = 0.05
    eleven.account = Account(hurry=0.1)
    tts = voice()
    await say(tts, "Oui.")
    await trio.sleep(30)
    assert await say(tts, "Non.") == hummed("Non.")
    assert eleven.journal.sockets == 2


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        ("invalid_api_key", ProviderRefused),
        ("quota_exceeded", ProviderRefused),
        ("detected_unusual_activity", ProviderRefused),
        ("max_active_conversations", ProviderThrottled),
        ("concurrent_limit_exceeded", ProviderThrottled),
        ("system_busy", ProviderThrottled),
        ("voice_id_does_not_exist", ProviderBadInput),
        ("input_timeout_exceeded", ProviderOverloaded),
        ("never_heard_of", ProviderOverloaded),
    ],
)
async def test_what_the_socket_says_is_told(voice, say, eleven, error, fault):
    eleven.faults = Faults(error=error)
    tts = voice()
    with pytest.raises(fault) as raised:
        await say(tts, "Oui.")
    assert raised.value.retryable == (fault in {ProviderThrottled, ProviderOverloaded})
    eleven.faults = Faults()
    assert await say(tts, "Oui.") == hummed("Oui.")


@pytest.mark.fault("elevenlabs", "401", "429 with Retry-After", "5xx")
@pytest.mark.parametrize("transport", ["socket", "http"])
@pytest.mark.parametrize(
    ("status", "code", "fault"),
    [
        (401, "quota_exceeded", ProviderRefused),
        (403, "missing_permissions", ProviderRefused),
        (429, "concurrent_limit_exceeded", ProviderThrottled),
        (500, "internal", ProviderOverloaded),
        (503, "system_busy", ProviderOverloaded),
    ],
)
async def test_who_is_refused_hears_why(voice, say, eleven, transport, status, code, fault):
    eleven.faults = Faults(status=status, code=code, retry_after="3")
    with pytest.raises(fault) as raised:
        await say(voice(transport=transport), "Oui.")
    if fault is ProviderThrottled:
        assert raised.value.retry_after == 3


@pytest.mark.fault("elevenlabs", "cut in mid-stream", "malformed message")
@pytest.mark.parametrize(
    ("trouble", "fault"), [("cut", ProviderClosed), ("going_away", ProviderClosed), ("malformed", ProviderProtocol)]
)
async def test_a_socket_that_breaks_is_told_and_not_used_again(voice, say, eleven, trouble, fault):
    tts = voice()
    eleven.faults = Faults(trouble=trouble)
    with pytest.raises(fault) as raised:
        await say(tts, LONG)
    assert raised.value.retryable
    eleven.faults = Faults()
    assert await say(tts, "Oui.") == hummed("Oui.")
    assert eleven.journal.sockets == 2


@pytest.mark.parametrize("trouble", ["strange", "foreign"])
async def test_messages_that_mean_nothing_are_passed_over(voice, say, eleven, trouble):
    eleven.faults = Faults(trouble=trouble)
    assert await say(voice(), "Oui.") == hummed("Oui.")


@pytest.mark.fault("elevenlabs", "silence", "half-open")
@pytest.mark.parametrize("trouble", ["silence", "half_open"])
async def test_a_silent_socket_ends_with_the_caller_s_patience(voice, heard, eleven, clauses, trouble):
    eleven.faults = Faults(trouble=trouble)
    tts = voice()
    with trio.move_on_after(0.3) as patience:
        await tts.speak(clauses("Oui."), heard(), MULAW_8K)
    assert patience.cancelled_caught


@pytest.mark.parametrize(
    ("body", "fault"),
    [("cut", ProviderOverloaded), ("json", ProviderThrottled), ("empty", ProviderProtocol), ("odd", None)],
)
async def test_answers_that_are_no_sound(voice, say, eleven, body, fault):
    eleven.faults = Faults(body=body)
    tts, pcm = voice(transport="http"), AudioFormat("pcm16", 8000)
    if fault is None:
        assert await say(tts, "Oui.", format=pcm) == hummed("Oui.", format=pcm)
        return
    with pytest.raises(fault):
        await say(tts, LONG, format=pcm)


async def test_a_sink_that_is_gone_ends_the_reply_and_the_socket_lives(voice, say, eleven, clauses):
    class Gone:
        async def send(self, _packet):
            raise trio.BrokenResourceError

    tts = voice()
    with pytest.raises(trio.BrokenResourceError):
        await tts.speak(clauses(LONG), Gone(), MULAW_8K)
    assert await say(tts, "Oui.") == hummed("Oui.")
    assert eleven.journal.sockets == 1
