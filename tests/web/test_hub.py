"""The hub, of either kind: calls on real sockets, and what one bad caller does to the others."""

from __future__ import annotations

import json

import pytest
import trio
from wsproto.events import CloseConnection, Ping, Pong, TextMessage

from voiced.observe.metrics import REGISTRY


async def test_both_ways(place):
    call, carrier = await place()
    await carrier.say("un")
    await carrier.say(b"\x01\x02")
    assert [await call.hear(), await call.hear()] == ["un", b"\x01\x02"]
    call.line.send(["deux", "trois"])
    assert [await carrier.text(), await carrier.text()] == ["deux", "trois"]


async def test_every_line_is_ticked(place):
    one, _first = await place()
    other, _second = await place()
    await one.wait_ticks(3)
    await other.wait_ticks(3)


async def test_the_pace_is_fifty_a_second(place):
    """No faster, whatever the machine does: ticks that were missed are not made up for beyond a tenth of a second."""
    call, _carrier = await place()
    began = trio.current_time()
    await call.wait_ticks(25)
    assert trio.current_time() - began > 0.4


async def test_it_tells_how_late_it_was_at_each_beat(place):
    told = lambda: REGISTRY.get_sample_value("voiced_loop_lateness_seconds_count")  # noqa: E731 - a screenplay's aside
    call, _carrier = await place()
    before = told()
    await call.wait_ticks(5)
    assert told() >= before + 5


async def test_many_calls_at_once(place):
    calls = [await place() for _ in range(20)]
    for number, (_, carrier) in enumerate(calls):
        for turn in range(5):
            await carrier.say(f"{number}.{turn}")
    for number, (call, _) in enumerate(calls):
        assert [await call.hear() for _ in range(5)] == [f"{number}.{turn}" for turn in range(5)]


async def test_a_ping_is_answered(place):
    _call, carrier = await place()
    await carrier.send(Ping(payload=b"?"))
    assert await carrier.event() == Pong(payload=b"?")


async def test_the_carrier_closes(place):
    call, carrier = await place()
    await carrier.say("last")
    await carrier.send(CloseConnection(code=1000))
    assert [await call.hear(), await call.hear()] == ["last", ("closed", "closed by the carrier (1000)")]
    assert await carrier.close_code() == 1000
    call.line.send(["too late"])
    call.line.close()
    assert call.nothing_more


async def test_we_close_after_the_last_word(place):
    call, carrier = await place()
    call.line.send(["au revoir"])
    call.line.close()
    call.line.close()
    call.line.send(["too late"])
    assert await carrier.text() == "au revoir"
    close = await carrier.event()
    assert close == CloseConnection(code=1000, reason="")
    await carrier.send(close.response())
    assert await call.hear() == ("closed", "closed by us")
    assert call.nothing_more


async def test_what_comes_after_our_close_is_not_heard(place):
    call, carrier = await place()
    call.line.close()
    await carrier.say("still talking")
    close = await carrier.event()
    await carrier.send(close.response())
    assert await call.hear() == ("closed", "closed by us")


async def test_a_carrier_that_does_not_answer_our_close(place):
    call, _carrier = await place(goodbye=0.1)
    call.line.close()
    assert await call.hear() == ("closed", "closed by us")


async def test_a_carrier_that_just_leaves(place):
    call, carrier = await place()
    await carrier.stream.aclose()
    assert await call.hear() == ("closed", "lost (no close)")


async def test_a_reset_ends_one_call_only(place):
    call, carrier = await place()
    other, others_carrier = await place()
    carrier.reset()
    assert (await call.hear_end()).startswith("lost")
    await others_carrier.say("still here")
    assert await other.hear() == "still here"


@pytest.mark.parametrize(
    ("garbage", "code"), [(b"GET / HTTP/1.1\r\n\r\n", 1002), (b"\xff" * 5000, 1002), (b"\x81\x81\0\0\0\0\xff", 1007)]
)
async def test_garbage_ends_one_call_only(place, garbage: bytes, code: int):
    call, carrier = await place()
    other, others_carrier = await place()
    await carrier.stream.send_all(garbage)
    assert (await call.hear_end()).startswith("protocol error")
    assert await carrier.close_code() == code
    await others_carrier.say("still here")
    assert await other.hear() == "still here"


async def test_an_endless_message_is_refused(place):
    call, carrier = await place()
    await carrier.send(TextMessage(data="x" * 100_000))
    assert await call.hear() == ("broke", "message too big")
    assert await call.hear() == ("closed", "message too big")


