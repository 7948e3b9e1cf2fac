"""Calls over real sockets: the media stream from its handshake to its content."""

import json
from functools import partial
from itertools import pairwise

import pytest
import trio
from scripted_app import App, running, stream_twiml, twiml

from voiced.testing.caller.facts import audible_spans
from voiced.testing.caller.tones import tone
from voiced.testing.emulator import Profile, Roads
from voiced.testing.twilio import Faults

VOICE = tone(0.2, 300.0, 700.0)
STREAM = stream_twiml()


def events(app):
    return [request.form["StreamEvent"] for request in app.asked("/stream-status")]


async def brief(phone):
    await phone.wait_for_agent(5)
    await phone.wait(0.05)


async def answer(app, phone, faults=None, **options):
    async with running(app, **options) as twilio:
        return await twilio.call(phone, faults=faults)


@pytest.mark.checklist("twilio-14", "twilio-15", "twilio-17")
async def test_the_handshake():
    app = App().on("/voice", stream_twiml(path="/media/one?secret=1#x"))
    report = await answer(app, brief)
    (session,) = app.sessions
    assert session.path == "/media/one"
    assert session.headers["user-agent"] == "Twilio.TmeWs/1.0"
    assert "x-twilio-signature" in session.headers
    assert not {"origin", "sec-websocket-protocol"} & set(session.headers)
    assert events(app) == ["stream-started", "stream-stopped"]
    assert report.journal.codes == []


@pytest.mark.checklist("twilio-15")
async def test_the_upgrade_may_be_signed_with_a_slash():
    app = App().on("/voice", STREAM)
    report = await answer(app, brief, Faults(upgrade_slash=True))
    assert report.journal.of("ws.open")[0].data["signed_url"].endswith("/media/one/")
    assert len(app.sessions) == 1


@pytest.mark.checklist("twilio-14")
@pytest.mark.parametrize(
    ("url", "allowed", "code"),
    [
        ("ws://agent.example.org/media", True, 31922),
        ("https://agent.example.org/media", True, 31922),
        ("ws://127.0.0.1:9/media", False, 31922),
        ("ws://127.0.0.1:9/media", True, 31902),
        ("wss:///media", True, 31923),
        ("wss://[bad/media", True, 31923),
        ("wss://a.example:no/media", True, 31923),
    ],
)
async def test_where_streams_may_lead(url, allowed, code):
    app = App().on("/voice", twiml(f'<Connect><Stream url="{url}" statusCallback="/stream-status"/></Connect>'))
    report = await answer(app, brief, loopback_streams=allowed)
    assert report.journal.codes == [code]
    assert events(app) == ["stream-error"]


async def babble(stream):
    await stream.send_all(b"this is not TLS")


async def mute(stream):
    await stream.receive_some()
    await trio.sleep_forever()


@pytest.mark.checklist("twilio-16")
@pytest.mark.parametrize(
    ("scheme", "server", "code"), [("wss", babble, 31910), ("wss", mute, 31901), ("ws", mute, 31920)]
)
async def test_servers_that_are_none(scheme, server, code):
    async with trio.open_nursery() as nursery:
        (listener,) = await nursery.start(partial(trio.serve_tcp, server, 0, host="127.0.0.1"))
        url = f"{scheme}://127.0.0.1:{listener.socket.getsockname()[1]}/media"
        app = App().on("/voice", twiml(f'<Connect><Stream url="{url}" statusCallback="/stream-status"/></Connect>'))
        report = await answer(app, lambda phone: phone.wait_end(), stream_connect=0.2)
        nursery.cancel_scope.cancel()
    assert report.journal.codes == [code]
    assert events(app) == ["stream-error"]
    assert report.status == "completed"


