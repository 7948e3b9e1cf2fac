"""Speaking at the emulated speechCloud: what is answered, and what is refused."""

import json
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import trio

from voiced.audio import MULAW_8K, read_wav
from voiced.audio.g711 import decode
from voiced.testing.emulator.hum import LEVEL, PACE, TAIL, lead
from voiced.testing.emulator.playback import Player, Tempo
from voiced.testing.readspeaker import Account

SENTENCE = "Bonjour, cabinet du docteur Martin, que puis-je pour vous ?"


def seconds(answer, text):
    """How long what was said took, without the silence around it."""
    return MULAW_8K.seconds(len(answer.body)) - lead(text) - TAIL


@pytest.mark.checklist("readspeaker-1")
@pytest.mark.parametrize("key", [None, "", "0" * 32])
async def test_the_key_is_checked(speak, key):
    answer = await speak(key=key)
    assert (answer.status, answer.headers["content-type"], answer.body[:6]) == (403, "text/plain", b"ERROR:")


@pytest.mark.checklist("readspeaker-2")
@pytest.mark.parametrize(
    "wrong",
    [
        {"lang": "fr_xx"}, {"lang": None}, {"voice": "Zoe"}, {"audioformat": "vinyl"}, {"container": "box"},
        {"samplerate": "44100"}, {"samplerate": "fast"}, {"speed": "201"}, {"pitch": "-1"}, {"volume": "loud"},
        {"streaming": "maybe"}, {"text": " "}, {"text": None}, {"command": "sing"},
    ],
)  # fmt: skip
async def test_what_cannot_be_spoken_is_refused(speak, wrong):
    answer = await speak(**wrong)
    assert (answer.status, answer.headers["content-type"], answer.body[:6]) == (400, "text/plain", b"ERROR:")


async def test_no_other_address_is_there(net, host):
    assert (await net.request("GET", f"{host.url}/a/sing")).status == 404


@pytest.mark.checklist("readspeaker-3")
async def test_requests_come_by_get_and_by_post(speak, host):
    got, posted = await speak(method="GET"), await speak()
    assert got.body == posted.body
    assert [asked.method for asked in host.journal.asked] == ["GET", "POST"]
    assert host.journal.fields[0] == host.journal.fields[1]


@pytest.mark.checklist("readspeaker-4")
@pytest.mark.parametrize("said", [{}, {"streaming": "1"}, {"streaming": "true"}])
async def test_streams_are_at_another_address(ask, net, said):
    answer = await ask(text=SENTENCE, lang="fr_fr", **said)
    assert (answer.status, answer.body) == (302, b"")
    sound = await net.request("GET", answer.headers["location"])
    assert (sound.status, sound.headers["content-type"]) == (200, "audio/mpeg")
    assert sound.headers["transfer-encoding"] == "chunked"


@pytest.mark.checklist("readspeaker-5", by="once")
@pytest.mark.parametrize("once", [True, False])
async def test_an_address_is_good_once_or_more_often(ask, net, host, once):
    host.account = Account(once=once)
    location = (await ask(text="Oui.", lang="fr_fr")).headers["location"]
    statuses = [(await net.request("GET", location)).status for _ in range(2)]
    assert statuses == [200, 404 if once else 200]


@pytest.mark.checklist("readspeaker-5")
async def test_an_address_is_good_for_some_seconds(ask, net, host, autojump_clock):
    autojump_clock.autojump_threshold = 0.05
    host.account = Account(once=False, seconds=20.0)
    location = (await ask(text="Oui.", lang="fr_fr")).headers["location"]
    await trio.sleep(15)
    assert (await net.request("GET", location)).status == 200
    await trio.sleep(10)
    assert (await net.request("GET", location)).status == 404


