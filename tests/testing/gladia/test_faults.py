"""What may go wrong on demand, and how a session survives its connections."""

import json

import pytest
import trio

from voiced.errors import ProviderClosed, ProviderRefused
from voiced.testing.fakes.spelling import spell
from voiced.testing.gladia import Faults, Gladia, Manner, running

HUSH = b"\xff" * 1600
SPEECH = spell("je voudrais un rendez-vous") + HUSH


def kinds(messages):
    return [message["type"] for message in messages]


def finals(messages):
    said = [m["data"] for m in messages if m["type"] == "transcript" and m["data"]["is_final"]]
    return [data["utterance"]["text"].strip() for data in said]


@pytest.mark.parametrize("stranger", ["refuse", "close"])
@pytest.mark.checklist("gladia-4", by="stranger")
async def test_an_unknown_token(client, stranger):
    async with running(Gladia(manner=Manner(stranger=stranger))) as served:
        with pytest.raises((ProviderRefused, ProviderClosed)) as refused:
            async with client(served).net.connect(f"{served.ws_url}/v2/live?token=none") as socket:
                await socket.receive()
    assert getattr(refused.value, "code", 403) == (403 if stranger == "refuse" else 4401)


@pytest.mark.parametrize(("cut", "code"), [("reset", 1006), (1006, 1006), (1011, 1011), (4408, 4408)])
@pytest.mark.checklist("gladia-17", "gladia-14")
async def test_a_connection_breaks_and_the_session_goes_on(client, cut, code):
    emulator = Gladia(faults=Faults(cut=cut, cut_at=8000))
    async with running(emulator) as served, client(served).socket() as talk:
        await talk.say(SPEECH)
        await talk.until()
        assert talk.code == code
        session = emulator.session
        assert len(session.audio) == 8000
        async with talk_again(client, served, talk.url) as again:
            await again.say(SPEECH[8000:])
            await again.stop()
            messages = await again.until()
    ranges = [m["data"]["byte_range"] for m in messages if m["type"] == "audio_chunk"]
    assert [8000, 8800] in ranges
    assert finals(messages) == ["je voudrais un rendez-vous"]
    assert bytes(session.audio) == SPEECH


def talk_again(client, served, url):
    other = client(served)

    async def start():
        return 201, {"url": url}, {}

    other.start = start
    return other.socket()


@pytest.mark.parametrize("second", ["older", "newer"])
@pytest.mark.checklist("gladia-14", by="second")
async def test_of_two_connections_one_is_closed(client, second):
    async with running(Gladia(manner=Manner(second=second))) as served, client(served).socket() as first:
        await first.say(HUSH)
        await first.until(lambda m: m["type"] == "audio_chunk")
        async with talk_again(client, served, first.url) as other:
            loser = first if second == "older" else other
            await loser.until()
    assert loser.code == 1008


@pytest.mark.parametrize("ranges", ["session", "connection"])
@pytest.mark.checklist("gladia-14", by="ranges")
async def test_ranges_may_be_counted_from_the_connection(client, ranges):
    async with running(Gladia(manner=Manner(ranges=ranges))) as served, client(served).socket() as talk:
        await talk.say(HUSH)
        await talk.until(lambda m: m["type"] == "audio_chunk")
        async with talk_again(client, served, talk.url) as again:
            await again.say(HUSH, chunk=1600)
            messages = await again.until(lambda m: m["type"] == "audio_chunk" and m["data"]["byte_range"][1] > 800)
    assert messages[-1]["data"]["byte_range"] == ([1600, 3200] if ranges == "session" else [0, 1600])


@pytest.mark.fault("gladia", "slow first byte")
@pytest.mark.checklist("gladia-18")
async def test_answers_may_be_late(client):
    emulator = Gladia(faults=Faults(post_late=30))
    async with running(emulator) as served:
        with trio.move_on_after(0.05) as waited:
            await client(served).start()
        assert waited.cancelled_caught
        emulator.faults = Faults(accept_late=30)
        with trio.move_on_after(0.2) as waited:
            async with client(served).socket():
                pass
        assert waited.cancelled_caught
        assert len(emulator.sessions) == 1


@pytest.mark.checklist("gladia-19")
async def test_messages_may_be_nonsense_or_bare(client):
    emulator = Gladia(faults=Faults(nonsense=True, bare=True))
    async with running(emulator) as served, client(served).socket(messages={}) as talk:
        await talk.say(spell("oui") + HUSH)
        seen = []
        with trio.fail_after(5):
            while not seen or '"is_final": true' not in seen[-1]:
                seen.append(await talk.socket.receive())
    broken = [message for message in seen if not message.endswith("}")]
    assert len(broken) == 1
    assert any('"type": "fortune"' in message for message in seen)
    utterance = json.loads(seen[-1])["data"]["utterance"]
    assert (utterance["text"], utterance["language"], utterance["words"]) == (" oui", None, [])


@pytest.mark.parametrize(
    ("faults", "missing"),
    [
        (Faults(acks=False), "audio_chunk"),
        (Faults(transcripts=False), "transcript"),
    ],
)
@pytest.mark.checklist("gladia-20")
async def test_half_of_the_messages_may_stop(client, faults, missing):
    async with running(Gladia(faults=faults)) as served, client(served).socket() as talk:
        await talk.say(SPEECH)
        await talk.stop()
        assert {"audio_chunk", "transcript"} - set(kinds(await talk.until())) == {missing}


@pytest.mark.checklist("gladia-21")
async def test_a_final_may_never_come(client):
    async with running(Gladia(faults=Faults(finals=False))) as served, client(served).socket() as talk:
        await talk.say(SPEECH)
        await talk.stop()
        messages = await talk.until()
    assert "transcript" in kinds(messages)
    assert finals(messages) == []


@pytest.mark.checklist("gladia-22")
async def test_a_chunk_may_be_refused(client):
    async with running(Gladia(faults=Faults(rejects=1))) as served, client(served).socket(messages={}) as talk:
        await talk.say(HUSH)
        refused, taken = await talk.until(lambda m: m.get("acknowledged"))
    assert (refused["acknowledged"], refused["data"], refused["error"]["status_code"]) == (False, None, 400)
    assert taken["data"]["byte_range"] == [0, 800]


@pytest.mark.fault("gladia", "half-open")
async def test_a_connection_may_fall_silent(client):
    emulator = Gladia(faults=Faults(cut="stall", cut_at=800))
    async with running(emulator) as served, client(served).socket(messages={}) as talk:
        await talk.say(HUSH)
        await talk.until(lambda m: m["type"] == "audio_chunk")
        with trio.move_on_after(0.05) as waited:
            await talk.socket.receive()
    assert waited.cancelled_caught


@pytest.mark.fault("gladia", "idle time-out")
async def test_who_says_nothing_for_a_while_is_closed(client):
    async with running(Gladia(faults=Faults(idle=0.1))) as served, client(served).socket() as talk:
        await talk.say(HUSH)
        await talk.until()
    assert talk.code == 1001


@pytest.mark.fault("gladia", "wrong codec")
async def test_sound_may_be_taken_for_another(client):
    async with running(Gladia(faults=Faults(wrong_codec=True))) as served, client(served).socket() as talk:
        await talk.say(SPEECH)
        await talk.stop()
        messages = await talk.until()
    assert "je voudrais un rendez-vous" not in finals(messages)
    assert talk.code == 1000
