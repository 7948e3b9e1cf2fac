"""A worker and the account behind it: calls that it has the carrier place, and calls whose stream died unnoticed."""

import pytest
import trio
from worker_house import PATIENCE, Wire, build, free_port, until

from voiced.errors import Declined
from voiced.fleet.control import Control
from voiced.fleet.rundir import control_token
from voiced.testing.twilio import Callee, RestFaults, open_rest

OURS, PERSON = "+33939000100", "+33199000001"


@pytest.fixture(scope="module")
def api():
    """The port of the carrier's API."""
    return free_port()


@pytest.fixture(scope="module")
def house(tmp_path_factory, api):
    secrets = {"account_sid": "${TWILIO_ACCOUNT_SID}", "auth_tokens": ["${TWILIO_AUTH_TOKEN}"]}
    built = build(
        tmp_path_factory.mktemp("house"),
        plugins={"twilio": {**secrets, "url": f"http://127.0.0.1:{api}"}},
        numbers={"default": {"flow": "reception"}},
    )
    yield built.run().ready()
    assert built.finish() == 0


@pytest.fixture
def control(house):
    return Control(house.control, control_token(house.data), actor="claire")


async def place(control, number, caller_id=OURS, ring=25.0):
    return await trio.to_thread.run_sync(control.place, number, caller_id, ring)


async def test_somebody_is_called_back(house, api, control):
    heard = []

    async def person(phone):
        heard.append(await phone.wait_for_agent())

    async with house.watching() as happenings:
        twilio = house.carrier(callees={PERSON: Callee(behave=person)})
        async with open_rest(twilio, port=api):
            with trio.fail_after(PATIENCE):
                placed = await place(control, PERSON)
                leg = twilio.legs[placed["carrier_call_id"]]
                await leg.settled.wait()
                await happenings.wait_for(lambda event: event["event"] == "call.ended", 0, 5.0)
    assert placed["provider"] == "twilio"
    assert leg.journal.codes == []
    assert heard
    row, _, _ = house.rows(placed["carrier_call_id"])
    assert (row.called, row.flow) == (OURS, "reception")
    assert row.caller_masked.endswith("01")


@pytest.mark.parametrize(
    ("order", "status", "told"),
    [
        (("0612",), 400, "`number` is not in E.164 form"),
        ((PERSON, "0612"), 400, "`caller_id` is not in E.164 form"),
        ((PERSON, "+33612345678"), 400, "automated calling is forbidden"),
        ((PERSON, OURS, 500.0), 400, "ring"),
        (("+88212345678",), 503, "21215"),
    ],
)
async def test_what_may_not_be_called(house, api, control, order, status, told):
    async with open_rest(house.carrier(), port=api) as double:
        double.faults = RestFaults(geo_blocked=("+88",))
        with pytest.raises(Declined, match=told) as refused:
            await place(control, *order)
    assert refused.value.status == status


async def test_a_stream_that_died_unnoticed_is_told_to_the_carrier(house, api):
    """The network goes, and the carrier does not ask what follows: it is told, and knows the call no more."""
    wire = Wire(house)
    async with open_rest(house.carrier(), port=api) as double, house.watching() as happenings:
        async with wire.open(await wire.ring()) as socket:
            await socket.send_message(wire.start())
            await happenings.wait_for(lambda event: event["event"] == "call.began", 0, 5.0)
        with trio.fail_after(PATIENCE):
            await until(lambda: double.journal.of("http.request"))
            await happenings.wait_for(lambda event: event["event"] == "call.ended", 0, 5.0)
        [request] = double.journal.of("http.request")
    assert request.data["path"].endswith(f"/Calls/{wire.sid}.json")
    assert "<Stream" in request.data["fields"]["Twiml"]
    assert f"{house.url}/voice/twilio/after" in request.data["fields"]["Twiml"]
