"""Sessions of the emulated Gladia: who gets one, what it hears and says, how it ends."""

import json

import pytest
import trio

from voiced.testing.emulator import Profile
from voiced.testing.fakes.spelling import spell
from voiced.testing.gladia import Faults, Gladia, Latency, Manner, running

HUSH = b"\xff" * 1600


def finals(messages):
    return [m["data"] for m in messages if m["type"] == "transcript" and m["data"]["is_final"]]


def partials(messages):
    return [m["data"] for m in messages if m["type"] == "transcript" and not m["data"]["is_final"]]


def text(data):
    return data["utterance"]["text"]


@pytest.mark.checklist("gladia-1")
async def test_without_the_key_there_is_no_session(client):
    async with running(Gladia()) as served:
        status, said, _ = await client(served).start(key="wrong")
    assert (status, said["message"]) == (401, "gladia key not found")


@pytest.mark.parametrize(
    ("parameters", "status", "error"),
    [
        ({"sample_rate": 11025}, 400, "sample_rate must be one of the following values: 8000, 16000, 32000"),
        ({"bit_depth": 16}, 400, "bit_depth must be"),
        ({"endpointing": 20}, 400, "endpointing must not be less than 0.01 or greater than 10"),
        ({"region": "eu-west"}, 400, "region should not exist"),
        ({"query": "?region=mars"}, 400, "region must be one of"),
        ({"model": "solaria-9"}, 422, ""),
    ],
)
@pytest.mark.checklist("gladia-2")
async def test_parameters_are_judged(client, parameters, status, error):
    async with running(Gladia()) as served:
        answered, said, _ = await client(served).start(**parameters)
    assert (answered, said["statusCode"]) == (status, status)
    assert error in said.get("validation_errors", [""])[0]


@pytest.mark.checklist("gladia-3")
async def test_a_session_has_an_address_here(client):
    emulator = Gladia()
    async with running(emulator) as served:
        status, said, _ = await client(served).start()
    assert status == 201
    assert said["url"] == f"{served.ws_url}/v2/live?token={said['id']}"
    assert emulator.asked[0].region == "eu-west"


@pytest.mark.fault("gladia", "429 with Retry-After", "429 without Retry-After")
@pytest.mark.parametrize("asks", [False, True])
@pytest.mark.checklist("gladia-16", by="asks")
async def test_one_session_too_many_is_refused_for_a_while(client, asks):
    emulator = Gladia(manner=Manner(most=1), faults=Faults(retry_after=2 if asks else None))
    async with running(emulator) as served:
        caller = client(served)
        await caller.start()
        status, said, headers = await caller.start()
        assert (status, said["statusCode"], headers.get("retry-after")) == (429, 429, "2" if asks else None)
        emulator.session.over = True
        assert (await caller.start())[0] == 201
        emulator.faults = Faults(status=429, times=1)
        assert [(await caller.start())[0] for _ in range(2)] == [429, 429]  # on demand, then for the session above
        emulator.session.over = True
        assert (await caller.start())[0] == 201


@pytest.mark.checklist("gladia-5", "gladia-6")
async def test_sound_is_acknowledged_in_the_sessions_bytes(client):
    emulator = Gladia()
    async with running(emulator) as served, client(served).socket() as talk:
        await talk.say(HUSH)
        await talk.socket.send('{"type": "audio_chunk", "data": {"chunk": "//////8="}}')
        await talk.socket.send('{"type": "audio_chunk", "data": {"chunk": ""}}')
        messages = await talk.until(lambda m: m["type"] == "audio_chunk" and m["data"]["byte_range"] == [1605, 1605])
    ranges = [m["data"]["byte_range"] for m in messages if m["type"] == "audio_chunk"]
    assert ranges == [[0, 800], [800, 1600], [1600, 1605], [1605, 1605]]
    assert messages[2]["data"]["time_range"] == [0, 0.1]
    assert bytes(emulator.session.audio) == HUSH + b"\xff" * 5


@pytest.mark.checklist("gladia-6")
async def test_acknowledgements_can_be_switched_off(client):
    quiet = {"receive_acknowledgments": False}
    async with running(Gladia()) as served, client(served).socket(messages=quiet) as talk:
        await talk.say(spell("oui") + HUSH)
        await talk.stop()
        kinds = [m["type"] for m in await talk.until()]
    assert kinds == ["speech_start", "transcript", "speech_end", "post_final_transcript"]


@pytest.mark.checklist("gladia-7")
async def test_a_message_that_is_too_big_ends_the_connection(client):
    async with running(Gladia()) as served, client(served).socket() as talk:
        await talk.socket.send(b"\xff" * (1024 * 1024 + 1))
        await talk.until()
    assert talk.code == 1009


