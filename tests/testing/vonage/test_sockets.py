"""The WebSocket to the application: its handshake, its sound, its words, and every way it may end."""

import json

import jwt
import numpy as np
import pytest
import trio
from vonage_app import HEADERS, LOUD, RATE, App, bearer, brief, greet, ncco, running, socket_action, stay
from vonage_jwt import verify_signature

from voiced.audio import g711
from voiced.testing.caller.tones import tone
from voiced.testing.emulator import Profile, Roads
from voiced.testing.twilio.http_server import Response
from voiced.testing.vonage import SIGNATURE_SECRET, Callee, Faults
from voiced.testing.vonage.tokens import REPLAYED

SIZES = {8000: 320, 16_000: 640, 24_000: 960}
TONE = tone(0.2, 700.0)


async def call(app, phone=brief, faults=None, actions=None, **hooks):
    app.on("/answer", *(actions or [socket_action()]))
    async with running(app, **hooks) as vonage:
        return await vonage.call(phone, faults=faults)


def talking(app, talks):
    app.talks = talks
    return app


@pytest.mark.checklist("vonage-13", "vonage-16")
async def test_it_opens_the_very_address_and_says_what_it_was_given():
    app = App()
    await call(app)
    [session] = app.sessions
    assert session.path == "/media?t=one"
    assert json.loads(session.order[0]) == {"event": "websocket:connected", "content-type": RATE, **HEADERS}
    assert "authorization" not in session.headers


def by_vonage(headers):
    """Admit what bears a true token of Vonage's."""
    token = bearer(headers.get("authorization", ""))
    return bool(token) and verify_signature(token, SIGNATURE_SECRET) and jwt_id(token) != REPLAYED


def jwt_id(token):
    return jwt.decode(token, options={"verify_signature": False})["jti"]


@pytest.mark.checklist("vonage-14", by="proof")
@pytest.mark.parametrize(
    ("proof", "forgery", "opened"),
    [
        ({"type": "vonage"}, "none", 1), ({"type": "vonage"}, "wrong secret", 0), ({"type": "vonage"}, "replayed", 0),
        ({"type": "vonage"}, "unsigned", 0), ({"type": "custom", "value": "ours"}, "none", 1),
        ({"type": "custom", "value": "ours"}, "wrong secret", 0), ({"type": "custom", "value": "ours"}, "unsigned", 0),
    ],
)  # fmt: skip
async def test_the_upgrade_bears_what_was_asked_for(proof, forgery, opened):
    app = App()
    is_custom = proof["type"] == "custom"
    app.admits = (lambda headers: headers.get("authorization") == "ours") if is_custom else by_vonage
    report = await call(app, faults=Faults(upgrade=forgery), actions=[socket_action(authorization=proof)])
    assert (len(app.sessions), report.failures) == (opened, [])
    assert app.statuses("/stream")[1] == ("answered" if opened else "failed")


@pytest.mark.checklist("vonage-14")
async def test_an_application_that_admits_anybody_fails():
    app = App()
    report = await call(app, faults=Faults(upgrade="unsigned", replay_socket=True))
    assert report.failures == ["the WebSocket was opened without a true token"]
    assert report.journal.of("ws.refused")  # the second time, by its address


@pytest.mark.checklist("vonage-15", by="also")
@pytest.mark.parametrize("also", [True, False])
async def test_headers_may_be_headers_of_the_upgrade(also):
    app = App()
    await call(app, faults=Faults(headers_in_handshake=also))
    assert (app.sessions[0].headers.get("session") == "s1") == also


@pytest.mark.checklist("vonage-17", by="early")
@pytest.mark.parametrize("early", [True, False])
async def test_a_frame_may_come_first(early):
    app = App()
    await call(app, faults=Faults(early_sound=early))
    assert isinstance(app.sessions[0].order[0], bytes) == early