@pytest.mark.checklist("twilio-16")
@pytest.mark.parametrize("signature", ["none", "wrong"])
async def test_a_forged_upgrade_is_refused_and_the_twiml_goes_on(signature):
    app = App().on("/voice", stream_twiml("<Redirect>/next</Redirect>")).on("/next", twiml("<Hangup/>"))
    report = await answer(app, brief, Faults(upgrade_signature=signature))
    assert report.journal.codes == [31920]
    assert report.failures == []
    assert events(app) == ["stream-error"]
    assert len(app.asked("/next")) == 1


@pytest.mark.checklist("twilio-16")
async def test_an_application_that_admits_anybody_fails():
    app = App().on("/voice", STREAM)
    app.check_upgrade = False
    report = await answer(app, brief, Faults(upgrade_signature="none"))
    assert report.failures == ["the media socket was opened without a true signature"]


@pytest.mark.checklist("twilio-16")
@pytest.mark.parametrize(("one_shot", "failures"), [(True, []), (False, ["the stream's URL was opened twice"])])
async def test_a_replayed_path_must_be_refused(one_shot, failures):
    app = App().on("/voice", STREAM)
    app.one_shot = one_shot
    report = await answer(app, brief, Faults(replay_stream=True))
    assert report.failures == failures
    assert app.sessions[0].of("media")


@pytest.mark.checklist("twilio-18", "twilio-19", "twilio-20", "twilio-22")
async def test_what_a_stream_says():
    app = App().on("/voice", stream_twiml(params='<Parameter name="session" value="s1"/>'))

    async def phone(phone):
        await phone.say(VOICE)
        await phone.wait(0.1)

    report = await answer(app, phone)
    messages = app.sessions[0].messages
    assert [message["event"] for message in messages[:3]] == ["connected", "start", "media"]
    assert messages[1]["start"]["customParameters"] == {"session": "s1"}
    assert messages[1]["start"]["callSid"] == report.call_sid
    numbered = [int(message["sequenceNumber"]) for message in messages[1:]]
    assert numbered == list(range(1, len(messages)))
    media = [message["media"] for message in messages if message["event"] == "media"]
    assert [int(frame["chunk"]) for frame in media] == list(range(1, len(media) + 1))
    assert [int(frame["timestamp"]) for frame in media] == [20 * n for n in range(1, len(media) + 1)]
    assert {len(frame["payload"]) for frame in media} == {216}
    assert {frame["track"] for frame in media} == {"inbound"}


@pytest.mark.checklist("twilio-20")
async def test_the_cadence_is_absolute():
    app = App().on("/voice", STREAM)
    report = await answer(app, lambda phone: phone.wait(1.0))
    count = len(app.sessions[0].of("media"))
    assert 0.8 < count * 0.02 / report.seconds <= 1


@pytest.mark.checklist("twilio-21", by="faults")
@pytest.mark.parametrize("faults", [Faults(jitter="bursts"), Faults(jitter="gaps"), Faults(suppress_silence=True)])
async def test_a_poor_network(faults):
    app = App().on("/voice", STREAM)

    async def phone(phone):
        await phone.wait_for_agent(5)
        await phone.say(tone(0.3, 400.0))
        await phone.wait(0.8)

    await answer(app, phone, faults)
    stamps = [int(message["media"]["timestamp"]) for message in app.sessions[0].of("media")]
    assert stamps == sorted(stamps)
    if faults.jitter == "bursts":
        assert stamps == [20 * n for n in range(1, len(stamps) + 1)]
    elif faults.jitter == "gaps":
        assert [after - before for before, after in pairwise(stamps) if after - before > 20] == [220]
    else:
        assert 15 <= len(stamps) <= 16


@pytest.mark.checklist("twilio-23")
async def test_keys_arrive_one_by_one():
    app = App().on("/voice", STREAM)

    async def phone(phone):
        await phone.wait_for_agent(5)
        phone.press("1*#")
        await phone.wait(0.1)

    await answer(app, phone)
    assert [message["dtmf"] for message in app.sessions[0].of("dtmf")] == [
        {"track": "inbound_track", "digit": digit} for digit in "1*#"
    ]


