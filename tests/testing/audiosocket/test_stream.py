"""The emulated Asterisk against a small application: what it asks, what it sends, and when it drops the leg."""

from __future__ import annotations

from contextlib import asynccontextmanager, suppress
from uuid import UUID

import pytest
import trio

from voiced.audio import MULAW_8K, AudioFormat, to_format
from voiced.testing.audiosocket import Asterisk, Faults
from voiced.testing.audiosocket.wire import SLIN, Reader, message
from voiced.testing.emulator import Profile, Roads
from voiced.testing.twilio.http_server import Response, serve_http

TONE = bytes([20, 148] * 80)  # 20 ms, loud
LINEAR = to_format(TONE, MULAW_8K, AudioFormat("pcm16", 8000))
QUIET = bytes(320)
PATIENCE = 15


class App:
    """Answers the dialplan, and lets `behave(stream)` have each stream that comes, after its UUID."""

    def __init__(self, behave, then=("hangup",)):
        self.behave, self.then = behave, list(then)
        self.asked, self.calls, self.got = [], [], []
        self.port = self.tcp = 0
        self.taken = trio.Event()

    async def answer(self, request):
        await trio.lowlevel.checkpoint()
        path = request.path.rpartition("/")[2]
        fields = request.query
        self.asked.append((path, fields))
        body = f"stream|127.0.0.1:{self.tcp}/{fields['uuid']}"
        if path in {"after", "dialled"}:
            body = self.then.pop(0).replace("AGAIN", body)
        return Response(200, body.encode(), "text/plain")

    async def stream(self, stream):
        reader, first = Reader(), None
        async with stream:
            while first is None:
                reader.put(await stream.receive_some())
                first = reader.take()
            self.calls.append(first)
            self.taken.set()
            with suppress(trio.BrokenResourceError, trio.ClosedResourceError):
                await self.behave(self, stream, reader)

    async def next(self, stream, reader):
        """Return the next message; None at the end."""
        while (found := reader.take()) is None:
            data = await stream.receive_some()
            if not data:
                return None
            reader.put(data)
        self.got.append(found)
        return found

    def of(self, path):
        return [fields for asked, fields in self.asked if asked == path]


@asynccontextmanager
async def running(behave, then=("hangup",), **asterisk):
    app = App(behave, then)
    async with trio.open_nursery() as nursery:
        app.port = await nursery.start(serve_http, app.answer, 0)
        [listener] = await trio.open_tcp_listeners(0, host="127.0.0.1")
        app.tcp = listener.socket.getsockname()[1]
        nursery.start_soon(trio.serve_listeners, app.stream, [listener])
        with trio.fail_after(PATIENCE):
            yield app, Asterisk(f"http://127.0.0.1:{app.port}", "key", **asterisk)
        nursery.cancel_scope.cancel()


async def listens(app, stream, reader):
    while await app.next(stream, reader) is not None:
        pass


def hears(count):
    """An application that hears `count` messages of sound, and ends the stream."""

    async def behave(app, stream, reader):
        while sum(kind in SLIN for kind, _ in app.got) < count:
            await app.next(stream, reader)
        await stream.send_all(message(0x00))
        await app.next(stream, reader)

    return behave


async def stays(phone):
    await phone.wait_end()


@pytest.mark.checklist("audiosocket-1", "audiosocket-11")
async def test_a_call_begins_with_its_uuid():
    async with running(hears(2)) as (app, asterisk):
        report = await asterisk.call(stays, caller="+33600000001", called="+33900000001")
    assert app.calls == [(0x01, UUID(report.uuid).bytes)]
    assert app.of("inbound") == [{"uuid": report.uuid, "from": "+33600000001", "to": "+33900000001"}]
    assert [path for path, _ in app.asked] == ["inbound", "after", "over"]
    assert report.answers[-1] == "hangup"
    assert report.failures == []


@pytest.mark.checklist("audiosocket-2")
async def test_sound_goes_both_ways():
    async def behave(app, stream, reader):
        for _ in range(10):
            await app.next(stream, reader)
            await stream.send_all(message(0x10, LINEAR))
        await listens(app, stream, reader)

    async def speaks(phone):
        await phone.wait_for_agent()
        await phone.say(TONE * 10)

    async with running(behave) as (app, asterisk):
        report = await asterisk.call(speaks)
    sounds = [payload for kind, payload in app.got if kind == 0x10]
    assert {len(payload) for payload in sounds} == {320}
    assert LINEAR * 9 in b"".join(sounds)
    assert len(report.tape.agent_onsets) == 1
    assert report.tape.agent.all().count(TONE) >= 9


