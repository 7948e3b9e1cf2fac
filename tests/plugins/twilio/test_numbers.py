"""The account's numbers over REST: searched, bought with the papers that France asks for, and wired."""

from __future__ import annotations

from contextlib import asynccontextmanager

import pytest

from voiced.net import Network
from voiced.plugin import NumberSource, NumberWish, Papers, ProviderBadInput, Wiring
from voiced.testing.twilio import AUTH_TOKEN, Twilio, open_rest
from voiced_twilio.numbers import NumbersByRest, edge_of

OURS = Wiring("https://agent.example.org/voice/inbound", "https://agent.example.org/voice/status", "")


@asynccontextmanager
async def shop(carrier):
    async with open_rest(Twilio()) as double:
        net = Network("twilio")
        ours = carrier(net, url=double.url, auth_tokens=(AUTH_TOKEN,))
        assert isinstance(ours, NumberSource)
        yield double, ours.numbers
        await net.aclose()


def papers(double, *, approved=True):
    """The papers of a company, on the emulated account's file."""
    address = double.numbers.add_address({
        "CustomerName": "Garage", "Street": "1 rue Haute", "City": "Lyon", "Region": "Rhône",
        "PostalCode": "69001", "IsoCountry": "FR",
    }).json["sid"]  # fmt: skip
    double.regulatory.bundles["BU1"] = {"sid": "BU1", "status": "twilio-approved" if approved else "draft"}
    return Papers("BU1", address)


async def test_numbers_for_sale_are_found_by_kind_and_digits(carrier):
    async with shop(carrier) as (_, numbers):
        found = await numbers.search(NumberWish(kind="national", contains="+33939*001", limit=3))
        assert len(found) == 3
        assert {(each.kind, each.needs) for each in found} == {("national", "local")}
        assert all(each.number.startswith("+33939") for each in found)
        assert await numbers.search(NumberWish(country="XX")) == ()


@pytest.mark.parametrize(
    ("given", "code", "hint"),
    [
        (lambda _: Papers(), "21631", "--address"),
        (lambda whole: Papers(whole.bundle, "AD0"), "21628", "address"),
        (lambda whole: Papers("", whole.address), "21649", "--bundle"),
    ],
)
async def test_without_its_papers_no_number_is_sold(carrier, given, code, hint):
    async with shop(carrier) as (double, numbers):
        with pytest.raises(ProviderBadInput, match=code) as caught:
            await numbers.buy("+33939000100", given(papers(double)))
        assert hint in caught.value.hint
        assert await numbers.owned() == []


async def test_a_number_is_bought_wired_and_shown(carrier):
    async with shop(carrier) as (double, numbers):
        bought = await numbers.buy("+33939000100", papers(double))
        assert (bought.number, bought.wiring) == ("+33939000100", Wiring())
        assert (await numbers.wire("+33939000100", OURS)).wiring == OURS
        assert [each.wiring for each in await numbers.owned()] == [OURS]
        assert double.twilio.numbers["+33939000100"].voice_url == OURS.inbound
        with pytest.raises(ProviderBadInput, match="21422"):
            await numbers.buy("+33939000100", papers(double))


async def test_a_number_of_somebody_else_is_not_wired(carrier):
    async with shop(carrier) as (_, numbers):
        with pytest.raises(ProviderBadInput, match="not in this account"):
            await numbers.wire("+33939000100", OURS)


async def test_a_long_list_is_read_page_by_page(carrier):
    async with shop(carrier) as (double, numbers):
        for index in range(120):
            sid = f"PN{index:032d}"
            double.numbers.owned[sid] = {"sid": sid, "phone_number": f"+3393900{index:04d}", "voice_url": ""}
        assert len(await numbers.owned()) == 120


@pytest.mark.parametrize(
    ("url", "edge"),
    [
        ("https://api.twilio.com", ""),
        ("https://api.dublin.ie1.twilio.com", "dublin"),
        ("http://127.0.0.1:8080", ""),
        ("https://proxy.example.org", ""),
    ],
)
def test_the_edge_that_webhooks_leave_from_is_that_of_the_api(url, edge):
    assert edge_of(url) == edge


async def test_a_number_is_wired_from_its_edge():
    class Recorder:
        async def every(self, *_, **__):
            return [{"phone_number": "+33939000100", "sid": "PN1"}]

        async def post(self, _path, fields):
            return {"phone_number": "+33939000100", "sid": "PN1", "voice_url": fields["VoiceUrl"]}

    wired = await NumbersByRest(Recorder(), "dublin").wire("+33939000100", OURS)
    assert wired.wiring.inbound == f"{OURS.inbound}#e=dublin"