@pytest.mark.checklist("twilio-11", "twilio-24")
async def test_a_second_connect_ends_the_first_stream():
    answers = iter([STREAM, stream_twiml(path="/media/two")])
    app = App().on("/voice", lambda _: next(answers))

    async def talks(session):
        if session.path == "/media/two":
            await session.wait_for("media", 2)
            await session.close()

    app.talks = talks
    report = await answer(app, lambda phone: phone.wait_end(), Faults(duplicate_webhook="late"))
    first, second = app.sessions
    assert [first.messages[-1]["event"], second.messages[0]["event"]] == ["stop", "connected"]
    assert first.sid != second.sid
    assert report.status == "completed"
    assert events(app) == ["stream-started", "stream-stopped"] * 2


@pytest.mark.checklist("twilio-24", "twilio-25")
async def test_another_track_is_an_error_before_any_socket():
    app = App().on("/voice", stream_twiml(stream='track="both_tracks"'))
    report = await answer(app, brief)
    assert report.journal.codes == [31941]
    assert app.sessions == []


@pytest.mark.checklist("twilio-22")
async def test_a_parameter_of_500_characters_is_refused():
    app = App().on("/voice", stream_twiml(params=f'<Parameter name="n" value="{"v" * 499}"/>'))
    report = await answer(app, brief)
    assert report.journal.codes == [12200]


@pytest.mark.checklist("twilio-26", "twilio-27")
async def test_marks_come_when_the_caller_has_heard_what_was_before():
    app = App().on("/voice", STREAM)

    async def talks(session):
        await session.mark("empty")
        await session.wait_for("mark")
        await session.play(VOICE)
        await session.mark("one")
        await session.play(VOICE)
        await session.mark("two")
        await session.wait_for("mark", 3)
        await session.close()

    app.talks = talks
    report = await answer(app, lambda phone: phone.wait_end())
    at = {entry.data["name"]: entry.data["line_at"] for entry in report.journal.of("mark")}
    assert list(at) == ["empty", "one", "two"]
    assert at["two"] - at["one"] == pytest.approx(0.2)
    assert report.tape.agent.all().endswith(VOICE + VOICE)
    assert report.glitches == 0


@pytest.mark.checklist("twilio-28")
async def test_clear_cuts_what_the_caller_hears():
    app = App().on("/voice", STREAM)

    async def talks(session):
        await session.play(tone(2.0, 400.0))
        await session.mark("one")
        await session.wait_for("media", 20)
        await session.clear()
        await session.wait_for("mark")
        await session.close()

    app.talks = talks
    report = await answer(app, lambda phone: phone.wait_end())
    (cut,) = report.journal.of("cleared")
    assert len(report.tape.agent) == pytest.approx(cut.data["line_at"] * 8000, abs=2)
    assert 0.3 < cut.data["line_at"] < 2.0
    assert report.journal.of("mark")[0].data["cleared"]


@pytest.mark.checklist("twilio-29", by="delay")
@pytest.mark.parametrize(("delay", "order"), [(0.0, ["old", "sent new"]), (0.2, ["sent new", "old"])])
async def test_echoes_of_a_cleared_turn_may_come_within_the_next(delay, order):
    app, seen = App().on("/voice", STREAM), []

    async def talks(session):
        await session.play(tone(1.0, 400.0))
        await session.mark("old")
        await session.wait_for("media", 5)
        await session.clear()
        if not delay:
            await session.wait_for("mark")
        seen.extend(message["mark"]["name"] for message in session.of("mark"))
        await session.play(VOICE)
        seen.append("sent new")
        await session.wait_for("mark")
        if delay:
            seen.append(session.of("mark")[0]["mark"]["name"])
        await session.close()

    app.talks = talks
    await answer(app, lambda phone: phone.wait_end(), Faults(mark_delay=delay))
    assert seen == order


