"""The REST double, with the official library as its client."""

from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
import trio
from scripted_app import PUBLIC, App, running, stream_twiml, twiml
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from voiced.audio.wav import read_wav
from voiced.testing.emulator import NEAR, Profile, Roads
from voiced.testing.twilio import AUTH_TOKEN, Callee, RestFaults, open_rest

STREAM = stream_twiml()
PERSON = "+33100000001"


class ToLoopback(TwilioHttpClient):
    """Sends what is meant for Twilio to the double, under Twilio's name."""

    def __init__(self, url):
        super().__init__()
        self.url = url

    def request(self, method, url, headers=None, **rest):
        parts = urlsplit(url)
        headers = {**(headers or {}), "Host": parts.netloc}
        return super().request(method, url.replace(f"https://{parts.netloc}", self.url, 1), headers=headers, **rest)


@asynccontextmanager
async def api(app=None, *, token=AUTH_TOKEN, user=None, place=None, callees=None, roads=NEAR, **options):
    """Serve application and double; give the account, the double, and a way to call the official client in a thread."""
    async with (
        running(app or App(), callees=callees or {}, roads=roads) as twilio,
        open_rest(twilio, **options) as double,
    ):
        http = ToLoopback(double.url)
        client = Client(user or twilio.account_sid, token, twilio.account_sid, http_client=http, **(place or {}))

        async def ask(question):
            return await trio.to_thread.run_sync(question, client)

        yield twilio, double, ask
        http.session.close()


async def refused(ask, question):
    with pytest.raises(TwilioRestException) as error:
        await ask(question)
    return error.value.status, error.value.code


def in_call(action):
    """Return a phone that does `action` once the stream runs, and then stays."""

    async def phone(phone):
        await phone.wait_for_agent(5)
        await action(phone)
        await phone.wait_end()

    return phone


def account(client):
    return client.api.accounts(client.account_sid).fetch()


@pytest.mark.checklist("twilio-41")
async def test_credentials():
    async with api() as (_, _, ask):
        assert await ask(lambda client: client.calls.list()) == []
        assert (await ask(account)).status == "active"
    async with api(token="wrong") as (_, _, ask):
        assert await refused(ask, account) == (401, 20003)
    async with api(user="SK1", token="secret", keys={"SK1": "secret"}) as (_, _, ask):
        assert await ask(lambda client: client.calls.list()) == []


@pytest.mark.checklist("twilio-41")
async def test_tokens_and_calls_belong_to_a_region():
    ireland = {"region": "ie1", "edge": "dublin"}
    app = App().on("/voice", twiml("<Hangup/>"))
    async with api(app, place=ireland) as (_, _, ask):
        assert await refused(ask, account) == (401, 20003)
    async with api(app, token="irish", place=ireland, tokens={"ie1": "irish"}) as (twilio, _, ask):
        sid = (await twilio.call(lambda phone: phone.wait_end())).call_sid
        assert await refused(ask, lambda client: client.calls(sid).update(status="completed")) == (404, 20404)
    async with api(app, place=ireland, region="ie1") as (twilio, _, ask):
        sid = (await twilio.call(lambda phone: phone.wait_end())).call_sid
        assert (await ask(lambda client: client.calls(sid).fetch())).status == "completed"


@pytest.mark.checklist("twilio-42")
async def test_completing_a_call_is_a_hang_up():
    app = App().on("/voice", STREAM)
    async with api(app) as (twilio, _, ask):

        async def hang_up(phone):
            updated = await ask(lambda client: client.calls(phone.call_sid).update(status="completed"))
            assert updated.status == "completed"

        report = await twilio.call(in_call(hang_up))
    assert report.status == "completed"
    assert app.sessions[0].messages[-1]["event"] == "stop"
    assert [request.form.get("StreamEvent") for request in app.asked("/stream-status")][-1] == "stream-stopped"


@pytest.mark.checklist("twilio-42")
@pytest.mark.parametrize("how", ["twiml", "url"])
async def test_other_twiml_replaces_the_stream(how):
    app = App().on("/voice", STREAM).on("/other", twiml("<Say>bonjour</Say><Hangup/>"))
    new = {"twiml": twiml("<Redirect>/other</Redirect>")} if how == "twiml" else {"url": f"{PUBLIC}/other"}
    async with api(app) as (twilio, _, ask):

        async def escalate(phone):
            await ask(lambda client: client.calls(phone.call_sid).update(**new))

        report = await twilio.call(in_call(escalate))
    assert app.sessions[0].messages[-1]["event"] == "stop"
    assert app.asked("/other")[0].form["CallStatus"] == "in-progress"
    assert report.journal.codes == []
    assert report.status == "completed"


