"""The API, as Vonage's own client and others ask it: calls ended, moved and placed, sound played, recordings."""

import json
from contextlib import asynccontextmanager

import httpx2
import pytest
import trio
from vonage import Auth, HttpClientOptions
from vonage import Vonage as Client
from vonage_app import App, greet, ncco, running, socket_action, stay
from vonage_http_client.errors import AuthenticationError, HttpRequestError, NotFoundError, RateLimitedError
from vonage_voice.models.ncco import Connect, Talk
from vonage_voice.models.requests import AudioStreamOptions, CreateCallRequest, ListCallsFilter, TtsStreamOptions

from voiced.testing.vonage import APPLICATION_ID, Application, Callee, RestFaults, open_rest
from voiced.testing.vonage.tokens import application_token, generated_key

NUMBER = "33199000001"
OURS = Application(private_key=generated_key())


@asynccontextmanager
async def calling(app, tls, callees=None, faults=None, region=""):
    """Let the application be called, and the API be asked by Vonage's client."""
    async with (
        running(app, application=OURS, callees=callees or {}) as vonage,
        open_rest(vonage, region=region, faults=faults, tls=tls) as (served, rest),
    ):
        options = HttpClientOptions(api_host=f"localhost:{served.port}", max_retries=0)
        client = Client(Auth(application_id=APPLICATION_ID, private_key=OURS.private_key), options)
        try:
            yield vonage, client.voice, rest
        finally:
            client.http_client._session.close()


@asynccontextmanager
async def asking(app, **client):
    """Let the API be asked by anybody."""
    async with (
        running(app, application=OURS) as vonage,
        open_rest(vonage) as (served, _),
        httpx2.AsyncClient(base_url=served.url, **client) as asked,
    ):
        yield asked


def as_ours():
    return {"headers": {"authorization": f"Bearer {application_token(OURS)}"}}


async def ask(act, *args):
    """Ask in a thread, as the client does."""
    return await trio.to_thread.run_sync(act, *args)


def does(act):
    """Return a person who waits until the agent is heard, then lets `act(uuid)` happen, and stays."""

    async def phone(phone):
        await phone.wait_for_agent(5)
        await act(phone)
        await phone.wait_end()

    return phone


@pytest.mark.checklist("vonage-33")
async def test_a_hang_up_closes_the_socket_and_is_no_accident(tls):
    app = App().on("/answer", socket_action())
    async with calling(app, tls) as (vonage, voice, _):
        report = await vonage.call(does(lambda phone: ask(voice.hangup, phone.call_sid)))
    assert app.sessions[0].ws.closed.code == 1000
    assert (app.statuses("/stream"), report.status) == (["started", "answered", "completed"], "completed")


@pytest.mark.checklist("vonage-33")
async def test_the_sockets_own_leg_may_be_hung_up(tls):
    app = App().on("/answer", socket_action())

    async def hang_up(_phone):
        [leg] = vonage.account.sockets
        await ask(voice.hangup, leg)

    async with calling(app, tls) as (vonage, voice, _):
        await vonage.call(does(hang_up))
    assert "disconnected" not in app.statuses("/stream")


@pytest.mark.checklist("vonage-39")
@pytest.mark.parametrize("how", ["ncco", "url"])
async def test_a_transfer_moves_the_leg_and_closes_the_socket(tls, how):
    async def speaks(phone):
        await phone.wait(0.2)

    connect = {"from_": "33912345678", "endpoint": [{"type": "phone", "number": NUMBER}]}
    app = App().on("/answer", socket_action()).on("/next", ncco({"action": "talk", "text": "a"}))

    async def move(phone):
        if how == "ncco":
            await ask(voice.transfer_call_ncco, phone.call_sid, [Talk(text="a"), Connect(**connect)])
        else:
            await ask(voice.transfer_call_answer_url, phone.call_sid, "https://agent.example.org/next")

    async with calling(app, tls, {NUMBER: Callee(behave=speaks)}) as (vonage, voice, _):
        report = await vonage.call(does(move))
    before = app.told("/answer")[0]["conversation_uuid"]
    [told] = [fields for fields in app.told() if fields.get("status") == "transfer"]
    assert (told["conversation_uuid_from"], told["uuid"]) == (before, report.call_sid)
    assert told["conversation_uuid_to"] not in {"", before}
    assert "disconnected" not in app.statuses("/stream")
    assert len(report.dialled) == (1 if how == "ncco" else 0)