async def test_a_flood_does_not_keep_others_from_being_heard(place, nursery):
    flooded, flooder = await place()
    quiet, quiet_carrier = await place()
    count = 20_000
    flood = b"".join(bytes(flooder.codec.send(TextMessage(data="x" * 300))) for _ in range(count))
    nursery.start_soon(flooder.stream.send_all, flood)
    await flooded.hear()
    await quiet_carrier.say("and me?")
    assert await quiet.hear() == "and me?"
    assert flooded.heard < count / 2
    quiet.line.send(["heard"])
    assert await quiet_carrier.text() == "heard"


async def test_a_call_that_breaks_may_apologise(place, ledger):
    call, carrier = await place()
    other, others_carrier = await place()
    call.breaks = ["message"]
    await carrier.say("one")
    assert [await call.hear(), await call.hear()] == ["one", ("failed", "broken message")]
    call.line.send(["sorry"])
    assert await carrier.text() == "sorry"
    await others_carrier.say("still here")
    assert await other.hear() == "still here"
    await call.wait_ticks(2)


@pytest.mark.parametrize(
    "breaks", [["tick", "tick"], ["tick", "failed"], ["tick", "message"], ["tick", "tick", "closed"]], ids="-".join
)
async def test_a_call_that_breaks_twice_is_ended(place, breaks: list[str]):
    call, carrier = await place()
    other, _others_carrier = await place()
    call.breaks = list(breaks)
    if "message" in breaks:
        await carrier.say("one")
    assert await call.hear_end() == "failed"
    assert await carrier.close_code() == 1011
    await other.wait_ticks(2)


async def test_a_slow_reader_gets_everything(place):
    call, carrier = await place(backlog=10**8, backlog_limit=10**8)
    sent = [json.dumps([number, "x" * 30_000]) for number in range(200)]
    for message in sent:
        call.line.send([message])
    assert [await carrier.text() for _ in sent] == sent
    call.line.send(["and then"])
    assert await carrier.text() == "and then"


async def test_a_carrier_that_stops_reading_is_left(place):
    """At once where it would take too much memory, after a while where it takes too long."""
    call, _carrier = await place(backlog=10**8, backlog_limit=100_000)
    for _ in range(200):
        call.line.send(["x" * 60_000])
    assert await call.hear_end() == "the carrier stopped reading"


async def test_a_carrier_that_reads_too_slowly_is_left(place):
    call, _carrier = await place(backlog=100_000, backlog_time=0.1, backlog_limit=10**9)
    for _ in range(200):
        call.line.send(["x" * 60_000])
    assert await call.hear_end() == "the carrier stopped reading"


async def test_a_backlog_that_shrinks_in_time_is_borne(place):
    call, carrier = await place(backlog=100_000, backlog_time=5.0, backlog_limit=10**9)
    for _ in range(200):
        call.line.send(["x" * 60_000])
    await call.wait_ticks(2)
    for _ in range(200):
        await carrier.text()
    await call.wait_ticks(2)
    assert call.nothing_more


async def test_a_half_open_line_is_asked_then_closed(place):
    call, carrier = await place(ping=0.05, silence=0.2)
    assert isinstance(await carrier.event(), Ping)
    assert await call.hear() == ("closed", "silent")


async def test_a_quiet_carrier_that_answers_pings_stays(place):
    call, carrier = await place(ping=0.05, silence=0.2)
    for _ in range(6):
        await carrier.pong()
    assert call.nothing_more
    assert await call.hear() == ("closed", "silent")


async def test_the_end_of_the_hub_is_told(make_hub, place_on, nursery):
    hub, scope = make_hub(), trio.CancelScope()

    async def run(task_status):
        with scope:
            await hub.run(task_status)

    await nursery.start(run)
    call, carrier = await place_on(hub)
    assert len(hub) == 1
    scope.cancel()
    assert await call.hear() == ("closed", "shutdown")
    assert await carrier.close_code() == 1001
    await hub.wait_empty()
    assert len(hub) == 0
    assert call.nothing_more


async def test_a_call_that_cannot_be_made(make_hub, place_on, pair, as_carrier, nursery):
    hub = make_hub()
    await nursery.start(hub.run)

    def connect(line):
        line.send(["hello"])
        raise RuntimeError("no room")

    ours, theirs = await pair()
    with pytest.raises(RuntimeError, match="no room"):
        hub.add(ours, connect, greeting=b"")
    carrier = as_carrier(theirs)
    assert await carrier.text() == "hello"
    assert await carrier.close_code() == 1011
    assert len(hub) == 0
    call, others_carrier = await place_on(hub)
    await others_carrier.say("still here")
    assert await call.hear() == "still here"


async def test_a_failing_end_is_noted(place, ledger):
    call, carrier = await place()
    call.breaks = ["closed"]
    await carrier.send(CloseConnection(code=1000))
    await call.hear_end()
    assert ledger.lines == [("call_end_failed", {"error": "RuntimeError"})]