@pytest.mark.checklist("twilio-43")
async def test_errors_of_updates():
    app = App().on("/voice", twiml("<Hangup/>"))
    async with api(app) as (twilio, double, ask):
        sid = (await twilio.call(lambda phone: phone.wait_end())).call_sid

        def hang_up(client):
            return client.calls(sid).update(status="completed")

        assert await refused(ask, hang_up) == (404, 20404)
        double.faults = RestFaults(forget_ended=False)
        assert await refused(ask, hang_up) == (400, 21220)
        double.faults = RestFaults(throttled=True)
        assert await refused(ask, hang_up) == (429, 20429)
        double.faults = RestFaults(outage=503)
        assert (await refused(ask, hang_up))[0] == 503
        double.faults = RestFaults()
        assert await refused(ask, lambda client: client.calls("CA" + "9" * 32).fetch()) == (404, 20404)


async def ended(double, sid):
    await double.twilio.legs[sid].settled.wait()
    return double.twilio.legs[sid]


@pytest.mark.checklist("twilio-44")
@pytest.mark.parametrize(
    ("callee", "status", "told"),
    [
        (Callee(), "completed", ["initiated", "ringing", "in-progress", "completed"]),
        (Callee("busy"), "busy", ["initiated", "ringing", "busy"]),
        (Callee("failed"), "failed", ["initiated", "ringing", "failed"]),
        (Callee("no-answer"), "no-answer", ["initiated", "ringing", "no-answer"]),
    ],
)
async def test_outgoing_calls_and_their_outcomes(callee, status, told):
    app = App().on("/out", twiml("<Pause length='0.1'/><Hangup/>"))
    async with api(app, callees={PERSON: callee}) as (_, double, ask):
        created = await ask(
            lambda client: client.calls.create(
                to=PERSON,
                from_="+33912345678",
                url=f"{PUBLIC}/out",
                timeout=1,
                status_callback=f"{PUBLIC}/status",
                status_callback_event=["initiated", "ringing", "answered", "completed"],
            )
        )
        assert created.status == "queued"
        leg = await ended(double, created.sid)
    assert leg.status == status
    forms = sorted((request.form for request in app.asked("/status")), key=lambda form: form["SequenceNumber"])
    assert [form["CallStatus"] for form in forms] == told
    assert {form["Direction"] for form in forms} == {"outbound-api"}


@pytest.mark.checklist("twilio-44")
@pytest.mark.parametrize("later", [False, True])
async def test_a_machine_may_answer(later):
    app = App().on("/out", twiml("<Pause length='0.1'/><Hangup/>"))
    machine = Callee(answered_by="machine_start")
    async with api(app, callees={PERSON: machine}) as (_, double, ask):
        created = await ask(
            lambda client: client.calls.create(
                to=PERSON,
                from_="+33912345678",
                url=f"{PUBLIC}/out",
                machine_detection="Enable",
                async_amd=str(later).lower(),
                async_amd_status_callback=f"{PUBLIC}/amd",
            )
        )
        await ended(double, created.sid)
    assert (app.asked("/out")[0].form.get("AnsweredBy") == "machine_start") is not later
    assert [request.form["AnsweredBy"] for request in app.asked("/amd")] == ["machine_start"] * later


@pytest.mark.checklist("twilio-44")
async def test_calls_that_cannot_be_made():
    async with api() as (_, double, ask):
        double.faults = RestFaults(geo_blocked=("+88",))

        def create(to, **how):
            return lambda client: client.calls.create(to=to, from_="+33912345678", **how)

        assert await refused(ask, create("0612", twiml="<Response/>")) == (400, 21217)
        assert await refused(ask, create("+88212345678", twiml="<Response/>")) == (400, 21215)
        assert await refused(ask, create(PERSON)) == (400, 21205)