@pytest.mark.checklist("vonage-40")
async def test_calls_are_listed_and_shown(tls):
    seen = {}

    async def look(phone):
        seen["one"] = await ask(voice.get_call, phone.call_sid)
        seen["all"], _ = await ask(voice.list_calls)
        seen["none"], _ = await ask(voice.list_calls, ListCallsFilter(status="busy"))
        await ask(voice.mute, phone.call_sid)
        await ask(voice.hangup, phone.call_sid)

    app = App().on("/answer", socket_action())
    async with calling(app, tls) as (vonage, voice, _):
        report = await vonage.call(does(look))
        over = await ask(voice.get_call, report.call_sid)
    assert (seen["one"].uuid, seen["one"].status, seen["one"].from_.number) == (
        report.call_sid,
        "answered",
        "33612345678",
    )
    assert [call.uuid for call in seen["all"]] == [report.call_sid]
    assert seen["none"] == []
    assert over.status == "completed"
    assert [entry.data["how"] for entry in report.journal.of("moderated")] == ["mute"]


@pytest.mark.checklist("vonage-40", by="ended")
@pytest.mark.parametrize(("ended", "error"), [(404, NotFoundError), (400, HttpRequestError)])
async def test_what_is_over_is_not_there(tls, ended, error):
    app = App().on("/answer", {"action": "talk", "text": "a"})
    async with calling(app, tls, faults=RestFaults(ended=ended)) as (vonage, voice, _):
        report = await vonage.call(stay)
        with pytest.raises(error):
            await ask(voice.hangup, report.call_sid)
        with pytest.raises(NotFoundError):
            await ask(voice.get_call, "none")


@pytest.mark.checklist("vonage-40")
async def test_who_may_ask():
    other = Application(id="ffffffff-bbbb-cccc-dddd-0123456789ab", private_key=OURS.private_key)
    async with asking(App()) as client:
        for token in ("", "Bearer a.b.c", *(f"Bearer {token}" for token in bad_tokens(other))):
            assert (await client.get("/v1/calls", headers={"authorization": token})).status_code == 401
        for body in (b"", b"[]", b'{"action":"dance"}'):
            assert (await client.put("/v1/calls/x", content=body, **as_ours())).status_code in {400, 404}


def bad_tokens(other):
    yield application_token(OURS, lives=-10)
    yield application_token(other)
    head, body, signature = application_token(OURS).split(".")
    yield f"{head}.{body}.{signature[::-1]}"


@pytest.mark.checklist("vonage-40")
async def test_fifteen_a_second():
    async with asking(App(), **as_ours()) as client:
        answers = [(await client.get("/v1/calls")).status_code for _ in range(20)]
    assert answers[:15] == [200] * 15
    assert 429 in answers


@pytest.mark.checklist("vonage-40")
@pytest.mark.parametrize(
    ("status", "error"), [(401, AuthenticationError), (429, RateLimitedError), (500, HttpRequestError)]
)
async def test_it_may_refuse_everything(tls, status, error):
    async with calling(App(), tls, faults=RestFaults(status=status)) as (_, voice, _rest):
        with pytest.raises(error):
            await ask(voice.list_calls)


@pytest.mark.checklist("vonage-41", by="region")
@pytest.mark.parametrize(("region", "found"), [("", True), ("us-3", False)])
async def test_a_call_is_known_in_its_own_region(tls, region, found):
    seen = []

    async def look(phone):
        try:
            await ask(voice.hangup, phone.call_sid)
            seen.append(True)
        except NotFoundError:
            seen.append(False)
            phone.hang_up()

    app = App().on("/answer", socket_action())
    async with calling(app, tls, region=region) as (vonage, voice, _):
        await vonage.call(does(look))
        assert len((await ask(voice.list_calls))[0]) == int(found)
    assert seen == [found]


