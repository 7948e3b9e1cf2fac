"""The account's numbers at Vonage: searched, bought where that can be done over the API, and led here."""

from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from vonage_side import PlainHost

from voiced.net import Network
from voiced.plugin import (
    NumberSource,
    NumberWish,
    Papers,
    ProviderBadInput,
    ProviderError,
    ProviderOverloaded,
    ProviderProtocol,
    ProviderRefused,
    ProviderThrottled,
    Unavailable,
    WebResponse,
    Wiring,
    numbers_of,
)
from voiced.testing.emulator import serving
from voiced.testing.vonage import API_KEY, API_SECRET, APPLICATION_ID, Hooks, RestFaults, Vonage, open_rest
from voiced.web.router import Router
from voiced_vonage import make
from voiced_vonage.applications import ANOTHER, GONE, NONE, UNSIGNED
from voiced_vonage.looking import country_of, fits, pattern
from voiced_vonage.options import VonageOptions

BASE = "https://agent.example.org/voice/vonage"
OURS = Wiring(f"{BASE}/inbound", f"{BASE}/status", "")
MINE = "+33939000100"


@asynccontextmanager
async def shop(*, faults=None, **options):
    """An emulated account, and its numbers as the plugin sees them."""
    vonage = Vonage(
        Hooks("https://old.example.org/answer", "https://old.example.org/event", "https://aside.example.org")
    )
    async with open_rest(vonage, faults=faults) as (served, rest):
        host = PlainHost()
        host.net = Network("vonage")
        given = {"api_key": API_KEY, "api_secret": API_SECRET, "application_id": APPLICATION_ID}
        given |= {"numbers_url": served.url, "applications_url": served.url}
        telco = make(VonageOptions(**{**given, **options}), host)
        assert isinstance(telco, NumberSource)
        yield rest, numbers_of(telco)
        await host.net.aclose()


def own(rest, number=MINE, **more):
    """Put a number into the account."""
    digits = number[1:]
    rest.numbers.owned[digits] = {"country": "FR", "msisdn": digits, "type": "landline", "features": ["VOICE"], **more}


@pytest.mark.parametrize(
    ("kind", "begins", "needs"),
    [
        ("local", "+331", "local"),
        ("national", "+339", "local"),
        ("toll-free", "+3380", "any"),
        ("mobile", "+336", "local"),
    ],
)
async def test_kinds_that_vonage_does_not_know_are_told_apart(kind, begins, needs):
    async with shop() as (_, numbers):
        found = await numbers.search(NumberWish(kind=kind, limit=3))
        assert len(found) == 3
        assert {(each.kind, each.needs, each.number.startswith(begins)) for each in found} == {(kind, needs, True)}


async def test_numbers_are_found_by_digits_and_wildcards():
    async with shop() as (rest, numbers):
        found = await numbers.search(NumberWish(contains="+33939*001*5"))
        assert [each.number for each in found] == ["+33939000105", "+33939000115"]
        assert [each.number for each in await numbers.search(NumberWish(contains="0107"))] == ["+33939000107"]
        assert await numbers.search(NumberWish(contains="+3312")) == []
        assert await numbers.search(NumberWish(country="ES")) == []
        assert all("size=100" in request.query for request in rest.asked)


@pytest.mark.parametrize(
    ("contains", "kind", "asked"),
    [
        ("", "national", {"pattern": "339", "search_pattern": "0"}),
        ("+33", "national", {"pattern": "339", "search_pattern": "0"}),
        ("+3397*1", "national", {"pattern": "3397", "search_pattern": "0"}),
        ("", "local", {}),
        ("*", "local", {}),
        ("+33472*", "local", {"pattern": "33472", "search_pattern": "0"}),
        ("4*7211*", "local", {"pattern": "7211", "search_pattern": "1"}),
    ],
)
def test_vonage_is_asked_for_no_more_than_is_wanted(contains, kind, asked):
    assert pattern(NumberWish(kind=kind, contains=contains)) == asked