@pytest.mark.checklist("audiosocket-3")
@pytest.mark.parametrize("keys", [True, False])
async def test_keys(keys):
    async def presses(phone):
        await app.taken.wait()
        phone.press("5#")
        await phone.wait(0.5)

    async with running(listens) as (app, asterisk):
        await asterisk.call(presses, faults=Faults(keys=keys))
    assert [payload for kind, payload in app.got if kind == 0x03] == [b"5", b"#"] * keys


@pytest.mark.checklist("audiosocket-4")
@pytest.mark.parametrize("wrong", [message(0x03, b"1"), message(0x10), message(0x42, b"x")])
async def test_what_may_not_be_sent_drops_the_leg(wrong):
    async def behave(app, stream, reader):
        await stream.send_all(wrong)
        await listens(app, stream, reader)

    async with running(behave) as (_, asterisk):
        report = await asterisk.call(stays)
    assert len(report.failures) == 1
    assert report.journal.of("stream.broken")


@pytest.mark.checklist("audiosocket-5")
@pytest.mark.parametrize(("strict", "broken"), [(True, 1), (False, 0)])
async def test_a_payload_follows_its_header_at_once(strict, broken):
    async def behave(app, stream, reader):
        await stream.send_all(message(0x10, LINEAR)[:3])
        for _ in range(10):
            await app.next(stream, reader)
        await stream.send_all(LINEAR + message(0x00))
        await listens(app, stream, reader)

    async with running(behave) as (_, asterisk):
        report = await asterisk.call(stays, faults=Faults(strict=strict))
    assert len(report.journal.of("stream.broken")) == broken


@pytest.mark.fault("audiosocket", "idle time-out")
@pytest.mark.checklist("audiosocket-6", "audiosocket-8")
@pytest.mark.parametrize(("form", "goes_on"), [("app", False), ("dial", True)])
async def test_without_a_byte_either_way_the_application_gives_up(form, goes_on):
    """A starved stream to which nothing is sent carries nothing: `AudioSocket()` ends it, `Dial()` waits."""

    async def phone(phone):
        await phone.wait(0.6)

    async with running(listens) as (app, asterisk):
        report = await asterisk.call(phone, faults=Faults(form=form, starves=True, inactive=0.2))
    assert [kind for kind, _ in app.got if kind in SLIN] == []
    ended_by = [entry.data["hung_up_by"] for entry in report.journal.of("call") if "hung_up_by" in entry.data]
    assert ended_by[0] == ("phone" if goes_on else "the stream broke")


@pytest.mark.checklist("audiosocket-8")
async def test_a_starved_stream_lives_on_what_it_is_sent():
    async def behave(app, stream, reader):
        for _ in range(5):
            await stream.send_all(message(0x10, QUIET))
            assert (await app.next(stream, reader))[0] == 0x10
        await stream.send_all(message(0x00))
        await listens(app, stream, reader)

    async with running(behave) as (app, asterisk):
        await asterisk.call(stays, faults=Faults(starves=True))
    assert len([kind for kind, _ in app.got if kind == 0x10]) == 5


@pytest.mark.checklist("audiosocket-7", by="ending")
@pytest.mark.parametrize(
    ("ending", "last"), [("end", (0x00, b"")), ("close", None), ("half-open", None), ("reset", "reset")]
)
async def test_a_callers_hang_up(ending, last):
    seen, over = [], trio.Event()

    async def behave(app, stream, reader):
        try:
            while (found := await app.next(stream, reader)) is not None and found[0] != 0x00:
                pass
            seen.append(found)
        except trio.BrokenResourceError:
            seen.append("reset")
        over.set()

    async def leaves(phone):
        await phone.wait(0.05)

    async with running(behave) as (app, asterisk):
        await asterisk.call(leaves, faults=Faults(ending=ending, half_open_for=0.1))
        await over.wait()
    assert seen == [last]
    assert app.asked[-1][0] == "over"


@pytest.mark.checklist("audiosocket-7", by="form")
@pytest.mark.parametrize(("form", "asked"), [("dial", ["inbound", "after", "over"]), ("app", ["inbound", "over"])])
async def test_a_stream_that_breaks_goes_on_with_dial_only(form, asked):
    async def behave(app, stream, reader):
        await app.next(stream, reader)
        await stream.send_all(message(0x66))

    async with running(behave) as (app, asterisk):
        await asterisk.call(stays, faults=Faults(form=form))
    assert [path for path, _ in app.asked] == asked