@pytest.mark.checklist("vonage-42")
async def test_sound_is_played_into_a_leg(tls):
    async def play(phone):
        words = TtsStreamOptions(text="Encore un", language="fr-FR", loop=0)
        seen.append((await ask(voice.play_tts_into_call, phone.call_sid, words)).message)
        await phone.wait_quiet(0.05)
        seen.append((await ask(voice.stop_tts, phone.call_sid)).message)
        url = AudioStreamOptions(stream_url=["https://a.example/b.wav"])
        seen.append((await ask(voice.play_audio_into_call, phone.call_sid, url)).message)
        seen.append((await ask(voice.stop_audio_stream, phone.call_sid)).message)
        seen.append((await ask(voice.play_dtmf_into_call, phone.call_sid, "1p2")).message)
        await ask(voice.hangup, phone.call_sid)

    seen = []
    app = App().on("/answer", socket_action())
    async with calling(app, tls) as (vonage, voice, _):
        report = await vonage.call(does(play))
    assert seen == ["Talk started", "Talk stopped", "Stream started", "Stream stopped", "DTMF sent"]
    assert [entry.data["what"] for entry in report.journal.of("played")] == ["talk", "stream", "dtmf"]


@pytest.mark.checklist("vonage-43")
async def test_a_recording_needs_a_token_and_can_be_deleted(tls, tmp_path):
    record = {"action": "record", "timeOut": 0.2, "eventUrl": ["https://agent.example.org/record"]}
    app = App().on("/answer", record, {"action": "wait", "timeout": 0.3})
    async with calling(app, tls) as (vonage, voice, _), open_rest(vonage) as (served, _):
        await vonage.call(stay)
        [told] = app.told("/record")
        here = voice._http_client.api_host
        # the client wants a name of Vonage's somewhere in the address
        url = told["recording_url"].replace("api.nexmo.com", here) + "?of=nexmo.com"
        await ask(voice.download_recording, url, str(tmp_path / "a.wav"))
        assert (tmp_path / "a.wav").read_bytes()[:4] == b"RIFF"
        async with httpx2.AsyncClient(base_url=served.url) as client:
            file, media = f"/v1/files/{told['recording_uuid']}", f"/v3/media/{told['recording_uuid']}"
            assert (await client.get(file)).status_code == 401
            assert [(await client.delete(media, **as_ours())).status_code for _ in range(2)] == [204, 404]
            assert (await client.get(file, **as_ours())).status_code == 404


@pytest.mark.checklist("vonage-12")
@pytest.mark.parametrize(("callee", "statuses"), [
    (Callee(behave=stay), ["started", "ringing", "answered", "completed"]),
    (Callee("busy"), ["started", "ringing", "busy"]),
    (Callee(machine=True), ["started", "ringing", "answered", "machine", "completed"]),
])  # fmt: skip
async def test_a_call_is_placed(tls, callee, statuses):
    app = App().on("/answer", socket_action())
    app.talks = closes
    order = {
        "to": [{"number": NUMBER}], "from_": {"number": "33912345678"}, "machine_detection": "hangup",
        "answer_url": ["https://agent.example.org/answer"], "answer_method": "POST", "ringing_timer": 5,
    }  # fmt: skip
    async with calling(app, tls, {NUMBER: callee}) as (vonage, voice, _):
        placed = await ask(voice.create_call, CreateCallRequest(**order))
        leg = vonage.legs[placed.uuid]
        await leg.over.wait()
        await leg.wait_posted()
    assert app.statuses() == statuses
    assert len(app.sessions) == (1 if statuses[2:] == ["answered", "completed"] else 0)
    if app.sessions:
        asked = json.loads(app.asked("/answer")[0].body)
        assert (asked["to"], asked["from"], asked["uuid"]) == (NUMBER, "33912345678", placed.uuid)


async def closes(session):
    await greet(session)
    await session.wait_frames(5)
    await session.close()


async def test_an_order_that_is_none():
    async with asking(App(), **as_ours()) as client:
        for order in ({}, {"to": []}, {"to": [{"number": "1"}], "from": {"number": "2"}}):
            assert (await client.post("/v1/calls", content=json.dumps(order))).status_code == 400