def test_elsewhere_a_landline_is_a_landline():
    assert fits(NumberWish("BE", "national"), "+3225550100")
    assert [country_of(number) for number in ("+3225550100", "+33939000100", "+262262000000", "+8150")] == [
        "BE", "FR", "RE", "",
    ]  # fmt: skip


async def test_a_number_is_bought_wired_and_shown():
    async with shop() as (rest, numbers):
        bought = await numbers.buy(MINE, Papers())
        assert (bought.number, bought.id, bought.wiring, bought.trouble) == (MINE, MINE[1:], Wiring(), NONE)
        wired = await numbers.wire(MINE, OURS)
        assert (wired.wiring, wired.trouble) == (replace(OURS, fallback="https://aside.example.org"), "")
        assert list(await numbers.owned()) == [wired]
        hooks = rest.vonage.hooks
        assert (hooks.answer_url, hooks.answer_method, hooks.event_url) == (OURS.inbound, "POST", OURS.status)


async def test_a_call_goes_where_the_number_was_wired_to():
    async with shop() as (rest, numbers):
        own(rest)
        await numbers.wire(MINE, Wiring("http://127.0.0.1:9/inbound", "http://127.0.0.1:9/status"))
        report = await rest.vonage.call(lambda phone: phone.wait_end(), called=MINE)
        assert {entry.data["url"] for entry in report.journal.of("http.request")} >= {"http://127.0.0.1:9/inbound"}


async def test_what_else_the_application_and_the_number_hold_stays():
    async with shop() as (rest, numbers):
        own(rest, moHttpUrl="https://sms.example.org")
        application = rest.applications.kept[APPLICATION_ID]
        application["capabilities"]["messages"] = {"webhooks": {"inbound_url": {"address": "https://sms.example.org"}}}
        application["capabilities"]["voice"] |= {"signed_callbacks": False, "conversations_ttl": 12}
        application["capabilities"]["voice"]["webhooks"]["answer_url"]["socket_timeout"] = 3000
        [before] = await numbers.owned()
        await numbers.wire(MINE, replace(OURS, fallback="https://secours.example.org"))
        after = rest.applications.kept[APPLICATION_ID]
        assert before.trouble == NONE
        assert after["capabilities"]["messages"]["webhooks"]["inbound_url"]["address"] == "https://sms.example.org"
        assert (after["privacy"], after["keys"]["public_key"] != "") == ({"improve_ai": False}, True)
        voice = after["capabilities"]["voice"]
        assert (voice["signed_callbacks"], voice["conversations_ttl"], voice["region"]) == (True, 12, "eu-west")
        assert voice["webhooks"]["answer_url"] == {
            "address": OURS.inbound, "http_method": "POST", "socket_timeout": 3000,
        }  # fmt: skip
        assert voice["webhooks"]["fallback_answer_url"]["address"] == "https://secours.example.org"
        assert rest.numbers.owned[MINE[1:]]["moHttpUrl"] == "https://sms.example.org"


async def test_a_number_that_is_sent_on_elsewhere_is_called_back():
    async with shop() as (rest, numbers):
        own(rest, app_id=APPLICATION_ID, voiceCallbackType="sip", voiceCallbackValue="sip:pabx@example.org")
        [before] = await numbers.owned()
        assert before.wiring == Wiring("sip:pabx@example.org")
        assert (await numbers.wire(MINE, OURS)).wiring.inbound == OURS.inbound


@pytest.mark.parametrize("listed", ["app_id", "callback"])
async def test_what_hinders_calls_is_told(listed):
    async with shop(faults=RestFaults(listed=listed)) as (rest, numbers):
        rest.applications.kept[APPLICATION_ID]["capabilities"]["voice"]["signed_callbacks"] = False
        rest.applications.kept["another"] = {"id": "another", "name": "autre"}
        own(rest, app_id=APPLICATION_ID)
        own(rest, "+33939000101", app_id="another")
        own(rest, "+33939000102", app_id="gone")
        own(rest, "+33939000103")
        assert [each.trouble for each in await numbers.owned()] == [UNSIGNED, ANOTHER, GONE, NONE]