@pytest.mark.checklist("audiosocket-9")
@pytest.mark.parametrize(("ptime", "size"), [(0.01, 160), (0.03, 480), (0.04, 640)])
async def test_messages_of_other_lengths(ptime, size):
    async with running(hears(3)) as (app, asterisk):
        await asterisk.call(stays, faults=Faults(ptime=ptime))
    assert {len(payload) for kind, payload in app.got if kind == 0x10} == {size}


@pytest.mark.checklist("audiosocket-10")
@pytest.mark.parametrize(("rate", "kind", "size"), [(16000, 0x12, 640), (24000, 0x13, 960)])
async def test_other_rates(rate, kind, size):
    async with running(hears(3)) as (app, asterisk):
        await asterisk.call(stays, faults=Faults(rate=rate))
    assert {(kind, len(payload)) for kind, payload in app.got if kind in SLIN} == {(kind, size)}


@pytest.mark.checklist("audiosocket-11")
async def test_the_dialplan_follows_to_a_person_and_back():
    person = "+33199000001"
    then = (f"dial|{person}|5|+33900000001", "AGAIN", "sorry")
    async with running(hears(1), then, callees={person: "BUSY"}) as (app, asterisk):
        app.got.clear()
        report = await asterisk.call(stays)
    assert [path for path, _ in app.asked] == ["inbound", "after", "dialled", "after", "over"]
    assert app.of("dialled")[0]["result"] == "BUSY"
    assert len(app.calls) == 2
    assert report.answers[-1] == "sorry"


@pytest.mark.checklist("audiosocket-11", "audiosocket-12")
async def test_without_an_application_the_dialplan_goes_on():
    async with running(listens, then=("",)) as (app, asterisk):
        app.tcp = 1  # nobody listens there
        report = await asterisk.call(stays)
    assert report.journal.codes == [0]
    assert [path for path, _ in app.asked] == ["inbound", "after", "over"]
    report = await Asterisk("http://127.0.0.1:1", "key").call(stays)
    assert report.answers == ()
    assert report.journal.of("curl.failed")


@pytest.mark.checklist("audiosocket-12")
@pytest.mark.parametrize("slow", [0.0, 0.1])
async def test_an_error_may_come(slow):
    told = trio.Event()

    async def behave(app, stream, reader):
        while (await app.next(stream, reader))[0] != 0xFF:
            pass
        told.set()

    async def listens_to_it(_phone):
        await told.wait()

    async with running(behave) as (app, asterisk):
        await asterisk.call(listens_to_it, faults=Faults(error=2, slow=slow))
    assert app.got[-1] == (0xFF, b"\x02")


async def test_a_stream_may_vanish():
    async def phone(phone):
        await app.taken.wait()
        await phone.wait(0.3)

    async with running(listens) as (app, asterisk):
        await asterisk.call(phone, faults=Faults(vanish_at=0.1, ending="half-open", half_open_for=0.1))
    assert 0 < len(app.got) < 12


async def late(seed):
    """Hold a short call whose roads are long; return what was late, and by how much."""
    slow = Profile(0.02, 0.05)

    async def listens(app, stream, reader):
        for _ in range(5):
            await app.next(stream, reader)
        await stream.send_all(message(0x10, LINEAR) * 3)
        for _ in range(10):
            await app.next(stream, reader)
        await stream.send_all(message(0x00))

    async with running(listens, roads=Roads(slow, slow, slow, slow, slow, seed)) as (app, asterisk):
        report = await asterisk.call(stays)
    assert (report.failures, [kind for kind, _ in app.got]) == ([], [0x10] * 15)
    assert report.tape.agent_onsets
    return [entry.data["late"] for entry in report.journal.of("curl")]


async def test_delays_are_the_same_for_the_same_seed():
    one, again, another = [await late(seed) for seed in (1, 1, 2)]
    assert one == again != another
    assert min(one) > 0.0


async def test_a_hang_up_arrives_after_what_was_said():
    async def listens(app, stream, reader):
        while await app.next(stream, reader) is not None:
            pass

    async def leaves(phone):
        await phone.wait(0.1)

    async with running(listens, roads=Roads(up=Profile(0.05, 0.05))) as (app, asterisk):
        await asterisk.call(leaves)
        await trio.testing.wait_all_tasks_blocked()
    kinds = [kind for kind, _ in app.got]
    assert (set(kinds[:-1]), kinds[-1]) == ({0x10}, 0x00)
