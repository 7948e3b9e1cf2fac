"""The emulated ElevenLabs over its sockets: one text, contexts side by side, and what goes wrong on demand."""

import json

import pytest

from voiced.audio import MULAW_8K
from voiced.errors import ProviderClosed, ProviderOverloaded, ProviderRefused, ProviderThrottled
from voiced.testing.elevenlabs import Account, Faults
from voiced.testing.elevenlabs.sound import hum

OPEN = {"text": " ", "voice_settings": {"stability": 0.5}}
SENTENCE = "Nous avons une place mardi à neuf heures, ou jeudi à quatorze heures. "


async def closed(client):
    """Return the last message before the socket closes, and the code."""
    last = {}
    try:
        while True:
            last = await client.hear()
    except ProviderClosed as gone:
        return last.get("error"), gone.code


async def test_a_wrong_key_and_a_wrong_voice_close_the_socket(client):
    for wrong, error in (({"key": "no"}, "invalid_api_key"), ({"voice": "no"}, "voice_id_does_not_exist")):
        async with client(**wrong) as socket:
            await socket.say(**OPEN, context_id="a")
            assert await closed(socket) == (error, 1008)


async def test_the_key_may_come_in_the_first_message(client):
    async with client(key="") as socket:
        await socket.say(**OPEN, context_id="a", xi_api_key="xi-key")
        await socket.say(context_id="a", close_context=True)
        assert await socket.hear() == {"isFinal": True, "contextId": "a"}


@pytest.mark.checklist("elevenlabs-8")
async def test_settings_belong_into_the_first_message(client):
    async with client() as socket:
        await socket.say(**OPEN, context_id="a")
        await socket.say(text="Oui. ", voice_settings={"speed": 1.1}, context_id="a")
        assert await closed(socket) == ("invalid_input_message", 1008)


@pytest.mark.checklist("elevenlabs-8", by="lenient")
@pytest.mark.parametrize("lenient", [True, False])
async def test_text_without_a_first_message(client, host, sound, lenient):
    host.faults = Faults(lenient=lenient)
    async with client() as socket:
        await socket.say(text="Oui. ", context_id="a", flush=True)
        if lenient:
            await socket.say(context_id="a", close_context=True)
            assert sound(await socket.hear_until_final("a"), "a") == hum("Oui. ", MULAW_8K)
        else:
            assert await closed(socket) == ("invalid_input_message", 1008)


@pytest.mark.checklist("elevenlabs-9")
async def test_no_sound_before_the_schedule_says_so(client, sound):
    async with client("stream-input") as socket:
        await socket.say(**OPEN)
        await socket.say(text="Oui. ")
        await socket.say(text=SENTENCE + SENTENCE)
        await socket.say(text="Non. ")
        await socket.say(text="")
        heard = await socket.hear_until_final()
        together, apart = hum("Oui. " + SENTENCE + SENTENCE, MULAW_8K), hum("Non. ", MULAW_8K)
        assert sound(heard) == together + apart


@pytest.mark.checklist("elevenlabs-9", "elevenlabs-10")
@pytest.mark.parametrize(("query", "flush"), [("", True), ("&auto_mode=true", False)])
async def test_flush_and_auto_mode_speak_at_once(client, sound, query, flush):
    async with client("stream-input", query=query) as socket:
        await socket.say(**OPEN)
        await socket.say(text="Oui. ", flush=flush)
        await socket.say(text="Non. ", flush=flush)
        await socket.say(text="")
        assert sound(await socket.hear_until_final()) == hum("Oui. ", MULAW_8K) + hum("Non. ", MULAW_8K)


@pytest.mark.checklist("elevenlabs-11", "elevenlabs-12")
async def test_an_empty_text_ends_the_single_socket(client):
    async with client("stream-input") as socket:
        await socket.say(**OPEN)
        await socket.say(text=SENTENCE)
        await socket.say(text="")
        *sounds, final = await socket.hear_until_final()
        assert final == {"audio": None, "isFinal": True}
        assert await closed(socket) == (None, 1000)
    assert len(sounds) > 3
    for each in sounds:
        times = each["alignment"]
        assert times["charStartTimesMs"][0] == 0
        assert len(times["chars"]) == len(times["charStartTimesMs"]) == len(times["charDurationsMs"])
    assert "".join(letter for each in sounds for letter in each["alignment"]["chars"]) == SENTENCE


@pytest.mark.checklist("elevenlabs-11")
async def test_an_empty_text_keeps_a_context_alive(client, sound):
    async with client() as socket:
        await socket.say(**OPEN, context_id="a")
        await socket.say(text="", context_id="a")
        await socket.say(text="Oui. ", context_id="a", flush=True)
        await socket.say(context_id="a", close_context=True)
        assert sound(await socket.hear_until_final("a"), "a") == hum("Oui. ", MULAW_8K)


@pytest.mark.fault("elevenlabs", "idle time-out")
@pytest.mark.checklist("elevenlabs-13")
@pytest.mark.parametrize("kind", ["stream-input", "multi-stream-input"])
async def test_a_silent_client_is_told_and_left(client, kind):
    async with client(kind, query="&inactivity_timeout=4") as socket:
        await socket.say(**OPEN)
        assert await closed(socket) == ("input_timeout_exceeded", 1008)


