"""Who gets in: health, signatures, tokens, the limit of calls."""

import httpx2
import pytest
from trio_websocket import ConnectionRejected
from worker_house import MENU_NUMBER, Wire

from voiced.call.tokens import LIFE, Tokens
from voiced.testing.twilio import Faults


@pytest.mark.parametrize(("path", "body"), [("/healthz", {"alive": True}), ("/readyz", {"ready": True, "reasons": []})])
async def test_it_says_that_it_lives_and_takes_calls(house, path, body):
    async with httpx2.AsyncClient() as client:
        answer = await client.get(house.url + path)
    assert (answer.status_code, answer.json()) == (200, body)


async def test_the_control_socket_is_not_on_the_public_port(house):
    async with httpx2.AsyncClient() as client:
        assert (await client.get(house.url + "/v1/calls")).status_code == 404
        assert (await client.get(house.url + "/v1/events")).status_code == 404


@pytest.mark.parametrize("signature", ["wrong", "none"])
@pytest.mark.parametrize("path", ["/voice/inbound", "/voice/status", "/voice/twilio/after", "/voice/twilio/dialled"])
async def test_a_webhook_that_the_carrier_did_not_sign_does_nothing(house, path, signature):
    before = await house.ask("/v1/calls")
    answer = await Wire(house).post(path, signature=signature)
    assert (answer.status_code, answer.content) == (403, b"")
    assert await house.ask("/v1/calls") == before


async def test_a_whole_call_with_wrong_signatures_never_gets_in(house):
    before = await house.ask("/v1/calls")
    async with house.watching() as happenings:

        async def nobody(phone):
            await phone.wait_for_agent()  # Twilio's own words: an application error has occurred

        report = await house.carrier().call(nobody, faults=Faults(webhook_signature="wrong"))
        assert report.failures == []
        assert happenings.events == []
    assert await house.ask("/v1/calls") == before


async def refused(wire, url, signature="right"):
    with pytest.RaisesGroup(ConnectionRejected, flatten_subgroups=True) as caught:
        async with wire.open(url, signature):
            pytest.fail("the socket was opened")
    [error] = caught.value.exceptions
    while isinstance(error, ExceptionGroup):
        [error] = error.exceptions
    return error.status_code


async def test_a_media_socket_opens_once(house):
    wire = Wire(house)
    url = await wire.ring()
    assert await refused(wire, url, "wrong") == 403
    assert await refused(wire, url, "none") == 403
    async with wire.open(url) as socket:  # refusals did not use it up
        await socket.send_message(wire.start())
        assert await refused(wire, url) == 403
        await socket.send_message(wire.stop())
    assert await refused(wire, url) == 403
    await wire.over()


async def test_unknown_forged_and_expired_tokens_are_refused_before_the_upgrade(house):
    wire = Wire(house)
    place, _, token = (await wire.ring()).rpartition("/")
    call_id, expires, nonce, signature = token.split(".")
    stale = Tokens(b"another key").issue(call_id, 1_000_000.0 - LIFE)
    for wrong in (
        "nothing",
        stale,
        f"{call_id}.{int(expires) + 3600}.{nonce}.{signature}",
        f"c0000.{expires}.{nonce}.{signature}",
        "%00",
        "a" * 4000,
    ):
        assert await refused(wire, f"{place}/{wrong}") in {400, 403, 404, 414, 431}
    async with wire.open(f"{place}/{token}") as socket:  # the true one still opens
        await socket.send_message(wire.start())
    await wire.over()


async def test_a_socket_elsewhere_is_refused(house):
    wire = Wire(house)
    url = await wire.ring()
    for path in ("/", "/voice/inbound", "/voice/vonage/media/" + url.rpartition("/")[2]):
        assert await refused(wire, house.url.replace("http", "ws") + path) in {403, 404}
    await wire.over()


async def test_a_media_address_that_is_asked_for_as_a_page_says_what_it_is(house):
    wire = Wire(house)
    url = await wire.ring()
    async with httpx2.AsyncClient() as client:
        assert (await client.get(url.replace("ws", "http", 1))).status_code == 426
    await wire.over()


async def test_a_call_over_the_limit_is_refused_politely(own_house):
    house = own_house(limits={"calls": 1, "drain_seconds": 1}).run().ready()
    second = []

    async def holds(phone, heard):
        await heard("Que faire")
        async with httpx2.AsyncClient() as client:
            ready = await client.get(house.url + "/readyz")
        assert (ready.status_code, ready.json()["reasons"]) == (503, ["full"])

        async def is_told(phone):
            await phone.wait_for_agent()

        second.append(await house.carrier().call(is_told))
        phone.press("0")
        await phone.wait_end()

    held = await house.call(holds, MENU_NUMBER)
    [report] = second
    assert report.failures == []
    assert "error" not in {entry.kind for entry in report.journal.entries}
    assert [entry.data["name"] for entry in report.journal.of("verb")] == ["Say"]  # in words, and not yet at its end
    assert held.ended == "agent"  # the one in progress did not notice
    assert (await house.ask("/v1/calls"))["counts"] == {"admitted": 1, "refused": 1, "faults": 0}
    assert house.finish() == 0