@pytest.mark.checklist("vonage-18", "vonage-28")
@pytest.mark.parametrize("rate", SIZES)
async def test_frames_of_20_ms_at_every_rate(rate):
    size = SIZES[rate]

    async def talks(session):
        await session.play(10, b"\x00\x20" * (size // 2))
        await session.wait_frames(12)

    async def phone(phone):
        await phone.wait_for_agent(5)
        await phone.say(TONE)

    app = talking(App(), talks)
    report = await call(app, phone, actions=[socket_action(rate=f"audio/l16;rate={rate}")])
    frames = app.sessions[0].frames
    assert {len(frame) for frame in frames} == {size}
    assert max(g711.decode(b"".join(frames), "pcm16")) > 5000  # silence before, then the tone
    assert (report.failures, report.tape.agent_onsets != []) == ([], True)


@pytest.mark.checklist("vonage-19", "vonage-35")
async def test_it_hears_everybody_else():
    """Somebody is called behind the socket: both are in the conversation at once, and so is the socket."""

    async def speaks(phone):
        await phone.say(tone(0.3, 1200.0))

    async def phone(phone):
        await phone.say(tone(0.5, 500.0))

    app = App()
    connect = {"action": "connect", "from": "33912345678", "endpoint": [{"type": "phone", "number": "33199000001"}]}
    callees = {"33199000001": Callee(rings=0.1, behave=speaks)}
    report = await call(app, phone, actions=[socket_action(), connect], callees=callees)
    heard = g711.decode(b"".join(app.sessions[0].frames), "pcm16").astype(float)
    assert loudness(heard, 500.0) > 10 * loudness(heard, 900.0)
    assert loudness(heard, 1200.0) > 10 * loudness(heard, 900.0)
    assert report.dialled[0].line.tape.agent_onsets  # and the two hear each other


def loudness(samples, frequency):
    turn = np.exp(-2j * np.pi * frequency * np.arange(len(samples)) / 8000)
    return abs((samples * turn).sum())


@pytest.mark.checklist("vonage-35", by="trailing")
@pytest.mark.parametrize(("trailing", "first"), [("at once", True), ("after", False)])
async def test_when_actions_behind_the_connect_run(trailing, first):
    async def talks(session):
        await session.wait_frames(20)
        await session.close()

    app = talking(App(), talks)
    report = await call(
        app, stay, faults=Faults(trailing=trailing), actions=[socket_action(), {"action": "wait", "timeout": 0.1}]
    )
    kinds = [entry.data.get("name", entry.kind) for entry in report.journal.entries]
    assert (kinds.index("wait") < kinds.index("ws.closed")) == first
    assert report.status == "completed"


@pytest.mark.checklist("vonage-20")
@pytest.mark.parametrize("size", [160, 640, 318])
async def test_a_frame_of_another_size_ends_the_socket(size):
    async def talks(session):
        await session.play(100)
        await session.ws.send_message(b"\x00" * size)
        await session.over.wait()

    app = talking(App(), talks)
    report = await call(app, stay)
    assert app.sessions[0].ws.closed.code == 1006
    assert report.failures == [f"unexpected frame size {size // 2}, when required 160"]
    assert app.statuses("/stream")[2] == "disconnected"
    assert len(report.tape.agent.all()) < 100 * 160  # the playing stopped


@pytest.mark.checklist("vonage-21", by="queue")
@pytest.mark.parametrize(("queue", "heard"), [(10, 10), (3072, 25)])
async def test_what_the_queue_holds_is_played_in_real_time(queue, heard):
    async def talks(session):
        await session.play(25)
        await session.act("notify", payload={"id": "end"})
        await session.wait_for("notify")

    async def phone(phone):
        await phone.wait_for_agent(5)
        await phone.wait_quiet(0.1)

    app = talking(App(), talks)
    report = await call(app, phone, faults=Faults(queue=queue))
    [code] = set(g711.encode(g711.decode(LOUD, "pcm16"), "mulaw"))
    played = report.tape.agent.all().count(bytes([code]))
    assert heard * 160 <= played <= (heard + 10) * 160  # some were played while others came
    assert bool([e for e in report.journal.of("warning") if "full" in e.data["reason"]]) == (queue == 10)


@pytest.mark.checklist("vonage-22")
@pytest.mark.checklist("vonage-25", by="late")
@pytest.mark.checklist("vonage-24", by="notify")
@pytest.mark.parametrize(("notify", "told"), [("dropped", []), ("fired", [{"n": 1}])])
@pytest.mark.parametrize("late", [0.0, 0.2])
async def test_clear_drops_what_is_queued(notify, told, late):
    async def talks(session):
        await session.play(200)
        await session.act("notify", payload={"n": 1})
        await session.wait_frames(15)
        await session.act("clear")
        await session.play(3)
        await session.act("notify", payload={"n": 2})
        await session.wait_for("cleared")
        while {"n": 2} not in [message["payload"] for message in session.of("notify")]:
            await session.changed.wait()
        await session.close()

    app = talking(App(), talks)
    report = await call(app, stay, faults=Faults(cleared_notify=notify, cleared_late=late))
    [session] = app.sessions
    assert [message["payload"] for message in session.of("notify")] == [*told, {"n": 2}]
    order = [
        message["event"]
        for message in session.messages
        if "notify" in message["event"] or "cleared" in message["event"]
    ]
    assert (order[-1] == "websocket:cleared") == (late > 0)
    [cut] = report.journal.of("cleared")[:1]
    assert cut.data["lost"] > 150 * 160


@pytest.mark.checklist("vonage-23")
async def test_notify_comes_when_the_sound_before_it_was_played():
    async def talks(session):
        await session.act("notify", payload={"deep": [1, {"a": None}]})
        await session.wait_for("notify")
        at_once = len(session.frames)
        await session.play(12)
        await session.act("notify", payload="text")
        await session.wait_for("notify", 2)
        counts.extend([at_once, len(session.frames)])
        await session.close()

    counts = []
    app = talking(App(), talks)
    await call(app, stay)
    assert [message["payload"] for message in app.sessions[0].of("notify")] == [{"deep": [1, {"a": None}]}, "text"]
    assert counts[0] <= 3
    assert counts[1] - counts[0] >= 10  # the caller's own frames of that time


@pytest.mark.checklist("vonage-26")
@pytest.mark.parametrize("nested", [True, False])
async def test_keys(nested):
    async def phone(phone):
        await phone.wait_for_agent(5)
        phone.press("5#")
        await phone.wait(0.1)

    app = App()
    await call(app, phone, faults=Faults(nested_dtmf=nested))
    keys = [message["dtmf"] if nested else message for message in app.sessions[0].of("dtmf")]
    assert [(key["digit"], key["duration"]) for key in keys] == [("5", 260), ("#", 260)]


@pytest.mark.checklist("vonage-27")
async def test_what_it_does_not_know_it_ignores():
    async def talks(session):
        for message in ("", "{", "[]", '{"action":"dance"}', '{"event":"x"}'):
            await session.ws.send_message(message)
        await greet(session)

    report = await call(talking(App(), talks))
    assert len(report.journal.of("warning")) == 5
    assert report.status == "completed"


@pytest.mark.checklist("vonage-29")
async def test_a_starving_application_glitches():
    async def talks(session):
        await session.play(5)
        await trio.sleep(0.15)
        await session.play(5)
        await session.act("notify", payload={})
        await session.wait_for("notify")
        await session.close()

    assert (await call(talking(App(), talks), stay)).glitches == 1


@pytest.mark.checklist("vonage-30")
@pytest.mark.parametrize(("completed", "late"), [("after", 0.0), ("before", 0.0), ("after", 0.3)])
async def test_a_hang_up_is_a_close_and_an_event(completed, late):
    app = App()
    closed_before = []

    def over(request):
        fields = json.loads(request.body)
        if fields["status"] == "completed":
            closed_before.append(app.sessions[0].over.is_set())
        return Response(204)

    app.on("/event", over)
    report = await call(app, faults=Faults(completed=completed, completed_late=late))
    assert app.sessions[0].ws.closed.code == 1000
    assert closed_before == [completed == "after"]
    assert (report.status, app.statuses("/stream")) == ("completed", ["started", "answered", "completed"])


@pytest.mark.checklist("vonage-31")
@pytest.mark.parametrize("ending", ["reset", "half-open"])
async def test_the_socket_may_be_left_or_reset(ending):
    app = App()
    report = await call(app, faults=Faults(ending=ending, half_open_for=0.3))
    await app.sessions[0].over.wait()
    assert (app.sessions[0].ws.closed.code, report.status) == (1006, "completed")
    assert app.statuses()[-1] == "completed"


@pytest.mark.checklist("vonage-32", "vonage-38")
@pytest.mark.parametrize("how", ["close", "die"])
async def test_the_application_drops_the_socket_and_says_what_follows(how):
    async def talks(session):
        await session.wait_frames(3)
        await (session.close() if how == "close" else session.die())

    async def goes_on(session):
        app.talks = talks
        await greet(session)
        await talks(session)

    app = talking(App(), goes_on)
    answers = [ncco(socket_action("/media/two"))]
    app.on("/stream", lambda request: follow(request, answers))
    report = await call(app, stay)
    assert [session.path for session in app.sessions] == ["/media?t=one", "/media/two"]
    told = [fields for fields in app.told("/stream") if fields["status"] == "disconnected"]
    assert len({fields["uuid"] for fields in told}) == 2
    assert {fields["conversation_uuid"] for fields in told} == {app.told("/answer")[0]["conversation_uuid"]}
    assert all(fields["headers"] == HEADERS for fields in told)
    assert report.status == "completed"  # nothing more to do: the call ends


def follow(request, answers):
    is_lost = json.loads(request.body)["status"] == "disconnected"
    return answers.pop(0) if is_lost and answers else Response(204)


@pytest.mark.checklist("vonage-34")
@pytest.mark.parametrize("kind", ["synchronous", "asynchronous"])
async def test_a_socket_that_cannot_be_opened(kind):
    app = App().on(
        "/stream", lambda request: ncco({"action": "talk", "text": "Pardon."}) if is_failed(request) else ncco()
    )
    app.admits = lambda _headers: False
    actions = [socket_action(), {"action": "wait", "timeout": 0.01}]
    actions[0] |= {"eventType": kind} if kind == "synchronous" else {"eventType": ""}
    report = await call(app, stay, actions=actions)
    assert app.statuses("/stream") == ["started", "failed"]
    assert app.told("/stream")[1]["headers"] == HEADERS
    names = [entry.data["name"] for entry in report.journal.of("action")]
    assert names == ["connect", "talk" if kind == "synchronous" else "wait"]


def is_failed(request):
    return json.loads(request.body)["status"] in {"failed", "unanswered"}


@pytest.mark.checklist("vonage-34")
async def test_a_socket_that_does_not_answer():
    app = App()

    async def never(_tcp):
        await trio.sleep_forever()

    app.serve_socket = never
    report = await call(app, stay)
    assert app.statuses("/stream") == ["started", "unanswered"]
    assert report.status == "completed"


@pytest.mark.checklist("vonage-37")
async def test_the_limit_ends_socket_and_call():
    app = App()
    report = await call(app, stay, actions=[socket_action(limit=1)])
    assert app.sessions[0].ws.closed.code == 1000
    assert (app.statuses("/stream")[-1], report.status) == ("completed", "completed")


async def test_a_broken_line_counts_as_the_applications_doing():
    async def phone(phone):
        await phone.wait_for_agent(5)
        phone.drop_stream()
        await phone.wait_end()

    app = App()
    await call(app, phone)
    assert "disconnected" in app.statuses("/stream")


async def late(seed):
    """Hold a short call whose roads are long; return what was late, and by how much."""
    slow = Profile(0.02, 0.05)

    async def talks(session):
        await session.play(5)
        await session.act("notify", payload={"n": 1})
        await session.wait_for("notify")
        await session.close()

    report = await call(talking(App(), talks), stay, roads=Roads(slow, slow, slow, slow, slow, seed))
    assert report.failures == []
    [answer] = [entry for entry in report.journal.of("http.response") if entry.data["url"].endswith("/answer")]
    return [entry.data["late"] for entry in (answer, *report.journal.of("mark"))]


async def test_delays_are_the_same_for_the_same_seed():
    one, again, another = [await late(seed) for seed in (1, 1, 2)]
    assert one == again != another
    assert min(one) > 0.0
