"""Speaking at the emulated Acapela Cloud: what is answered, what is refused, what goes wrong on demand."""

import json
from statistics import median

import pytest
import trio

from voiced.audio import MULAW_8K, read_wav
from voiced.audio.g711 import decode
from voiced.errors import ProviderOverloaded
from voiced.testing.acapela import REAL, Account, Faults
from voiced.testing.acapela.tags import Manner, parts
from voiced.testing.emulator.hum import LEVEL, PACE, TAIL, Phrase, Silence, lead
from voiced.testing.emulator.playback import Player, Tempo

SENTENCE = "Bonjour, cabinet du docteur Martin, que puis-je pour vous ?"
VECTOR = {"text": r"Bonjour \pau=300\ cabinet du docteur Martin.", "output": "stream", "type": "mulaw",
          "samplerate": 8000, "speed": 100, "shaping": 100, "volume": 32768}  # fmt: skip
"""A command as Acapela's page has it."""


def seconds(answer, text):
    """How long what was said took, without the silence around it."""
    return MULAW_8K.seconds(len(answer.body)) - lead(text) - TAIL


@pytest.mark.checklist("acapela-7")
async def test_commands_come_by_get_and_by_post(command, host):
    answers = [await command(method=method, **VECTOR) for method in ("POST", "GET")]
    assert answers[0].body == answers[1].body
    assert [answer.status for answer in answers] == [200, 200]
    posted, got = host.journal.fields
    assert posted == {"voice": "Manon22k_NT", **VECTOR}
    assert got == {name: str(value) for name, value in posted.items()}


@pytest.mark.checklist("acapela-8")
@pytest.mark.parametrize(
    "wrong",
    [
        {"voice": "Zoe22k_NT"}, {"voice": None}, {"type": "vinyl"}, {"text": " "}, {"output": "smoke"},
        {"samplerate": 4000}, {"speed": 301}, {"speed": "fast"}, {"shaping": 49}, {"volume": 70_000},
    ],
)  # fmt: skip
async def test_what_cannot_be_spoken_is_refused(command, wrong):
    answer = await command(**wrong)
    assert (answer.status, set(json.loads(answer.body))) == (400, {"error"})


@pytest.mark.checklist("acapela-9")
@pytest.mark.parametrize(("method", "longest"), [("POST", 3000), ("GET", 2048)])
async def test_a_text_may_be_so_long(command, method, longest):
    assert (await command("a" * longest, method, type="mulaw")).status == 200
    assert (await command("a" * (longest + 1), method, type="mulaw")).status == 400


@pytest.mark.checklist("acapela-10")
@pytest.mark.parametrize(
    ("kind", "rate", "bytes_per_second"),
    [("mulaw", 8000, 8000), ("alaw", 8000, 8000), ("s16le", 8000, 16_000), ("s16le", 22_050, 44_100)],
)
async def test_plain_samples_have_no_header(command, kind, rate, bytes_per_second):
    answer = await command(SENTENCE, type=kind, samplerate=rate)
    lasts = len(SENTENCE) / PACE + lead(SENTENCE) + TAIL
    assert len(answer.body) / bytes_per_second == pytest.approx(lasts, abs=0.01)
    assert not answer.body.startswith(b"RIFF")


@pytest.mark.checklist("acapela-10")
@pytest.mark.parametrize(("kind", "plain"), [("wav", "s16le"), ("wav_mulaw", "mulaw"), ("wav_alaw", "alaw")])
async def test_files_have_one(command, kind, plain):
    wav = read_wav((await command(type=kind, samplerate=8000)).body)
    assert wav.format.rate == 8000
    assert wav.data == (await command(type=plain, samplerate=8000)).body


@pytest.mark.checklist("acapela-11")
async def test_who_forgets_the_type_gets_mp3(command):
    answer = await command()
    assert (answer.headers["content-type"], answer.body[:3]) == ("audio/mpeg", b"ID3")


@pytest.mark.checklist("acapela-12")
async def test_tags_shape_what_is_said(command):
    async def lasting(text, **fields):
        return seconds(await command(text, type="mulaw", samplerate=8000, **fields), text)

    plain = 16 / PACE
    assert await lasting("Un instant, oui.") == pytest.approx(plain, abs=0.01)
    assert await lasting(r"Un instant, oui.\pau=500\ ") == pytest.approx(plain + 0.5, abs=0.01)
    assert await lasting(r"\rspd=50\Un instant, oui.") == pytest.approx(2 * plain, abs=0.01)
    assert await lasting(r"\spd=90\Un instant, oui.") == pytest.approx(2 * plain, abs=0.01)
    assert await lasting("Un instant, oui.", speed=200) == pytest.approx(plain / 2, abs=0.01)