async def test_a_long_list_is_read_page_by_page():
    async with shop() as (rest, numbers):
        for index in range(200):
            own(rest, f"+3393900{index:04d}", app_id=APPLICATION_ID)
        assert len(await numbers.owned()) == 200
        looked = [request.path for request in rest.asked if request.path.startswith("/v2")]
        assert len(looked) == 1, "an application is asked for once"


@pytest.mark.parametrize("status", [200, 400, 420])
async def test_what_is_sold_in_the_dashboard_only_is_told(status):
    async with shop(faults=RestFaults(papers=True, refused=status)) as (rest, numbers):
        with pytest.raises(ProviderBadInput, match="420") as caught:
            await numbers.buy(MINE, Papers())
        assert "dashboard.nexmo.com/buy-numbers" in caught.value.hint
        assert rest.numbers.owned == {}


@pytest.mark.parametrize(
    ("number", "papers", "hint"),
    [(MINE, Papers("BU1", ""), "leave out --bundle"), ("+81501234567", Papers(), "dashboard")],
)
async def test_what_cannot_be_bought_is_not_asked_for(number, papers, hint):
    async with shop() as (rest, numbers):
        with pytest.raises(ProviderBadInput) as caught:
            await numbers.buy(number, papers)
        assert hint in caught.value.hint
        assert rest.asked == []


@pytest.mark.parametrize(
    ("options", "number", "hint"),
    [
        ({"application_id": ""}, MINE, "set `application_id`"),
        ({"application_id": "ffffffff-bbbb-cccc-dddd-0123456789ab"}, MINE, "application_id"),
        ({}, "+33939000199", "voiced number show"),
        ({}, "anonymous", "voiced number show"),
    ],
)
async def test_what_cannot_be_wired_is_told_and_nothing_is_changed(options, number, hint):
    async with shop(**options) as (rest, numbers):
        own(rest)
        with pytest.raises(ProviderBadInput) as caught:
            await numbers.wire(number, OURS)
        assert hint in caught.value.hint
        assert {request.method for request in rest.asked} <= {"GET"}


async def test_without_a_secret_nothing_is_asked():
    async with shop(api_secret="") as (rest, numbers):
        with pytest.raises(Unavailable) as caught:
            await numbers.owned()
        assert "api_secret" in caught.value.fix
        assert rest.asked == []


async def test_a_wrong_secret_is_told_and_not_shown():
    async with shop(api_secret="wrong-secret") as (_, numbers):
        with pytest.raises(ProviderRefused, match="401") as caught:
            await numbers.owned()
        assert "api_secret" in caught.value.hint
        assert "wrong-secret" not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize(("status", "error"), [(429, ProviderThrottled), (500, ProviderOverloaded)])
async def test_the_api_may_refuse(status, error):
    async with shop(faults=RestFaults(status=status)) as (_, numbers):
        for act in (
            numbers.owned(),
            numbers.search(NumberWish()),
            numbers.buy(MINE, Papers()),
            numbers.wire(MINE, OURS),
        ):
            with pytest.raises(error):
                await act


@pytest.mark.parametrize(
    ("body", "error"),
    [(b"<html>", ProviderProtocol), (b'{"error-code": "999"}', ProviderBadInput), (b'{"numbers": [1, "a"]}', None)],
)
async def test_answers_that_are_none(body, error):
    async def answer(_request):
        return WebResponse(body=body)

    async with (
        serving(Router({"/account/numbers": {"GET": answer}})) as served,
        shop(numbers_url=served.url) as (_, numbers),
    ):
        if error is None:
            assert list(await numbers.owned()) == []
        else:
            with pytest.raises(error):
                await numbers.owned()


async def test_nobody_there():
    async with shop(numbers_url="http://127.0.0.1:9") as (_, numbers):
        with pytest.raises(ProviderError):
            await numbers.owned()
