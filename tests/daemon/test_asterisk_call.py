"""Calls of an emulated Asterisk to a real worker: sound over plain TCP, marks and clear by the worker's own clock."""

import pytest
import trio
from worker_house import CALLER, NAME, OUI, PATIENCE, PERSON, WHERE, build, until

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


async def call(house, behave, called="+33900000001", *, callees=None, key=KEY, **faults):
    """Hold one call; return the report, and what the worker told of it."""
    async with house.watching() as happenings:

        async def person(phone):
            await behave(phone, listener(happenings))

        asterisk = Asterisk(house.url, key, callees=callees)
        with trio.fail_after(PATIENCE):
            report = await asterisk.call(person, caller=CALLER, called=called, faults=Faults(**faults))
            await happenings.wait_for(lambda event: event["event"] == "call.ended", 0, 2.0)
    return report, {event: list(happenings.of(event)) for event in ("agent.said", "call.ended")}


def listener(happenings):
    cursor = 0

    async def heard(words, seconds=8.0):
        nonlocal cursor
        index = await happenings.wait_for(
            lambda event: event["event"] == "agent.said" and words in event["text"], cursor, seconds
        )
        assert index is not None, (words, happenings.events)
        cursor = index + 1

    return heard


async def consents(phone, heard):
    await heard("Gardons-nous")
    await phone.say(OUI)
    await heard("Votre nom")
    await phone.say(NAME)
    await phone.wait_end()


@pytest.mark.parametrize("faults", [{}, {"rate": 16000, "ptime": 0.03, "strict": True, "starves": True}])
async def test_a_call_from_ring_to_goodbye(house, faults):
    report, told = await call(house, consents, **faults)
    assert report.failures == []
    assert report.journal.codes == [], "no sound came too far ahead"
    assert report.answers[-1] == "hangup"
    assert [event["text"] for event in told["agent.said"]][-1] == "Au revoir."
    assert told["call.ended"][0]["by"] == "agent"
    assert len(report.tape.agent_onsets) >= 3
    row, messages, _ = house.rows(report.uuid)
    assert (row.provider, row.outcome) == ("audiosocket", "completed")
    assert messages


async def test_the_caller_cuts_in_and_the_queue_is_cleared(house):
    async def cuts_in(phone, heard):
        await heard("Que faire")
        await phone.wait_quiet(0.15)
        phone.press("3")
        await phone.wait_until(await phone.wait_for_agent() + 0.4)
        await phone.say(WHERE)
        await heard("Nous sommes à Rennes.")
        phone.press("0")
        await phone.wait_end()

    report, told = await call(house, cuts_in, "+33900000002")
    [cut] = [event["text"] for event in told["agent.said"] if event["text"].startswith("Voici une phrase")]
    assert len(cut) < len("Voici une phrase bien longue que le caller va couper, car elle dure, et dure, et dure.")
    assert report.failures == []


async def test_a_transfer_that_fails_comes_back(house):
    async def asks_for_a_person(phone, heard):
        await heard("Que faire")
        phone.press("2")
        await heard("Personne ne répond.")
        await phone.wait_end()

    report, _ = await call(house, asks_for_a_person, "+33900000002", callees={PERSON: "BUSY"})
    assert [line.partition("|")[0] for line in report.answers] == ["stream", "dial", "stream", "hangup"]
    assert report.answers[1] == f"dial|{PERSON}|2|+33900000002"


@pytest.mark.parametrize("ending", ["end", "reset"])
async def test_the_caller_leaves(house, ending):
    async def leaves(_phone, heard):
        await heard("Bonjour")

    _, told = await call(house, leaves, ending=ending)
    assert told["call.ended"][0]["by"] in {"caller", "dropped"}


async def test_a_line_that_dropped_is_taken_up_again(house):
    async def drops(phone, heard):
        await heard("Gardons-nous")
        phone.drop_stream()
        await heard("Gardons-nous")
        await phone.say(OUI)
        await heard("Votre nom")

    report, _ = await call(house, drops, ending="close")
    assert [line.partition("|")[0] for line in report.answers] == ["stream", "stream"]


async def test_strangers_get_nothing(house):
    async def stays(phone, heard):
        await phone.wait_end()

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
