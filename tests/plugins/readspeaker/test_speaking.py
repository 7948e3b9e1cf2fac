"""Speaking through ReadSpeaker: replies, callers who cut in, redirects, and all that goes wrong."""

import pytest
import trio

from voiced.audio import MULAW_8K, AudioFormat
from voiced.errors import (
    ProviderBadInput,
    ProviderOverloaded,
    ProviderProtocol,
    ProviderRefused,
    ProviderThrottled,
)
from voiced.testing.emulator.playback import Player, Tempo
from voiced.testing.readspeaker import Account, Faults

LONG = "Nous avons une place mardi à neuf heures, ou jeudi à quatorze heures, avec le docteur Martin."
PCM = AudioFormat("pcm16", 16000)


@pytest.mark.parametrize("format", [MULAW_8K, AudioFormat("alaw", 8000), PCM, AudioFormat("pcm16", 8000)])
async def test_a_reply_is_spoken_in_the_carrier_s_format(voice, say, hummed, format):
    tts = voice()
    assert format in tts.capabilities.formats
    heard = await say(tts, "Bonjour,", "que puis-je pour vous ?", format=format)
    assert heard == hummed("Bonjour,", "que puis-je pour vous ?", format=format)


@pytest.mark.parametrize("progressive", [True, False])
async def test_sound_that_comes_whole_is_as_good(voice, say, hummed, cloud, progressive):
    cloud.account = Account(tempo=Tempo(progressive=progressive))
    assert await say(voice(), LONG) == hummed(LONG)


async def test_nothing_to_say_is_no_sound_and_no_fault(voice, say, cloud):
    assert await say(voice()) == b""
    assert await say(voice(), " ", "<>") == b""
    assert cloud.journal.asked == []


async def test_silence_comes_between_sentences(voice, say, hummed):
    heard = await say(voice(pause=0.25), "Bonjour,", "c'est noté.", "Autre chose ?")
    rest = MULAW_8K.silence * 2000
    assert heard == hummed("Bonjour,", "c'est noté.") + rest + hummed("Autre chose ?")


async def test_a_caller_who_cuts_in_ends_the_answer(voice, say, heard, cloud, clauses, hummed):
    cloud.player = Player(Tempo(pace=1.0), 1)
    tts, sink = voice(), heard()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(tts.speak, clauses(LONG, LONG, LONG), sink, MULAW_8K)
        with trio.fail_after(10):
            await sink.first.wait()
        nursery.cancel_scope.cancel()
    cloud.player = Player(Tempo(), 1)
    assert await say(tts, "Oui.") == hummed("Oui.")
    await cloud.journal.wait_left(1)
    assert len(sink.sound) < len(hummed(LONG))


async def test_sound_that_is_elsewhere_is_fetched_without_the_key(voice, say, hummed, cloud):
    cloud.faults = Faults(redirect="once")
    assert await say(voice(), "Oui.", "Non.") == hummed("Oui.", "Non.")
    assert len(cloud.journal.asked) == 2


@pytest.mark.parametrize("redirect", ["itself", "away", "nowhere"])
async def test_redirects_that_lead_to_nothing(voice, say, cloud, redirect):
    cloud.faults = Faults(redirect=redirect)
    with pytest.raises(ProviderProtocol):
        await say(voice(), "Oui.")
    assert len(cloud.journal.asked) <= 3


@pytest.mark.fault("readspeaker", "401", "429 with Retry-After", "5xx")
@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (403, ProviderRefused),
        (404, ProviderBadInput),
        (429, ProviderThrottled),
        (500, ProviderOverloaded),
        (503, ProviderOverloaded),
    ],
)
async def test_who_is_refused_hears_why(voice, say, cloud, status, fault):
    cloud.faults = Faults(status=status, retry_after="3")
    with pytest.raises(fault) as raised:
        await say(voice(), "Oui.")
    assert raised.value.provider == "readspeaker"
    if fault is ProviderThrottled:
        assert raised.value.retry_after == 3


@pytest.mark.parametrize(
    ("options", "fault", "hint"),
    [({"api_key": "other"}, ProviderRefused, "key"), ({"voice": "Zoe"}, ProviderBadInput, "voice")],
)
async def test_what_the_operator_can_mend_is_said(voice, say, options, fault, hint):
    with pytest.raises(fault) as raised:
        await say(voice(**options), "Oui.")
    assert hint in raised.value.hint


@pytest.mark.parametrize("spent", ["words", "busy", "bad"])
async def test_a_credit_that_is_spent_is_no_outage(voice, say, cloud, spent):
    cloud.account = Account(credit=3, spent=spent)
    with pytest.raises(ProviderRefused) as raised:
        await say(voice(), "Oui.")
    assert "credit" in raised.value.hint


@pytest.mark.parametrize("kind", ["text/plain", "audio/basic", "text/html", "application/json"])
async def test_words_instead_of_sound_whatever_they_are_called(voice, say, cloud, kind):
    cloud.faults = Faults(words="ERROR: Something is wrong.", kind=kind)
    with pytest.raises(ProviderProtocol):
        await say(voice(), "Oui.")
    cloud.faults = Faults(words="ERROR: Needed credits exceeds available amount.", kind=kind)
    with pytest.raises(ProviderRefused):
        await say(voice(), "Oui.")


@pytest.mark.fault("readspeaker", "cut in mid-stream", "malformed message", "wrong codec")
@pytest.mark.parametrize(
    ("faults", "fault"),
    [
        (Faults(trouble="cut"), ProviderOverloaded),
        (Faults(trouble="empty"), ProviderProtocol),
        (Faults(length="longer"), ProviderOverloaded),
        (Faults(wrong_codec=True), ProviderProtocol),
        (Faults(words="ID3", kind="audio/mpeg"), ProviderProtocol),
    ],
)
async def test_answers_that_are_no_sound(voice, say, cloud, faults, fault):
    cloud.faults = faults
    with pytest.raises(fault) as raised:
        await say(voice(), LONG)
    assert raised.value.retryable


async def test_half_a_sample_too_many_is_dropped(voice, say, cloud, hummed):
    cloud.faults = Faults(trouble="odd")
    assert await say(voice(), "Oui.", "Non.", format=PCM) == hummed("Oui.", "Non.", format=PCM)


@pytest.mark.fault("readspeaker", "silence", "half-open")
@pytest.mark.parametrize("trouble", ["stall", "half_open"])
async def test_a_silent_host_ends_with_the_caller_s_patience(voice, heard, cloud, clauses, trouble):
    cloud.faults = Faults(trouble=trouble)
    with trio.move_on_after(0.2) as patience:
        await voice().speak(clauses(LONG), heard(), MULAW_8K)
    assert patience.cancelled_caught


@pytest.mark.fault("readspeaker", "idle time-out")
async def test_a_connection_that_died_at_rest_costs_nothing(voice, say, cloud, hummed):
    tts = voice()
    await say(tts, "Oui.")
    await cloud.journal.hang_up()
    assert await say(tts, "Non.") == hummed("Non.")


async def test_a_sink_that_is_gone_ends_the_reply(voice, say, clauses, hummed):
    class Gone:
        async def send(self, _packet):
            raise trio.BrokenResourceError

    tts = voice()
    with pytest.raises(trio.BrokenResourceError):
        await tts.speak(clauses(LONG), Gone(), MULAW_8K)
    assert await say(tts, "Oui.") == hummed("Oui.")
