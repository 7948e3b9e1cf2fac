"""Numbers and applications, as Vonage's own client and others ask for them."""

from contextlib import asynccontextmanager

import httpx2
import pytest
import trio
from vonage import Auth, HttpClientOptions
from vonage import Vonage as Client
from vonage_application import ApplicationConfig, Capabilities, ListApplicationsFilter, Region, Voice, VoiceUrl
from vonage_application.common import VoiceWebhooks
from vonage_http_client.errors import AuthenticationError, HttpRequestError, NotFoundError, RateLimitedError
from vonage_numbers import (
    ListOwnedNumbersFilter,
    NumberParams,
    NumbersError,
    SearchAvailableNumbersFilter,
    UpdateNumberParams,
    VoiceCallbackType,
)

from voiced.testing.vonage import API_KEY, API_SECRET, APPLICATION_ID, Hooks, RestFaults, Vonage, open_rest

MINE = "33939000100"
OURS = NumberParams(country="FR", msisdn=MINE)


@asynccontextmanager
async def account(tls, *, secret=API_SECRET, **faults):
    """Let an account be asked by Vonage's client, in a thread as it does."""
    vonage = Vonage(Hooks("https://agent.example.org/answer", "https://agent.example.org/event"))
    async with open_rest(vonage, tls=tls, faults=RestFaults(**faults)) as (served, rest):
        here = f"localhost:{served.port}"
        options = HttpClientOptions(api_host=here, rest_host=here, max_retries=0)
        client = Client(Auth(api_key=API_KEY, api_secret=secret), options)

        async def ask(act, *args):
            return await trio.to_thread.run_sync(act, *args)

        try:
            yield client, ask, rest
        finally:
            client.http_client._session.close()


@pytest.mark.checklist("vonage-46")
async def test_numbers_for_sale_are_searched_by_kind_and_digits(tls):
    async with account(tls) as (client, ask, _):
        search = client.numbers.search_available_numbers
        first, count, following = await ask(search, SearchAvailableNumbersFilter(country="FR", type="landline", size=3))
        assert (len(first), count, following) == (3, 40, 2)
        assert {(each.country, each.type, tuple(each.features)) for each in first} == {("FR", "landline", ("VOICE",))}
        for how, pattern in ((0, "339390001"), (1, "39390001"), (2, "00101")):
            wanted = SearchAvailableNumbersFilter(country="FR", pattern=pattern, search_pattern=how)
            found, _, _ = await ask(search, wanted)
            assert found
            assert all(pattern in each.msisdn for each in found)
        assert await ask(search, SearchAvailableNumbersFilter(country="ES")) == ([], 0, None)


@pytest.mark.checklist("vonage-47")
async def test_a_number_is_bought_linked_and_given_back(tls):
    async with account(tls) as (client, ask, rest):
        numbers = client.numbers
        assert await ask(numbers.list_owned_numbers) == ([], 0, None)
        assert (await ask(numbers.buy_number, OURS)).error_code == "200"
        await ask(numbers.update_number, UpdateNumberParams(country="FR", msisdn=MINE, app_id=APPLICATION_ID))
        [owned], count, _ = await ask(numbers.list_owned_numbers, ListOwnedNumbersFilter(application_id=APPLICATION_ID))
        assert (owned.msisdn, owned.app_id, count) == (MINE, APPLICATION_ID, 1)
        assert (await ask(numbers.list_owned_numbers, ListOwnedNumbersFilter(has_application=False)))[0] == []
        for params in (OURS, NumberParams(country="FR", msisdn="33999999999")):
            with pytest.raises(HttpRequestError, match="420"):
                await ask(numbers.buy_number, params)
        await ask(numbers.cancel_number, OURS)
        with pytest.raises(HttpRequestError, match="420"):
            await ask(numbers.cancel_number, OURS)
        assert rest.numbers.owned == {}


@pytest.mark.checklist("vonage-48", by="refused")
@pytest.mark.parametrize(("refused", "error"), [(420, HttpRequestError), (400, HttpRequestError), (200, NumbersError)])
async def test_what_needs_an_address_is_sold_in_the_dashboard(tls, refused, error):
    async with account(tls, papers=True, refused=refused) as (client, ask, _):
        with pytest.raises(error) as caught:
            await ask(client.numbers.buy_number, OURS)
        assert "420" in f"{caught.value}"