@pytest.mark.checklist("readspeaker-6", by="progressive")
@pytest.mark.parametrize("progressive", [True, False])
async def test_sound_comes_while_it_is_made_or_whole(speak, host, progressive):
    host.account = Account(tempo=Tempo(progressive=progressive))
    answer = await speak(SENTENCE)
    assert (answer.status, answer.headers["content-type"]) == (200, "audio/basic")
    assert ("content-length" in answer.headers) != progressive
    assert seconds(answer, SENTENCE) == pytest.approx(len(SENTENCE) / PACE, abs=0.01)


@pytest.mark.checklist("readspeaker-6")
async def test_sound_comes_faster_than_it_plays(autojump_clock):
    player = Player(Tempo(pace=10.0), 1)
    assert b"".join([piece async for piece in player.pieces(bytes(40_000), 5.0)]) == bytes(40_000)
    assert trio.current_time() == pytest.approx(0.5)


@pytest.mark.checklist("readspeaker-7")
@pytest.mark.parametrize("coding", ["ulaw", "mulaw", "alaw", "pcm"])
async def test_plain_samples_do_not_stream(speak, coding):
    assert (await speak(audioformat=coding, streaming="1")).status == 400
    assert (await speak(audioformat=coding, streaming=None)).status == 400
    assert (await speak(audioformat=coding, streaming="false")).status == 200


@pytest.mark.checklist("readspeaker-8")
@pytest.mark.parametrize(("coding", "tag"), [("ulaw", 7), ("alaw", 6), ("pcm", 1)])
async def test_a_header_unless_it_is_not_wanted(speak, coding, tag):
    plain = (await speak(audioformat=coding, samplerate="8000")).body
    for container in ("wav", None):
        file = (await speak(audioformat=coding, samplerate="8000", container=container)).body
        assert file[:4] == b"RIFF"
        assert file[20] == tag
        assert (b"fact" in file[:60]) == (coding != "pcm")
        assert read_wav(file).data == plain


@pytest.mark.checklist("readspeaker-9")
@pytest.mark.parametrize("rate", [8000, 16_000, 22_050])
async def test_rates_are_what_was_asked(speak, rate):
    lasts = lead(SENTENCE) + len(SENTENCE) / PACE + TAIL
    samples = len((await speak(SENTENCE, audioformat="pcm", samplerate=rate)).body) / 2
    assert samples / rate == pytest.approx(lasts, abs=0.01)


@pytest.mark.checklist("readspeaker-9", by="telephone")
@pytest.mark.parametrize(("telephone", "rate"), [(True, 8000), (False, 22_050)])
async def test_mu_law_without_a_rate_has_one_of_two(speak, host, telephone, rate):
    host.account = Account(telephone=telephone)
    assert read_wav((await speak(container="wav")).body).format.rate == rate
    assert read_wav((await speak(container="wav", samplerate="8000")).body).format.rate == 8000
    assert read_wav((await speak(container="wav", audioformat="pcm")).body).format.rate == 22_050


@pytest.mark.checklist("readspeaker-10")
async def test_who_says_nothing_gets_mp3(ask, net):
    answer = await ask(text="Bonjour.", lang="fr_fr")
    sound = await net.request("GET", answer.headers["location"])
    assert (sound.headers["content-type"], sound.body[:3]) == ("audio/mpeg", b"ID3")


@pytest.mark.checklist("readspeaker-11")
async def test_speed_and_volume_are_heard(speak):
    async def lasting(speed):
        return seconds(await speak(SENTENCE, speed=speed), SENTENCE)

    async def loudest(volume):
        return max(abs(decode((await speak(volume=volume)).body, "mulaw").astype(int)))

    assert await lasting("200") == pytest.approx(await lasting("100") / 2, abs=0.01)
    assert await lasting("50") == pytest.approx(2 * await lasting("100"), abs=0.01)
    assert await loudest("100") == pytest.approx(LEVEL, rel=0.05)
    assert await loudest("50") == pytest.approx(LEVEL / 2, rel=0.05)


