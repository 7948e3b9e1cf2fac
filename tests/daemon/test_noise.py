"""What a carrier, a network or a stranger may do to a media socket: that call ends or goes on, no other notices."""

import json

import pytest
import trio
from people import asks_for_a_tool
from trio_websocket import ConnectionClosed
from worker_house import MENU_NUMBER, PATIENCE, RECEPTION_NUMBER, WHERE, Stage, Wire

from voiced.audio import MULAW_8K

QUIET = MULAW_8K.silence * 160
GARBAGE = {
    "no JSON": ["{{{"] * 60,
    "not base64": [json.dumps({"event": "media", "media": {"payload": "###"}})] * 60,
    "binary": [b"\x00\x01\x02"] * 60,
    "a list": ["[]"] * 60,
    "surrogates": ['"\\ud800"'] * 60,
    "deep nesting": ["[" * 5000] * 60,
    "too long": ["x" * (64 * 1024 + 1)],
    "another stream's": [json.dumps({"event": "media", "streamSid": "MZ0", "media": {"payload": "////"}})] * 60,
}
NO_FRAMES = {"not masked": (b"\x81\x02hi", 1002), "no UTF-8": (b"\x81\x81\0\0\0\0\xff", 1007)}
"""What is no WebSocket at all, and the code by which it is closed."""
CODES = dict.fromkeys(GARBAGE, 1000) | {"too long": 1009} | {name: code for name, (_, code) in NO_FRAMES.items()}


async def until_closed(socket):
    """Read until the worker closes; return the code."""
    with trio.fail_after(PATIENCE):
        while True:
            try:
                await socket.get_message()
            except ConnectionClosed as closed:
                return int(closed.reason.code) if closed.reason else 1006


async def send(socket, messages):
    """Send for as long as the worker listens."""
    for message in messages:
        try:
            await socket.send_message(message)
        except ConnectionClosed:
            return


async def attack(house, messages=(), *, raw=b"", starts=True):
    """Open a media socket, send `messages` and `raw`; return the call, how it was closed, and what Twilio does next."""
    wire = Wire(house)
    async with wire.open(await wire.ring()) as socket:
        await send(socket, [wire.start()] if starts else [])
        await send(socket, messages(wire) if callable(messages) else messages)
        await wire.tcp.send_all(raw)
        code = await until_closed(socket)
    after = await wire.post("/voice/twilio/after", CallStatus="in-progress")
    await wire.over()
    return wire, code, after.text


async def beside(house, meanwhile):
    """Hold a whole call while `meanwhile` happens; return it."""

    async def person(phone, heard):
        await heard("Que faire")
        async with trio.open_nursery() as nursery:
            nursery.start_soon(meanwhile)
            await phone.say(WHERE)
            await heard("Que faire")
        phone.press("0")
        await phone.wait_end()

    return await house.call(person, MENU_NUMBER)


async def test_garbage_ends_its_own_call_and_a_neighbour_does_not_notice(house):
    before = (await house.ask("/v1/calls"))["counts"]
    seen = {}

    async def all_attacks():
        async def one(name, messages, raw=b""):
            seen[name] = await attack(house, messages, raw=raw)

        async with trio.open_nursery() as nursery:
            for name, messages in GARBAGE.items():
                nursery.start_soon(one, name, messages)
            for name, (raw, _code) in NO_FRAMES.items():
                nursery.start_soon(one, name, (), raw)

    held = await beside(house, all_attacks)
    assert held.ended == "agent"
    assert held.heard == ["Que faire ?", "Nous sommes à Rennes.", "Que faire ?", "Au revoir."]
    assert held.report.glitches == 0
    assert {name: code for name, (_, code, _) in seen.items()} == CODES
    assert all("problème technique" in after for _, _, after in seen.values())  # and no new stream
    for wire, _, _ in seen.values():
        assert house.rows(wire.sid)[0].ended_by == "fault"
    counts = (await house.ask("/v1/calls"))["counts"]
    assert counts["faults"] == before["faults"] + len(CODES)
    assert (await house.ask("/v1/calls"))["calls"] == []


def flood(wire):
    """Ten times faster than time, and then some."""
    return [wire.media(QUIET) for _ in range(400)]