@pytest.mark.checklist("vonage-49", way="by its application")
async def test_where_a_number_is_sent_on_wins_until_its_application_is_said_again(tls):
    async with account(tls) as (client, ask, rest):
        numbers, number = client.numbers, {"country": "FR", "msisdn": MINE}
        await ask(numbers.buy_number, OURS)
        sip = {"voice_callback_type": VoiceCallbackType.SIP, "voice_callback_value": "sip:a@example.org"}
        messages = {"mo_http_url": "https://sms.example.org"}
        await ask(numbers.update_number, UpdateNumberParams(**number, **sip, **messages))
        await ask(numbers.update_number, UpdateNumberParams(**number, app_id=APPLICATION_ID))
        [[owned], *_] = await ask(numbers.list_owned_numbers)
        assert (owned.voice_callback_type, owned.app_id, owned.mo_http_url) == ("sip", APPLICATION_ID, None)
        async with httpx2.AsyncClient(base_url=f"https://{client.http_client.api_host}", verify=False) as plain:
            said = {**number, "voiceCallbackType": "app", "voiceCallbackValue": APPLICATION_ID}
            answer = await plain.post("/number/update", data=said, auth=(API_KEY, API_SECRET))
            assert answer.json()["error-code"] == "200"
            said = {**number, "voiceCallbackType": "app"}
            assert (await plain.post("/number/update", data=said, auth=(API_KEY, API_SECRET))).status_code == 420
            assert (await plain.get("/number/search", auth=(API_KEY, API_SECRET))).status_code == 420
        assert rest.numbers.owned[MINE] == {
            "country": "FR", "msisdn": MINE, "type": "landline", "features": ["VOICE"], "app_id": APPLICATION_ID,
        }  # fmt: skip


@pytest.mark.checklist("vonage-49", way="as a callback")
async def test_an_application_may_be_named_as_a_callback(tls):
    async with account(tls, listed="callback") as (client, ask, _):
        await ask(client.numbers.buy_number, OURS)
        [[owned], *_] = await ask(client.numbers.list_owned_numbers)
        assert owned.voice_callback_type is None
        await ask(client.numbers.update_number, UpdateNumberParams(country="FR", msisdn=MINE, app_id=APPLICATION_ID))
        [[owned], *_] = await ask(client.numbers.list_owned_numbers)
        assert (owned.app_id, owned.voice_callback_type, owned.voice_callback_value) == (None, "app", APPLICATION_ID)


@pytest.mark.checklist("vonage-50")
async def test_an_application_is_replaced_whole_and_calls_follow_it(tls):
    async with account(tls) as (client, ask, rest):
        applications = client.application
        found = await ask(applications.get_application, APPLICATION_ID)
        voice = found.capabilities.voice
        assert (voice.webhooks.answer_url.address, voice.signed_callbacks, voice.region) == (
            "https://agent.example.org/answer", True, Region.EU_WEST,
        )  # fmt: skip
        hooks = VoiceWebhooks(answer_url=VoiceUrl(address="https://new.example.org/answer", http_method="POST"))
        wanted = ApplicationConfig(name="autre", capabilities=Capabilities(voice=Voice(webhooks=hooks)))
        after = await ask(applications.update_application, APPLICATION_ID, wanted)
        assert (after.name, after.privacy, after.capabilities.voice.signed_callbacks) == ("autre", None, None)
        assert after.keys.public_key
        assert rest.vonage.hooks.answer_url == "https://new.example.org/answer"
        assert (rest.vonage.hooks.event_url, rest.vonage.hooks.fallback_url) == ("", "")


@pytest.mark.checklist("vonage-50")
async def test_applications_are_made_listed_and_deleted(tls):
    async with account(tls) as (client, ask, _):
        applications = client.application
        made = await ask(applications.create_application, ApplicationConfig(name="deux"))
        assert made.keys.private_key
        assert not hasattr((await ask(applications.get_application, made.id)).keys, "private_key")
        listed, following = await ask(applications.list_applications, ListApplicationsFilter(page_size=1))
        assert ([each.id for each in listed], following) == ([APPLICATION_ID], 2)
        listed, following = await ask(applications.list_applications, ListApplicationsFilter(page_size=1, page=2))
        assert ([each.id for each in listed], following) == ([made.id], None)
        await ask(applications.delete_application, made.id)
        with pytest.raises(NotFoundError):
            await ask(applications.get_application, made.id)
        with pytest.raises(HttpRequestError, match="400"):
            await ask(applications.update_application, APPLICATION_ID, ApplicationConfig(name=""))


@pytest.mark.checklist("vonage-51")
async def test_who_may_ask_about_the_account(tls):
    async with account(tls, secret="wrong") as (client, ask, rest):
        with pytest.raises(AuthenticationError, match="authentication failed"):
            await ask(client.numbers.list_owned_numbers)
        with pytest.raises(AuthenticationError, match="Unauthorized"):
            await ask(client.application.list_applications)
        assert len(rest.asked) == 2


@pytest.mark.checklist("vonage-51")
async def test_the_account_may_refuse_everything(tls):
    async with account(tls, status=429) as (client, ask, _):
        with pytest.raises(RateLimitedError):
            await ask(client.numbers.list_owned_numbers)
        with pytest.raises(RateLimitedError):
            await ask(client.application.list_applications)
