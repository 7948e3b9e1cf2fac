"""Calls of an emulated Asterisk to a real worker: sound over plain TCP, marks and clear by the worker's own clock.

All calls are held at once, as a worker has them.
"""

from dataclasses import dataclass

import pytest
import trio
from people import consents, cuts_in, leaves
from worker_house import MENU_NUMBER, OUI, PATIENCE, PERSON, RECEPTION_NUMBER, build, only, until

from voiced.testing.audiosocket import Asterisk, Faults

KEY = "ouvre-toi"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    house = build(
        tmp_path_factory.mktemp("house"),
        providers={"telco": "audiosocket"},
        plugins={"audiosocket": {"key": "${ASTERISK_KEY}", "port": 0}},
    )
    house.env["ASTERISK_KEY"] = KEY
    yield house.run().ready()
    assert house.finish() == 0


@dataclass
class Held:
    """A call that was held: what Asterisk saw, and what the worker told."""

    report: object
    told: object

    @property
    def heard(self):
        return [event["text"] for event in self.told.of("agent.said")]

    @property
    def steps(self):
        return [line.partition("|")[0] for line in self.report.answers]

    @property
    def ended(self):
        [event] = self.told.of("call.ended")
        return event["by"]


async def hold(house, number, behave, called, callees, faults):
    """Hold one call, known by the last digits of its caller."""
    ours = []
    async with house.watching() as happenings:

        async def person(phone):
            while not ours:
                listed = (await house.ask("/v1/calls"))["calls"]
                ours.extend(call["call_id"] for call in listed if call["caller"].endswith(f"{number:02}"))
                await trio.sleep(0.02)
            await behave(phone, listener(happenings, ours[0]))

        asterisk = Asterisk(house.url, KEY, callees=callees)
        with trio.fail_after(PATIENCE):
            report = await asterisk.call(person, caller=f"+336111111{number:02}", called=called, faults=faults)
            await happenings.wait_for(
                lambda event: event["call_id"] == ours[0] and event["event"] == "call.ended", 0, 2.0
            )
    return Held(report, only(happenings, ours[0]))


def listener(happenings, call_id):
    cursor = 0

    async def heard(words, seconds=8.0):
        nonlocal cursor
        index = await happenings.wait_for(
            lambda event: event["call_id"] == call_id and event["event"] == "agent.said" and words in event["text"],
            cursor,
            seconds,
        )
        assert index is not None, (words, happenings.events)
        cursor = index + 1

    return heard


async def asks_for_a_person(phone, heard):
    await heard("Que faire")
    phone.press("2")
    await heard("Personne ne répond.")
    await phone.wait_end()


async def drops(phone, heard):
    await heard("Gardons-nous")
    phone.drop_stream()
    await heard("Gardons-nous")
    await phone.say(OUI)
    await heard("Votre nom")


PLAYS = {
    "plain": (consents, RECEPTION_NUMBER, {}, Faults()),
    "another rate": (consents, RECEPTION_NUMBER, {}, Faults(rate=16000, ptime=0.03, strict=True, starves=True)),
    "cut": (cuts_in, MENU_NUMBER, {}, Faults()),
    "transfer": (asks_for_a_person, MENU_NUMBER, {PERSON: "BUSY"}, Faults()),
    "hang-up": (leaves, RECEPTION_NUMBER, {}, Faults()),
    "reset": (leaves, RECEPTION_NUMBER, {}, Faults(ending="reset")),
    "drop": (drops, RECEPTION_NUMBER, {}, Faults(ending="close")),
}


@pytest.fixture(scope="module")
def stage(house):
    """All the calls; what one raised is raised for the test that asks for it."""
    held = {}

    async def one(number, name):
        try:
            held[name] = await hold(house, number, *PLAYS[name])
        except Exception as error:  # noqa: BLE001 - raised by the test that asks for this call
            held[name] = error

    async def everything():
        async with trio.open_nursery() as nursery:
            for number, name in enumerate(PLAYS):
                nursery.start_soon(one, number, name)

    trio.run(everything)

    def of(name):
        if isinstance(held[name], Exception):
            raise held[name]
        return held[name]

    return of


@pytest.mark.parametrize("name", ["plain", "another rate"])
def test_a_call_from_ring_to_goodbye(house, stage, name):
    call = stage(name)
    assert call.report.failures == []
    assert call.report.journal.codes == [], "no sound came too far ahead"
    assert call.steps == ["stream", "hangup"]
    assert call.heard[-1] == "Au revoir."
    assert call.ended == "agent"
    assert len(call.report.tape.agent_onsets) >= 3
    row, messages, _ = house.rows(call.report.uuid)
    assert (row.provider, row.outcome) == ("audiosocket", "completed")
    assert messages


def test_the_caller_cuts_in_and_the_queue_is_cleared(stage):
    call = stage("cut")
    [cut] = [text for text in call.heard if text.startswith("Voici une phrase")]
    assert len(cut) < len("Voici une phrase bien longue que le caller va couper, car elle dure, et dure, et dure.")
    assert call.report.failures == []


def test_a_transfer_that_fails_comes_back(stage):
    call = stage("transfer")
    assert call.steps == ["stream", "dial", "stream", "hangup"]
    assert call.report.answers[1] == f"dial|{PERSON}|2|{MENU_NUMBER}"


@pytest.mark.parametrize("name", ["hang-up", "reset"])
def test_the_caller_leaves(stage, name):
    assert stage(name).ended in {"caller", "dropped"}


@pytest.mark.fault("audiosocket", "cut in mid-stream")
def test_a_line_that_dropped_is_taken_up_again(stage):
    assert stage("drop").steps == ["stream", "stream"]


async def test_strangers_get_nothing(house, stage):
    assert stage("plain")
    with trio.fail_after(PATIENCE):
        report = await Asterisk(house.url, "wrong").call(lambda phone: phone.wait_end())
    assert report.answers == ()
    [listening] = house.logged("streams_listening")
    port = int(listening["url"].rpartition(":")[2])
    for words in (b"GET / HTTP/1.1\r\n\r\n", bytes.fromhex("01001040325ec25efd4bd3805f53576e581d13")):
        stream = await trio.open_tcp_stream("127.0.0.1", port)
        async with stream:
            await stream.send_all(words)
            with trio.fail_after(PATIENCE):
                assert await stream.receive_some() == b""
    await until(lambda: len(house.logged("media_refused")) == 2)
    assert [line["why"] for line in house.logged("media_refused")] == ["protocol", "call"]