@pytest.mark.checklist("acapela-12")
def test_tags_hold_until_they_are_reset():
    said = parts(r"Oui.\vct=110\\vol=13107\Non.\pau=300\Si.\rst\Bon.\rms=1\C'est \faux\.", Manner(speed=0.8))
    assert [part for part in said if part != Silence(0.3) and part.text] == [
        Phrase("Oui.", 0.8),
        Phrase("Non.", 0.8, 1.1, 0.2),
        Phrase("Si.", 0.8, 1.1, 0.2),
        Phrase("Bon.", 0.8),
        Phrase("C'est ", 0.8),
        Phrase(".", 0.8),
    ]
    assert said.index(Silence(0.3)) == said.index(Phrase("Non.", 0.8, 1.1, 0.2)) + 1
    assert parts(r"Un \pau=300 de trop.", Manner()) == [Phrase(r"Un \pau=300 de trop.")]


@pytest.mark.checklist("acapela-12")
async def test_the_volume_is_heard(command):
    async def loudest(volume):
        answer = await command(type="mulaw", samplerate=8000, volume=volume)
        return max(abs(decode(answer.body, "mulaw").astype(int)))

    assert await loudest(32_768) == pytest.approx(LEVEL, rel=0.05)
    assert await loudest(65_535) == pytest.approx(2 * LEVEL, rel=0.05)


@pytest.mark.checklist("acapela-13")
async def test_sound_comes_in_pieces_faster_than_it_plays(autojump_clock):
    player = Player(Tempo(pace=10.0), 1)
    sound = MULAW_8K.silence * 40_000
    pieces = [piece async for piece in player.pieces(sound, 5.0)]
    assert b"".join(pieces) == sound
    assert len({len(piece) for piece in pieces}) > 5
    assert trio.current_time() == pytest.approx(0.5)


@pytest.mark.checklist("acapela-13")
async def test_the_first_sound_takes_its_time(autojump_clock):
    async def waits(seed):
        player, waited = Player(REAL, seed), []
        for _ in range(100):
            began = trio.current_time()
            await player.begin(0.0, "")
            waited.append(trio.current_time() - began)
        return waited

    drawn = await waits(3)
    assert median(drawn) == pytest.approx(0.3, rel=0.15)
    assert sorted(drawn)[95] == pytest.approx(0.7, rel=0.35)
    assert drawn == pytest.approx(await waits(3))


@pytest.mark.checklist("acapela-14", by="progressive")
@pytest.mark.parametrize("progressive", [True, False])
async def test_sound_comes_while_it_is_made_or_at_the_end(autojump_clock, progressive):
    player = Player(Tempo(pace=10.0, progressive=progressive), 1)
    came = [trio.current_time() async for _ in player.pieces(MULAW_8K.silence * 40_000, 5.0)]
    assert came[0] == pytest.approx(0.0 if progressive else 0.5)
    assert came[-1] == pytest.approx(0.5, abs=0.05)


@pytest.mark.checklist("acapela-14", by="file")
@pytest.mark.parametrize("file", ["url", "sound"])
async def test_a_file_is_an_address_or_the_sound(command, host, net, file):
    host.account = Account(file=file)
    answer = await command(output="file", type="mulaw", samplerate=8000)
    if file == "url":
        answer = await net.request("GET", host.url + json.loads(answer.body)["url"])
    assert answer.body == (await command(type="mulaw", samplerate=8000)).body
    assert answer.headers["content-length"] == str(len(answer.body))


@pytest.mark.fault("acapela", "slow first byte")
@pytest.mark.checklist("acapela-15")
async def test_the_first_byte_is_late(command, host, autojump_clock):
    autojump_clock.autojump_threshold = 0.05
    host.faults = Faults(late=5.0)
    assert (await command()).status == 200
    assert trio.current_time() >= 5.0
    host.faults = Faults(trouble="half_open")
    with trio.move_on_after(60) as patience:
        await command()
    assert patience.cancelled_caught