@pytest.mark.checklist("twilio-47")
async def test_a_recording_from_creation_to_deletion():
    app = App().on("/voice", STREAM)
    async with api(app) as (twilio, _, ask):
        sids = []

        async def record(phone):
            recordings = await ask(lambda client: client.calls(phone.call_sid).recordings)
            created = await ask(
                lambda _: recordings.create(
                    recording_channels="dual",
                    recording_status_callback=f"{PUBLIC}/recording",
                    recording_status_callback_event=["in-progress", "completed"],
                )
            )
            sids.append(created.sid)
            current = recordings("Twilio.CURRENT")
            paused = await ask(lambda _: current.update(status="paused", pause_behavior="silence"))
            await phone.wait(0.1)
            resumed = await ask(lambda _: current.update(status="in-progress"))
            assert (paused.status, resumed.status) == ("paused", "in-progress")
            assert (await ask(lambda _: current.update(status="stopped"))).status == "completed"
            phone.hang_up()

        report = await twilio.call(in_call(record))
        (sid,) = sids
        (listed,) = await ask(lambda client: client.recordings.list(call_sid=report.call_sid))
        assert (listed.sid, listed.channels, listed.status) == (sid, 2, "completed")
        uri = f"https://api.twilio.com/2010-04-01/Accounts/{twilio.account_sid}/Recordings/{sid}.wav"
        media = await ask(
            lambda client: (
                client.http_client.session.get(
                    uri.replace("https://api.twilio.com", client.http_client.url),
                    auth=(client.username, client.password),
                ).content
            )
        )
        assert read_wav(media).channels == 2
        assert await ask(lambda client: client.recordings(sid).delete())
        assert await refused(ask, lambda client: client.recordings(sid).delete()) == (404, 20404)
    told = [request.form["RecordingStatus"] for request in app.asked("/recording")]
    assert told == ["in-progress", "completed"]


def papers(client):
    """Go through the whole regulatory flow; return address and bundle."""
    compliance = client.numbers.v2.regulatory_compliance
    (rule,) = compliance.regulations.list(iso_country="FR", number_type="national", end_user_type="business")
    address = client.addresses.create(
        customer_name="Exemple", street="1 rue X", city="Lyon", region="ARA", postal_code="69001", iso_country="FR"
    )
    bundle = compliance.bundles.create(
        friendly_name="b", email="a@example.org", regulation_sid=rule.sid, status_callback=f"{PUBLIC}/bundle"
    )
    user = compliance.end_users.create(friendly_name="u", type="business", attributes={"business_name": "Exemple"})
    first = compliance.bundles(bundle.sid).evaluations.create()
    document = compliance.supporting_documents.create(
        friendly_name="d", type="business_registration", attributes={"address_sids": [address.sid]}
    )
    for part in (user, document):
        compliance.bundles(bundle.sid).item_assignments.create(object_sid=part.sid)
    second = compliance.bundles(bundle.sid).evaluations.create()
    assert (first.status, second.status) == ("noncompliant", "compliant")
    assert compliance.bundles(bundle.sid).update(status="pending-review").status == "pending-review"
    return address.sid, bundle.sid


def buy(number, **settings):
    return lambda client: client.incoming_phone_numbers.create(phone_number=number, **settings)


@pytest.mark.checklist("twilio-48")
async def test_a_number_from_search_to_its_first_call():
    app = App().on("/line", twiml("<Hangup/>"))
    async with api(app) as (twilio, double, ask):
        offers = await ask(
            lambda client: client.available_phone_numbers("FR").national.list(contains="+33939*001", limit=5)
        )
        number = offers[0].phone_number
        assert offers[0].address_requirements == "local"
        assert await refused(ask, buy(number)) == (400, 21631)
        assert await refused(ask, buy(number, address_sid="AD0")) == (400, 21628)
        address, bundle = await ask(papers)
        assert await refused(ask, buy(number, address_sid=address)) == (400, 21649)
        assert await refused(ask, buy(number, address_sid=address, bundle_sid=bundle)) == (400, 21649)
        await double.regulatory.review(bundle, "twilio-approved")
        fallback = {"voice_fallback_url": f"{PUBLIC}/fallback"}
        assert await refused(ask, buy(number, address_sid=address, bundle_sid=bundle, **fallback)) == (400, 21405)
        bought = await ask(buy(number, address_sid=address, bundle_sid=bundle, voice_url=f"{PUBLIC}/nowhere"))
        await ask(lambda client: client.incoming_phone_numbers(bought.sid).update(voice_url=f"{PUBLIC}/line"))
        await twilio.call(lambda phone: phone.wait_end(), called=number)
        assert app.asked("/line")[0].form["To"] == number
        assert await refused(ask, buy(number, address_sid=address, bundle_sid=bundle)) == (400, 21422)
        route = await ask(
            lambda client: client.routes.v2.phone_numbers(number).update(voice_region="ie1", friendly_name="x")
        )
        assert route.voice_region == "ie1"
        assert await ask(lambda client: client.incoming_phone_numbers(bought.sid).delete())
        assert await ask(lambda client: client.incoming_phone_numbers.list()) == []
    assert app.asked("/bundle")[0].form["Status"] == "twilio-approved"
    assert double.numbers.warnings == []


