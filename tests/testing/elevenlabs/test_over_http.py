"""The emulated ElevenLabs over HTTP: what is answered, what is refused, what goes wrong on demand."""

import json
from statistics import median

import pytest
import trio

from voiced.audio import MULAW_8K
from voiced.audio.g711 import decode
from voiced.errors import ProviderOverloaded
from voiced.testing.elevenlabs import REAL, Account, Faults, emulated
from voiced.testing.elevenlabs.sound import PACE, TAIL, hum, lead
from voiced.testing.elevenlabs.studio import Studio

SENTENCE = "Bonjour, cabinet du docteur Martin, que puis-je pour vous ?"


def code(answer):
    return json.loads(answer.body)["detail"]["code"]


@pytest.mark.checklist("elevenlabs-1")
async def test_each_residency_has_its_own_keys(ask, host):
    async with emulated(Account(keys=("xi-eu",))) as europe:
        assert (await ask()).status == 200
        assert (await ask(key="xi-eu", to=europe)).status == 200
        for answer in (await ask(key="xi-eu"), await ask(key="xi-key", to=europe), await ask(key="")):
            assert (answer.status, code(answer)) == (401, "invalid_api_key")


@pytest.mark.checklist("elevenlabs-2")
@pytest.mark.parametrize(("format", "size"), [("ulaw_8000", 1), ("alaw_8000", 1), ("pcm_8000", 2), ("pcm_16000", 4)])
async def test_sound_comes_in_the_codec_that_was_asked(ask, format, size):
    plain = hum("Bonjour.", MULAW_8K)
    answer = await ask(format=format)
    assert len(answer.body) == pytest.approx(len(plain) * size, abs=8)
    assert answer.headers["content-type"].startswith("audio/")
    assert answer.headers["transfer-encoding"] == "chunked"
    assert answer.headers["x-character-count"] == "8"
    assert answer.headers["current-concurrent-requests"] == "1"
    assert answer.headers["maximum-concurrent-requests"] == "10"
    assert answer.headers["request-id"]


@pytest.mark.checklist("elevenlabs-2")
async def test_sound_comes_faster_than_it_plays(autojump_clock):
    studio = Studio(Account(pace=10.0))
    seconds = sum([MULAW_8K.seconds(len(sound)) async for _, sound in studio.say(SENTENCE, "", "ulaw_8000", 1.0)])
    assert trio.current_time() == pytest.approx(seconds / 10)


@pytest.mark.checklist("elevenlabs-3")
async def test_what_cannot_be_spoken_is_refused(ask):
    for status, said, answer in (
        (400, "max_character_limit_exceeded", await ask("a" * 40_001)),
        (400, "invalid_model", await ask(model_id="eleven_flash_v9")),
    ):
        assert (answer.status, code(answer)) == (status, said)
    for answer, place in (
        (await ask(format="ulaw_9000"), ["query", "output_format"]),
        (await ask(""), ["body", "text"]),
    ):
        assert answer.status == 422
        assert json.loads(answer.body)["detail"][0]["loc"] == place


@pytest.mark.checklist("elevenlabs-3", by="status")
@pytest.mark.parametrize("status", [404, 400])
async def test_an_unknown_voice_has_one_status_or_the_other(ask, host, status):
    host.account = Account(unknown_voice=status)
    answer = await ask(voice="nobody")
    assert (answer.status, code(answer)) == (status, "voice_not_found")


@pytest.mark.fault("elevenlabs", "slow first byte")
@pytest.mark.checklist("elevenlabs-4")
async def test_the_first_sound_takes_its_time(autojump_clock):
    async def first(model, count, **faults):
        studio = Studio(Account(profiles=REAL, seed=3))
        studio.faults = Faults(**faults)
        waits = []
        for _ in range(count):
            began = trio.current_time()
            async for _ in studio.say("Oui.", model, "ulaw_8000", 1.0):
                pass
            waits.append(trio.current_time() - began)
        return waits

    flash = await first("eleven_flash_v2_5", 100)
    assert median(flash) == pytest.approx(0.21, rel=0.1)
    assert flash == pytest.approx(await first("eleven_flash_v2_5", 100))
    assert median(await first("eleven_multilingual_v2", 100)) > 1.0
    assert min(await first("eleven_flash_v2_5", 3, slow_first_byte=10.0)) > 10.0


