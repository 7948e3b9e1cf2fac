"""Calls controlled by Vonage's API: ended, moved, placed, over real sockets."""

import json
import time
from contextlib import asynccontextmanager

import pytest
import trio
from vonage_side import CALL

from voiced.plugin import (
    Admission,
    Dial,
    HangUp,
    OutboundCall,
    ProviderBadInput,
    ProviderError,
    ProviderOverloaded,
    ProviderRefused,
    ProviderThrottled,
    control_of,
)
from voiced.testing.fakes import FakeHost
from voiced.testing.twilio.http_server import Response, serve_http
from voiced.testing.vonage import APPLICATION_ID, Application, Callee, Hooks, Options, RestFaults, Vonage, open_rest
from voiced.testing.vonage.tokens import generated_key
from voiced_vonage import make
from voiced_vonage.options import VonageOptions

OURS = Application(private_key=generated_key())
PERSON, NUMBER = "+33199000001", "+33912345678"


class House:
    """An emulated account, our control of it, and an application that plays whatever is asked."""

    def __init__(self, vonage, control, rest, url, asked):
        self.vonage, self.control, self.rest, self.asked = vonage, control, rest, asked
        self.hooks = f"{url}/voice/vonage/"

    async def call(self, act):
        async def phone(phone):
            await phone.wait_for_agent(5)
            await act(phone)
            await phone.wait_end()

        return await self.vonage.call(phone)


@pytest.fixture
def house(tmp_path):
    @asynccontextmanager
    async def house(faults=None, **options):
        asked = []

        async def handle(request):
            asked.append((request.path, json.loads(request.body)))
            is_answer = request.path.endswith(("inbound", "outbound"))
            words = [{"action": "talk", "text": "Un instant, je vous prie."}] if is_answer else []
            return Response(200, json.dumps(words).encode(), "application/json") if words else Response(204)

        host = FakeHost(tmp_path, tmp_path, epoch=time.time() - trio.current_time())
        with trio.fail_after(20):
            async with trio.open_nursery() as nursery:
                url = f"http://127.0.0.1:{await nursery.start(serve_http, handle)}"
                hooks = Hooks(f"{url}/voice/inbound", f"{url}/voice/status")
                callees = Options(callees={PERSON[1:]: Callee(behave=talks)})
                vonage = Vonage(hooks, application=OURS, options=callees)
                async with open_rest(vonage, faults=faults) as (served, rest):
                    ours = {"url": served.url, "application_id": APPLICATION_ID, "private_key": OURS.private_key}
                    telco = make(VonageOptions(**{**ours, **options}), host)
                    yield House(vonage, control_of(telco), rest, url, asked)
                nursery.cancel_scope.cancel()
        await host.net.aclose()

    return house


async def talks(phone):
    await phone.wait(0.1)


async def test_a_call_is_hung_up_and_again(house):
    async with house() as held:
        report = await held.call(lambda phone: held.control.hang_up(phone.call_sid))
        assert "rest" in [entry.data.get("hung_up_by") for entry in report.journal.of("call")]
        await held.control.hang_up(report.call_sid)
        await held.control.hang_up(CALL)


async def test_a_call_is_sent_to_a_person(house):
    async with house() as held:
        dial = Dial(PERSON, NUMBER, 5, "Ne quittez pas.")
        report = await held.call(lambda phone: held.control.redirect(phone.call_sid, dial, held.hooks))
        [leg] = report.dialled
        assert (leg.parties.called, leg.parties.caller, leg.status) == (PERSON[1:], NUMBER[1:], "completed")
        assert f"/voice/vonage/dialled/{report.call_sid}" in [path for path, _ in held.asked]


async def test_a_call_is_sent_to_another_stream(house):
    async with house() as held:
        admission = Admission("c1", "ws://127.0.0.1:9/voice/vonage/media/t")
        report = await held.call(lambda phone: held.control.redirect(phone.call_sid, admission, held.hooks))
        [opened] = report.journal.of("ws.open")
        assert opened.data["url"] == admission.media_url