@pytest.mark.checklist("twilio-30", "twilio-31")
async def test_garbage_warns_and_the_stream_goes_on():
    app = App().on("/voice", STREAM)

    async def talks(session):
        await session.ws.send_message(b"\x00")
        await session.ws.send_message("{")
        await session.ws.send_message(json.dumps({"event": "clear", "streamSid": "MZ9"}))
        await session.send(event="dance")
        await session.play(b"RIFF" + VOICE)
        await session.mark("end")
        await session.wait_for("mark")
        await session.close()

    app.talks = talks
    report = await answer(app, lambda phone: phone.wait_end())
    assert report.journal.codes == [31950, 0, 0, 31921]
    assert report.failures == ["a media payload begins with a WAV header, which callers hear as noise"]


@pytest.mark.checklist("twilio-32")
async def test_a_starving_application_glitches():
    app = App().on("/voice", STREAM)

    async def talks(session):
        await session.play(VOICE)
        await session.wait_for("media", 16)
        await session.play(VOICE)
        await session.mark("end")
        await session.wait_for("mark")
        await session.close()

    app.talks = talks
    report = await answer(app, lambda phone: phone.wait_end())
    assert report.glitches == 1


@pytest.mark.checklist("twilio-33", way="limited, and the socket not read for a while")
async def test_a_full_queue_and_a_socket_that_is_not_read():
    app = App().on("/voice", STREAM)

    async def talks(session):
        await session.play(tone(0.5, 400.0))
        await session.wait_for("media", 10)
        await session.mark("late")
        await session.wait_for("mark")
        await session.close()

    app.talks = talks
    report = await answer(app, lambda phone: phone.wait_end(), Faults(queue_limit=0.1, stall_at=0.15, stall_for=0.4))
    (span,) = audible_spans(report.tape.agent.all())
    assert span.end - span.start == pytest.approx(0.1, abs=0.01)
    (mark,) = report.journal.of("mark")
    assert mark.data["line_at"] > 0.5
    assert [entry.data["code"] for entry in report.journal.of("warning")] == [0]


async def test_turns_are_measured_at_the_callers_ear():
    app = App().on("/voice", STREAM)

    async def talks(session):
        await session.wait_for("media", 25)
        await session.play(VOICE)

    async def phone(phone):
        await phone.say(VOICE)
        at = await phone.wait_for_agent(5)
        assert await phone.wait_quiet(0.2) == pytest.approx(at + 0.2, abs=0.03)
        assert phone.agent_audio(at, at + 0.05) == VOICE[:400]
        with pytest.raises(trio.TooSlowError):
            await phone.wait_for_agent(0.05)

    app.talks = talks
    report = await answer(app, phone)
    (turn,) = report.turns
    assert turn.caller.end - turn.caller.start == pytest.approx(0.2, abs=0.01)
    assert turn.answered_at >= 0.5
    assert turn.gap == turn.answered_at - turn.caller.end
    assert report.barge_ins == []


async def late(seed):
    """Hold a short call whose roads are long; return what was late, and by how much."""
    app, slow = App().on("/voice", STREAM), Profile(0.02, 0.05)

    async def talks(session):
        await session.play(VOICE)
        await session.mark("one")
        await session.wait_for("mark")
        await session.close()

    app.talks = talks
    report = await answer(app, lambda phone: phone.wait_end(), roads=Roads(slow, slow, slow, slow, slow, seed))
    assert report.failures == []
    assert [message["event"] for message in app.sessions[0].messages][:3] == ["connected", "start", "media"]
    numbers = [int(message["sequenceNumber"]) for message in app.sessions[0].messages if "sequenceNumber" in message]
    assert numbers == sorted(numbers)
    [asked] = [entry for entry in report.journal.of("http.response") if entry.data["url"].endswith("/voice")]
    return [entry.data["late"] for entry in (asked, *report.journal.of("mark"))]


async def test_delays_are_the_same_for_the_same_seed():
    one, again, another = [await late(seed) for seed in (1, 1, 2)]
    assert one == again != another
    assert min(one) > 0.0