@pytest.mark.checklist("elevenlabs-5", "elevenlabs-22")
async def test_requests_beyond_the_limit_wait_a_little_and_are_refused(ask, host):
    host.account = host.usage.account = Account(parallel=1, hurry=0.1)
    host.faults = Faults(slow_first_byte=1.0)
    answers = []

    async def one():
        answers.append(await ask())

    async with trio.open_nursery() as nursery:
        for _ in range(3):
            nursery.start_soon(one)
    assert sorted(answer.status for answer in answers) == [200, 429, 429]
    refused = json.loads(next(answer for answer in answers if answer.status == 429).body)["detail"]
    assert (refused["code"], refused["status"]) == ("concurrent_limit_exceeded", "too_many_concurrent_requests")
    assert refused["type"] == "rate_limit_error"


@pytest.mark.checklist("elevenlabs-22")
async def test_each_waits_for_those_before_it(autojump_clock):
    usage = Studio(Account(parallel=1)).usage
    waited = []

    async def waits():
        began = trio.current_time()
        taken = await usage.begin()
        waited.append((taken, round(trio.current_time() - began, 3)))

    assert await usage.begin()
    async with trio.open_nursery() as nursery:
        for _ in range(3):
            nursery.start_soon(waits)
    assert sorted(waited) == [(False, 0.05), (False, 0.1), (False, 0.15)]


@pytest.mark.fault("elevenlabs", "429 without Retry-After")
@pytest.mark.checklist("elevenlabs-5")
async def test_a_busy_host_refuses_by_chance(ask, host):
    host.faults = Faults(busy=0.5)
    answers = [await ask() for _ in range(20)]
    busy = [answer for answer in answers if answer.status == 429]
    assert 3 < len(busy) < 17
    assert {code(answer) for answer in busy} == {"system_busy"}


@pytest.mark.checklist("elevenlabs-6")
async def test_the_characters_run_out(ask, host):
    host.usage.account = Account(characters=20)
    assert [(await ask()).status for _ in range(3)] == [200, 200, 401]
    assert code(await ask()) == "quota_exceeded"


@pytest.mark.checklist("elevenlabs-7")
async def test_answers_that_are_no_sound(ask, host):
    host.faults = Faults(body="cut")
    with pytest.raises(ProviderOverloaded):
        await ask(SENTENCE)
    host.faults = Faults(body="empty")
    assert ((await ask()).status, (await ask()).body) == (200, b"")
    host.faults = Faults(body="json")
    answer = await ask()
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert code(answer) == "system_busy"
    host.faults = Faults(body="odd")
    assert len((await ask(format="pcm_8000")).body) % 2 == 1


async def test_every_request_may_be_refused(ask, host):
    host.faults = Faults(status=503, code="system_busy", retry_after="2")
    answer = await ask()
    assert (answer.status, answer.headers["retry-after"]) == (503, "2")


@pytest.mark.checklist("elevenlabs-20")
def test_there_is_silence_around_what_is_said():
    for text in ("Oui.", SENTENCE, "Un instant."):
        samples = abs(decode(hum(text, MULAW_8K), "mulaw").astype(int))
        loud = [place for place, sample in enumerate(samples) if sample > 1000]
        assert 0.02 <= loud[0] / 8000 <= 0.16
        assert loud[0] / 8000 == pytest.approx(lead(text), abs=0.01)
        assert (len(samples) - loud[-1]) / 8000 == pytest.approx(TAIL, abs=0.01)


@pytest.mark.checklist("elevenlabs-21")
def test_speed_and_breaks_change_how_long_it_takes():
    def seconds(text, speed=1.0):
        return MULAW_8K.seconds(len(hum(text, MULAW_8K, speed))) - lead(text) - TAIL

    assert seconds(SENTENCE) == pytest.approx(len(SENTENCE) / PACE, abs=0.01)
    assert seconds(SENTENCE, 1.2) == pytest.approx(len(SENTENCE) / PACE / 1.2, abs=0.01)
    assert seconds('Oui. <break time="0.8s"/> Non.') == pytest.approx(0.8 + 8 / PACE, abs=0.01)
    broken = '<break time="0.8s'
    assert seconds(broken) == pytest.approx(len(broken) / PACE, abs=0.01)


async def test_the_voice_may_be_a_real_one(ask, host):
    host.account = Account(speak=lambda text: text.encode())
    assert (await ask("Oui.")).body == b"Oui."
    assert len((await ask("Oui.", format="pcm_8000")).body) == 8


@pytest.mark.fault("elevenlabs", "wrong codec")
async def test_sound_in_the_wrong_codec(ask, host):
    right = len((await ask()).body)
    host.faults = Faults(wrong_codec=True)
    assert len((await ask()).body) == pytest.approx(4 * right, abs=8)  # PCM at 16 kHz