@pytest.mark.checklist("elevenlabs-14")
async def test_contexts_speak_side_by_side(client, host, sound):
    host.account = host.usage.account = Account(pace=20.0)
    texts = {"a": SENTENCE, "b": "Un instant, je regarde votre dossier dans notre agenda. ", "c": "Oui. "}
    async with client() as socket:
        for name, text in texts.items():
            await socket.say(**OPEN, context_id=name)
            await socket.say(text=text, context_id=name, flush=True)
        for name in texts:
            await socket.say(context_id=name, close_context=True)
        heard = await socket.hear_until_final(*texts)
    for name, text in texts.items():
        assert sound(heard, name) == hum(text, MULAW_8K)
    order = [each["contextId"] for each in heard if each.get("audio")]
    assert order != sorted(order)


@pytest.mark.checklist("elevenlabs-15", by="lingers")
@pytest.mark.parametrize("lingers", [None, 0.8, 0.0])
async def test_a_closed_context_still_gives_sound(client, host, sound, lingers):
    host.faults = Faults(lingers=lingers)
    async with client() as socket:
        await socket.say(**OPEN, context_id="a")
        await socket.say(text=SENTENCE, context_id="a", flush=True)
        await socket.say(text="Jamais dit. ", context_id="a")
        await socket.say(context_id="a", close_context=True)
        heard = sound(await socket.hear_until_final("a"), "a")
    whole = hum(SENTENCE, MULAW_8K)
    assert whole.startswith(heard)
    if lingers is None:
        assert heard == whole
    else:
        assert len(heard) < len(whole)


@pytest.mark.checklist("elevenlabs-16")
async def test_the_sixth_context_is_one_too_many(client):
    async with client() as socket:
        for name in "abcdef":
            await socket.say(**OPEN, context_id=name)
        assert await closed(socket) == ("max_active_conversations", 1008)


@pytest.mark.checklist("elevenlabs-17")
async def test_close_socket_says_the_rest_and_closes(client, sound):
    async with client() as socket:
        for name in "ab":
            await socket.say(**OPEN, context_id=name)
            await socket.say(text=f"Contexte {name}. ", context_id=name)
        await socket.say(close_socket=True)
        heard = await socket.hear_until_final("a", "b")
        assert await closed(socket) == (None, 1000)
    assert all(sound(heard, name) == hum(f"Contexte {name}. ", MULAW_8K) for name in "ab")


@pytest.mark.checklist("elevenlabs-18", "elevenlabs-23")
@pytest.mark.parametrize("trouble", ["malformed", "strange", "foreign"])
async def test_messages_that_no_client_expects(client, host, trouble):
    host.faults = Faults(trouble=trouble)
    async with client() as socket:
        await socket.say(**OPEN, context_id="a")
        await socket.say(text="Oui. ", context_id="a", flush=True)
        if trouble == "malformed":
            with pytest.raises(json.JSONDecodeError):
                await socket.hear()
            return
        heard = [await socket.hear() for _ in range(4 if trouble == "strange" else 2)]
    if trouble == "strange":
        assert heard[0] == {"weather": "fine"}
        assert heard[1] == {"audio": None, "context_id": "a"}
        assert heard[3]["context_id"] == "a"
        assert "contextId" not in heard[3]
    else:
        assert [each["contextId"] for each in heard] == ["nobody-opened-this", "a"]


@pytest.mark.checklist("elevenlabs-19")
@pytest.mark.parametrize(("trouble", "code"), [("cut", 1006), ("going_away", 1001)])
async def test_sockets_break_in_mid_context(client, host, trouble, code):
    host.faults = Faults(trouble=trouble)
    async with client() as socket:
        await socket.say(**OPEN, context_id="a")
        await socket.say(text=SENTENCE, context_id="a", flush=True)
        assert (await closed(socket))[1] == code


@pytest.mark.checklist("elevenlabs-19")
@pytest.mark.parametrize(
    ("status", "error"), [(403, ProviderRefused), (429, ProviderThrottled), (503, ProviderOverloaded)]
)
async def test_handshakes_are_refused(client, host, status, error):
    host.faults = Faults(status=status, retry_after="1")
    with pytest.raises(error):
        async with client():
            pass


@pytest.mark.checklist("elevenlabs-21")
async def test_a_break_in_two_messages_is_read_aloud(client, sound):
    async with client(query="&auto_mode=true") as socket:
        await socket.say(**OPEN, context_id="a")
        for text in ('Oui. <break time="', '0.8s"/> Non. '):
            await socket.say(text=text, context_id="a")
        await socket.say(context_id="a", close_context=True)
        heard = sound(await socket.hear_until_final("a"), "a")
    assert heard == hum('Oui. <break time="', MULAW_8K) + hum('0.8s"/> Non. ', MULAW_8K)


@pytest.mark.checklist("elevenlabs-23")
async def test_sound_of_a_closed_context_comes_between_that_of_the_next(client, host, sound):
    host.account = host.usage.account = Account(pace=20.0)
    async with client() as socket:
        await socket.say(**OPEN, context_id="old")
        await socket.say(text=SENTENCE, context_id="old", flush=True)
        await socket.say(context_id="old", close_context=True)
        await socket.say(**OPEN, context_id="new")
        await socket.say(text="Oui. ", context_id="new", flush=True)
        await socket.say(context_id="new", close_context=True)
        heard = await socket.hear_until_final("old", "new")
    names = [each["contextId"] for each in heard]
    assert "old" in names[names.index("new") :]
    assert sound(heard, "new") == hum("Oui. ", MULAW_8K)


async def test_the_characters_run_out(client, host):
    host.usage.account = Account(characters=4)
    async with client() as socket:
        await socket.say(**OPEN, context_id="a")
        await socket.say(text="Bonjour. ", context_id="a")
        assert await closed(socket) == ("quota_exceeded", 1008)