async def test_sound_that_comes_faster_than_time_ends_its_call(house):
    wire, code, _ = await attack(house, flood)
    assert code == 1000
    row = house.rows(wire.sid)[0]
    assert (row.ended_by, row.error) == ("fault", "sound came faster than time")


async def test_events_in_the_wrong_order_are_borne_a_while(house):
    def wrong(wire):
        early = [wire.media(QUIET), wire.stop().replace(wire.stream, "MZ1")]
        return [*early, '{"event":"mark","mark":{"name":"never sent"}}', '{"event":"news"}', wire.start(), wire.start()]

    def then_stop(wire):
        return [*wrong(wire), wire.stop()]

    wire, code, _ = await attack(house, then_stop, starts=False)
    assert code == 1000
    assert house.rows(wire.sid)[0].ended_by == "caller"


async def leaves(_phone, heard):
    await heard("Que faire")


async def drops_once(phone, heard):
    await heard("Gardons-nous")
    phone.press("1")
    await heard("Votre nom")
    phone.drop_stream()
    await heard("nous avons été coupés")
    await heard("Votre nom")


async def drops_for_ever(phone, heard):
    await heard("Que faire")
    for _ in range(3):
        phone.drop_stream()
        await heard("nous avons été coupés")
    await phone.wait_quiet(0.3)
    phone.drop_stream()
    await phone.wait_for_agent()


PLAYS = {
    **{f"leaves: {ending}": (leaves, MENU_NUMBER, {"ending": ending}) for ending in ("stop", "silent", "reset")},
    "gaps": (asks_for_a_tool, MENU_NUMBER, {"jitter": "gaps"}),
    "bursts": (asks_for_a_tool, MENU_NUMBER, {"jitter": "bursts", "mark_delay": 0.3}),
    "drops: silent": (drops_once, RECEPTION_NUMBER, {"ending": "silent"}),
    "drops: reset": (drops_once, RECEPTION_NUMBER, {"ending": "reset"}),
    "drops for ever": (drops_for_ever, MENU_NUMBER, {"ending": "silent"}),
}


@pytest.fixture(scope="module")
def stage(house):
    """All the calls, held at once."""
    return Stage(house, PLAYS)


@pytest.mark.parametrize("ending", ["stop", "silent", "reset"])
def test_however_the_carrier_hangs_up_the_call_is_over(house, stage, ending):
    held = stage[f"leaves: {ending}"]
    assert held.ended == "caller"
    assert house.rows(held)[0].ended_by == "caller"


@pytest.mark.parametrize("network", ["gaps", "bursts"])
def test_lost_and_late_packets_are_time_that_passed(stage, network):
    held = stage[network]
    assert [event["text"] for event in held.happenings.of("caller.said")] == ["où êtes-vous installés"]
    assert held.heard == ["Que faire ?", "Nous sommes à Rennes.", "Que faire ?", "Au revoir."]
    assert held.ended == "agent"


@pytest.mark.parametrize("ending", ["silent", "reset"])
def test_a_line_that_drops_is_taken_up_where_it_was(house, stage, ending):
    held = stage[f"drops: {ending}"]
    assert held.heard == [
        "Bonjour.", "Gardons-nous le texte ?", "Votre nom ?", "Excusez-moi, nous avons été coupés.", "Votre nom ?",
    ]  # fmt: skip
    call, messages, _ = house.rows(held)
    assert [evidence["decision"] for evidence in call.consent] == ["granted"]  # asked once, remembered
    assert len(messages) == 5


def test_a_line_that_drops_for_ever_is_taken_up_three_times(stage):
    held = stage["drops for ever"]
    assert len(held.report.journal.of("ws.open")) == 4
    assert held.report.journal.of("verb")[-1].data["name"] == "Say"
    answers = [entry.data["body"].decode() for entry in held.report.journal.of("http.response")]
    assert "problème technique" in next(answer for answer in answers if "<Say" in answer)
    assert held.ended == "caller"


async def test_of_all_these_calls_none_is_left(house, stage):
    assert len(stage) == len(PLAYS)
    assert (await house.ask("/v1/calls"))["calls"] == []