@pytest.mark.checklist("gladia-8", "gladia-9", "gladia-10")
async def test_an_utterance_grows_and_is_final_after_the_pause(client):
    emulator = Gladia(finals={"je voudrais un rendez-vous mardi": "Je voudrais un rendez-vous, mardi."})
    async with running(emulator) as served, client(served).socket() as talk:
        await talk.say(HUSH + spell("je voudrais un rendez-vous mardi") + HUSH + spell("oui merci") + HUSH)
        messages = await talk.until(lambda m: m["type"] == "transcript" and text(m["data"]).startswith(" oui merci"))
    speech = [(m["type"], m["data"]["time"]) for m in messages if m["type"].startswith("speech_")]
    assert speech[:2] == [("speech_start", 0.2), ("speech_end", pytest.approx(0.2 + 32 * 533 / 8000, abs=0.03))]
    growing = [text(data) for data in partials(messages) if data["id"] == "00_00000000"]
    assert growing[0] == " je"
    assert " je voudrais us" in growing  # heard otherwise first
    first, second = finals(messages)
    assert text(first) == " Je voudrais un rendez-vous, mardi."
    assert (first["id"], second["id"]) == ("00_00000000", "00_00000001")
    assert first["utterance"]["confidence"] > partials(messages)[0]["utterance"]["confidence"]
    words = first["utterance"]["words"]
    assert [w["word"] for w in words] == [" Je", " voudrais", " un", " rendez-vous,", " mardi."]
    assert words[1]["start"] == pytest.approx(0.2 + 3 * 533 / 8000, abs=0.03)


@pytest.mark.checklist("gladia-9")
async def test_partials_come_only_where_they_are_wanted(client):
    async with running(Gladia()) as served, client(served).socket(messages={}) as talk:
        await talk.say(spell("je voudrais un rendez-vous") + HUSH)
        await talk.stop()
        messages = await talk.until()
    assert partials(messages) == []
    assert [text(data) for data in finals(messages)] == [" je voudrais un rendez-vous"]


async def test_a_script_says_what_sound_means(client):
    voice = b"\x10\x90" * 8000
    emulator = Gladia(lines=("bonjour madame", "au revoir"))
    async with running(emulator) as served, client(served).socket() as talk:
        await talk.say(voice + HUSH + voice + HUSH)
        await talk.stop()
        messages = await talk.until()
    assert [text(data) for data in finals(messages)] == [" bonjour madame", " au revoir"]
    assert text(partials(messages)[0]) == " bonjour"


@pytest.mark.checklist("gladia-11")
async def test_long_speech_is_cut(client):
    longest = {"maximum_duration_without_endpointing": 5}
    async with running(Gladia()) as served, client(served).socket(**longest) as talk:
        await talk.say(spell("et puis encore " * 6), chunk=8000)
        [final] = finals(await talk.until(lambda m: m["type"] == "transcript" and m["data"]["is_final"]))
    assert final["utterance"]["end"] == pytest.approx(5.0, abs=0.05)


@pytest.mark.checklist("gladia-12", "gladia-13")
async def test_the_end_comes_in_order(client):
    emulator = Gladia(latency=Latency(final=Profile(0.02, 0.02)))
    async with running(emulator) as served, client(served).socket() as talk:
        await talk.say(spell("au revoir"), chunk=80_000)
        await talk.stop()
        await talk.stop()
        messages = await talk.until()
    assert talk.code == 1000
    stops = [m for m in messages if m["type"] == "stop_recording"]
    assert stops[0]["data"]["recording_duration"] == pytest.approx(9 * 533 / 8000)
    assert stops[1]["error"] == {
        "status_code": 409,
        "exception": "ConflictError",
        "message": "Recording already stopped",
    }
    kinds = [m["type"] for m in messages]
    assert kinds.index("stop_recording") < kinds.index("end_recording") < kinds.index("post_final_transcript")
    assert messages[-1]["data"]["transcription"]["full_transcript"] == "au revoir"


@pytest.mark.checklist("gladia-15", by="longest")
@pytest.mark.parametrize("longest", [0.5, 10_800])
async def test_a_session_may_be_too_long(client, longest):
    async with running(Gladia(manner=Manner(longest=longest))) as served, client(served).socket() as talk:
        await talk.say(b"\xff" * 8000)
        await talk.stop()
        await talk.until()
    assert talk.code == (1008 if longest == 0.5 else 1000)


@pytest.mark.checklist("gladia-23")
async def test_sound_faster_than_time_is_understood_later(client):
    async def asked(speed):
        async with running(Gladia(latency=Latency(speed=speed))) as served, client(served).socket() as talk:
            began = trio.current_time()
            await talk.say(spell("oui merci") + HUSH)
            await talk.stop()
            assert finals(await talk.until())
            return trio.current_time() - began

    assert await asked(2.0) > 0.4


async def test_a_session_can_be_looked_up_and_deleted(client):
    emulator = Gladia()
    async with running(emulator) as served:
        caller = client(served)
        _, session, _ = await caller.start()
        there, elsewhere = (f"{served.url}/v2/live/{token}" for token in (session["id"], "nobody"))
        key = {"x-gladia-key": "test-key"}
        assert json.loads((await caller.net.request("GET", there, headers=key)).body)["status"] == "processing"
        answers = [await caller.net.request("DELETE", url, headers=key) for url in (there, elsewhere)]
        assert [answer.status for answer in answers] == [202, 404]
        assert (await caller.net.request("DELETE", there)).status == 401
    assert emulator.deleted == [session["id"]]