@pytest.mark.checklist("twilio-48")
async def test_a_rejected_bundle_and_the_warning_about_mobiles():
    async with api() as (_, double, ask):
        address, bundle = await ask(papers)
        await double.regulatory.review(bundle, "twilio-rejected", "the document cannot be read")
        fetched = await ask(lambda client: client.numbers.v2.regulatory_compliance.bundles(bundle).fetch())
        assert fetched.status == "twilio-rejected"
        (offer, *_) = await ask(lambda client: client.available_phone_numbers("FR").mobile.list(limit=1))
        assert await refused(ask, buy(offer.phone_number, address_sid=address, bundle_sid=bundle)) == (400, 21649)
        await double.regulatory.review(bundle, "twilio-approved")
        await ask(buy(offer.phone_number, address_sid=address, bundle_sid=bundle))
    assert len(double.numbers.warnings) == 1


@pytest.mark.checklist("twilio-49")
async def test_what_goes_on_can_be_listed_after_a_restart():
    app = App().on("/voice", STREAM)
    app.one_shot = False
    found = {}
    async with api(app) as (twilio, _, ask):

        async def reconcile(phone):
            calls = await ask(lambda client: client.calls.list(status="in-progress"))
            found[phone.call_sid] = [call.sid for call in calls]
            phone.hang_up()

        first = await twilio.call(in_call(reconcile))
        second = await twilio.call(in_call(reconcile))
        everything = await ask(lambda client: client.calls.list(page_size=1))
    assert found == {first.call_sid: [first.call_sid], second.call_sid: [second.call_sid]}
    assert [call.sid for call in everything] == [second.call_sid, first.call_sid]


async def test_what_is_not_there_is_said_in_twilios_words():
    async with api() as (_, _, ask):
        assert await refused(ask, lambda client: client.recordings("RE" + "0" * 32).fetch()) == (404, 20404)
        with pytest.raises(TwilioException, match="20404"):
            await ask(lambda client: client.available_phone_numbers("XX").local.list())


@pytest.mark.checklist("twilio-48")
async def test_papers_that_are_wrong():
    async with api() as (_, double, ask):
        address, bundle = await ask(papers)
        assert [a.sid for a in await ask(lambda client: client.addresses.list())] == [address]

        def compliance(client):
            return client.numbers.v2.regulatory_compliance

        (listed,) = await ask(lambda client: compliance(client).bundles.list(status="pending-review"))
        assert listed.sid == bundle
        assert len(await ask(lambda client: compliance(client).bundles(bundle).item_assignments.list())) == 2
        unknown = await refused(
            ask, lambda client: compliance(client).bundles(bundle).item_assignments.create(object_sid="IT0")
        )
        assert unknown == (404, 20404)
        self_approved = await refused(
            ask, lambda client: compliance(client).bundles(bundle).update(status="twilio-approved")
        )
        assert self_approved == (400, 20001)
        empty = await ask(
            lambda client: compliance(client).bundles.create(
                friendly_name="e",
                email="a@example.org",
                iso_country="FR",
                number_type="local",
                end_user_type="business",
            )
        )
        await double.regulatory.review(empty.sid, "twilio-approved")
        assert double.regulatory.bundle(empty.sid)["status"] == "twilio-rejected"


async def test_its_delays_are_the_same_for_the_same_seed():
    async def late(seed):
        async with api(roads=Roads(rest=Profile(0.01, 0.03), seed=seed)) as (_, double, ask):
            for _ in range(3):
                await ask(lambda client: client.calls.list())
            return [entry.data["late"] for entry in double.journal.of("http.response")]

    one, again, another = [await late(seed) for seed in (1, 1, 2)]
    assert one == again != another
    assert min(one) > 0.0