@pytest.mark.checklist("acapela-16")
async def test_the_sound_breaks_off(command, host):
    host.faults = Faults(trouble="cut")
    with pytest.raises(ProviderOverloaded, match="broke off"):
        await command(SENTENCE, type="mulaw", samplerate=8000)


@pytest.mark.checklist("acapela-16")
async def test_the_sound_stops_coming(net, host, autojump_clock):
    autojump_clock.autojump_threshold = 0.05
    host.faults = Faults(trouble="stall")
    token, body = host.enter("accueil@example.fr"), {"voice": "Manon22k_NT", "text": SENTENCE, "type": "mulaw"}
    headers, url = {"authorization": f"Token {token}"}, f"{host.url}/api/command/"
    async with net.stream("POST", url, headers=headers, body=json.dumps(body).encode()) as reading:
        with trio.move_on_after(60) as patience:
            came = [len(chunk) async for chunk in reading.chunks()]
            raise AssertionError(came)
    assert patience.cancelled_caught


@pytest.mark.checklist("acapela-17")
async def test_answers_that_are_no_sound(command, host):
    host.faults = Faults(instead="json")
    answer = await command()
    assert (answer.status, json.loads(answer.body)) == (200, {"error": "Busy."})
    host.faults = Faults(instead="html")
    answer = await command()
    assert (answer.status, answer.headers["content-type"], answer.body[:6]) == (200, "text/html", b"<html>")
    host.faults = Faults(trouble="empty")
    answer = await command()
    assert (answer.status, answer.body) == (200, b"")
    host.faults = Faults(wrong_codec=True)
    answer = await command(type="mulaw")
    assert (answer.headers["content-type"], answer.body[:3]) == ("audio/basic", b"ID3")


@pytest.mark.checklist("acapela-18")
async def test_the_credit_runs_out(command, host):
    host.account = Account(credit=20)
    assert [(await command()).status for _ in range(3)] == [200, 200, 400]
    assert "credits" in json.loads((await command()).body)["error"]


@pytest.mark.fault("acapela", "429 with Retry-After", "429 without Retry-After", "5xx")
@pytest.mark.checklist("acapela-19")
async def test_every_command_may_be_refused(command, host):
    host.faults = Faults(status=429, retry_after="2")
    answer = await command()
    assert (answer.status, answer.headers["retry-after"]) == (429, "2")
    for status in (429, 503):
        host.faults = Faults(status=status)
        answer = await command()
        assert (answer.status, "retry-after" in answer.headers) == (status, False)


@pytest.mark.checklist("acapela-20")
async def test_half_a_sample_too_many(command, host):
    host.faults = Faults(trouble="odd")
    assert len((await command(type="s16le", samplerate=16_000)).body) % 2 == 1


def frames(body):
    while body:
        head, _, body = body.partition(b"\n")
        kind, _, size = head.partition(b":")
        yield kind, body[: int(size)]
        body = body[int(size) :]


@pytest.mark.checklist("acapela-21")
@pytest.mark.parametrize("asked", [{"wordpos": "on"}, {"mouthpos": "on"}, {"output": "events"}])
async def test_events_come_in_frames_with_the_sound(command, asked):
    plain = await command(SENTENCE, type="mulaw", samplerate=8000)
    came = list(frames((await command(SENTENCE, type="mulaw", samplerate=8000, **asked)).body))
    assert b"".join(content for kind, content in came if kind == b"audio") == plain.body
    words = [word for kind, content in came if kind == b"events" for word in json.loads(content)["Word"]]
    assert [word["word"] for word in words] == SENTENCE.split()
    assert words[-1]["end_time"] == pytest.approx(1000 * MULAW_8K.seconds(len(plain.body)), abs=1)


@pytest.mark.checklist("acapela-22")
async def test_accents_in_the_query(command, host):
    text = "À bientôt, Noël : ça coûte 3 €."
    by_get = await command(text, "GET", type="mulaw", samplerate=8000)
    assert host.journal.fields[0]["text"] == text
    assert by_get.body == (await command(text, type="mulaw", samplerate=8000)).body


async def test_the_voice_may_be_a_real_one(command, host):
    host.account = Account(speak=lambda text: text.encode())
    assert (await command(r"Oui.\pau=300\ ", type="mulaw", samplerate=8000)).body.strip() == b"Oui."
    assert len((await command("Oui.", type="s16le", samplerate=8000)).body) == 8