@pytest.mark.checklist("readspeaker-12", by="taken")
@pytest.mark.parametrize("taken", [True, False])
async def test_breaks_in_ssml_are_silence_or_refused(speak, host, taken):
    host.account = Account(ssml=taken)
    text = '<speak>Oui, bien sûr.<break time="500ms"/>Non.<break time="1s"/></speak>'
    answer = await speak(text=None, ssml=text)
    assert answer.status == (200 if taken else 400)
    if taken:
        assert seconds(answer, text) == pytest.approx(18 / PACE + 1.5, abs=0.01)


async def test_markup_in_a_text_is_read_aloud(speak):
    text = 'Oui.<break time="500ms"/>'
    assert seconds(await speak(text), text) == pytest.approx(len(text) / PACE, abs=0.01)


@pytest.mark.checklist("readspeaker-19")
async def test_the_account_is_told_in_json(ask, speak):
    async def told(command, **fields):
        answer = await ask("GET", "application/json", command=command, **fields)
        [rows] = json.loads(answer.body).values()
        return rows

    assert {"language": "fr_fr", "voice": "Roxane", "gender": "female"} in await told("voiceinfo")
    assert await told("credits") == [{"amount": 1_000_000, "unit": "characters"}]
    await speak("Bonjour.")
    assert await told("credits") == [{"amount": 999_992, "unit": "characters"}]
    assert (await told("statistics"))[0]["characters"] == 8
    events = await told("events", text="Un instant.")
    assert [event["type"] for event in events] == ["TEXTSTART", "WORD", "WORD", "TEXTEND"]
    assert (events[2]["text_start"], events[2]["text_end"], events[2]["text_length"]) == (3, 11, 8)
    assert events[1]["time_ms"] < events[2]["time_ms"] < events[3]["time_ms"]


@pytest.mark.checklist("readspeaker-19", by="wrapper")
@pytest.mark.parametrize(("wrapper", "named"), [("", "credits"), ("result", "result")])
async def test_the_list_has_a_name(ask, host, wrapper, named):
    host.account = Account(wrapper=wrapper)
    answer = await ask("GET", "application/json", command="credits")
    assert json.loads(answer.body) == {named: [{"amount": 1_000_000, "unit": "characters"}]}
    answer = await ask("GET", "application/xml", command="credits")
    assert ET.fromstring(answer.body).tag == named


@pytest.mark.checklist("readspeaker-19")
async def test_and_in_xml(ask):
    answer = await ask("GET", "application/xml", command="voiceinfo")
    assert answer.headers["content-type"] == "application/xml"
    items = [item.attrib for item in ET.fromstring(answer.body)]
    assert {"language": "fr_ca", "voice": "leo", "gender": "male"} in items


@pytest.mark.checklist("readspeaker-21")
async def test_texts_come_in_two_charsets(speak, host):
    text = "À bientôt, Noël : ça coûte."
    one, other = await speak(text), await speak(text, charset="latin-1", encoding="latin-1")
    assert [asked["text"] for asked in host.journal.fields] == [text, text]
    assert one.body == other.body
    await speak(text, encoding="latin-1")
    assert host.journal.fields[2]["text"] != text


@pytest.mark.checklist("readspeaker-22")
async def test_a_preview_is_marked(speak):
    plain, preview = await speak(SENTENCE), await speak(SENTENCE, command="preview")
    more = len(preview.body) - len(plain.body)
    assert MULAW_8K.seconds(more) == pytest.approx(0.5, abs=0.01)
    begins = round(lead(SENTENCE) * 8000)
    mark = decode(preview.body[begins : begins + more], "mulaw")
    assert np.abs(mark).max() > LEVEL / 2


async def test_the_voice_may_be_a_real_one(speak, host):
    host.account = Account(speak=lambda text: text.encode())
    assert (await speak("Oui.")).body == b"Oui."
    assert len((await speak("Oui.", audioformat="pcm", samplerate="8000")).body) == 8