@pytest.mark.parametrize(("follows", "words"), [(HangUp(), False), (HangUp("Au revoir."), True)])
async def test_a_call_is_sent_away(house, follows, words):
    async with house() as held:
        report = await held.call(lambda phone: held.control.redirect(phone.call_sid, follows, held.hooks))
        said = [entry.data["action"]["text"] for entry in report.journal.of("action")]
        assert said[1:] == (["Au revoir."] if words else [])
        with pytest.raises(ProviderBadInput):
            await held.control.redirect(report.call_sid, HangUp("Au revoir."), held.hooks)


async def test_a_call_is_placed(house):
    async with house() as held:
        call = await held.control.place(OutboundCall(PERSON, NUMBER, held.hooks, 5))
        leg = held.vonage.legs[call]
        await leg.over.wait()
        await leg.wait_posted()
        assert (leg.parties.called, leg.parties.caller, leg.status) == (PERSON[1:], NUMBER[1:], "completed")
        [answered] = [fields for path, fields in held.asked if path == "/voice/vonage/outbound"]
        assert (answered["uuid"], answered["to"]) == (call, PERSON[1:])
        assert {fields["status"] for path, fields in held.asked if path == "/voice/vonage/status"} >= {"completed"}


async def test_recordings_are_none_of_ours(house):
    async with house() as held:
        assert await held.control.recordings(CALL) == ()
        await held.control.delete_recording("gone")
        assert [request.path for request in held.rest.asked] == ["/v3/media/gone"]


@pytest.mark.fault("vonage", "401", "429 with Retry-After", "429 without Retry-After", "5xx")
@pytest.mark.parametrize(
    ("status", "error", "after"),
    [
        (401, ProviderRefused, ""),
        (429, ProviderThrottled, ""),
        (429, ProviderThrottled, "3"),
        (500, ProviderOverloaded, ""),
    ],
)
async def test_the_api_may_refuse(house, status, error, after):
    async with house(faults=RestFaults(status=status, retry_after=after)) as held:
        for act in (held.control.hang_up(CALL), held.control.place(OutboundCall(PERSON, NUMBER, held.hooks))):
            with pytest.raises(error) as caught:
                await act
            assert getattr(caught.value, "retry_after", None) == (float(after) if after else None)
        with pytest.raises(error):
            await held.control.redirect(CALL, HangUp("a"), held.hooks)
        with pytest.raises(error):
            await held.control.delete_recording("r")


@pytest.mark.fault("vonage", "slow first byte")
async def test_who_does_not_wait_for_a_slow_answer_is_answered_later(house):
    async with house() as held:
        held.rest.faults = RestFaults(late=60.0)
        with trio.move_on_after(0.2) as impatient:
            await held.control.hang_up(CALL)
        assert impatient.cancelled_caught
        held.rest.faults = RestFaults()
        with trio.fail_after(10):
            await held.control.hang_up(CALL)


@pytest.mark.parametrize("key", ["no key", "-----BEGIN PRIVATE KEY-----\\nabc\\n-----END PRIVATE KEY-----"])
async def test_what_is_no_key_is_told_and_nothing_is_asked(house, key):
    async with house(private_key=key) as held:
        with pytest.raises(ProviderRefused) as refused:
            await held.control.hang_up(CALL)
        assert "private_key" in refused.value.hint
        assert key not in str(refused.value)
        assert held.rest.asked == []


@pytest.mark.parametrize("missing", ["private_key", "application_id"])
def test_without_a_key_there_is_no_control(tmp_path, missing):
    options = {"private_key": "a key", "application_id": APPLICATION_ID, missing: ""}
    assert control_of(make(VonageOptions(**options), FakeHost(tmp_path, tmp_path))) is None


async def test_a_key_may_stand_in_one_line(house):
    async with house(private_key=OURS.private_key.replace("\n", "\\n")) as held:
        await held.control.hang_up(CALL)
        assert len(held.rest.asked) == 1


async def test_nobody_there(house):
    async with house(url="http://127.0.0.1:9") as held:
        with pytest.raises(ProviderError):
            await held.control.hang_up(CALL)
