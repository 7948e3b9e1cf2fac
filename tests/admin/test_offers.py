"""What a setting may be, as its vendor tells an account: asked by its own SDK over real HTTP, within a time."""

import threading
from types import SimpleNamespace

import pytest
from admin_house import Browser, application, served

from voiced.testing import elevenlabs, mistral
from voiced_admin.listing import KEPT, Catalogue
from voiced_admin.vendors import VENDORS, Offer, Vendor

VOICE, MODEL, BRAIN = VENDORS
PATIENT = 60.0
"""Seconds that nothing in these tests comes near: an SDK takes one or two to import."""


@pytest.fixture(scope="module")
def eleven():
    voices = {"fr-camille": "Camille", "fr-louis": "Louis", "xss": "<b>Eve</b>"}
    with served(lambda: elevenlabs.emulated(elevenlabs.Account(voices=voices))) as host:
        yield host


@pytest.fixture(scope="module")
def brains():
    with served(lambda: mistral.running(mistral.Mistral())) as place:
        yield place


@pytest.fixture
def configured(house, eleven, brains):
    """A house whose settings name the vendors; `keys` go into its .env."""

    def make(keys="ELEVENLABS_API_KEY=xi-key\nMISTRAL_API_KEY=test-key\n", **catalogue):
        file = house.file
        text = file.read_text("utf-8").replace(
            "  local: {}", "  local: {}\n"
            f"  elevenlabs: {{api_key: '${{ELEVENLABS_API_KEY:-}}', voice: fr-louis, url: '{eleven.url}'}}\n"
            f"  mistral: {{api_key: '${{MISTRAL_API_KEY:-}}', url: '{brains.url}'}}",
        )  # fmt: skip
        file.write_text(text, "utf-8")
        (file.parent / ".env").write_text(keys)
        house.catalogue.patience = PATIENT
        for name, value in catalogue.items():
            setattr(house.catalogue, name, value)
        chef = Browser(application(house))
        chef.sign_in("chef")
        return chef

    return make


def offers(page):
    return page[page.index('id="offers"') : page.index("</main>")]


def test_each_list_is_that_of_the_account(configured):
    chef = configured()
    voices = offers(chef.get(f"/settings/offers/{VOICE}").text)
    assert voices.index("Camille") < voices.index("Louis")
    assert "<code>fr-camille</code>" in voices
    assert "&lt;b&gt;Eve&lt;/b&gt;" in voices
    assert "<code>eleven_flash_v2_5</code>" in offers(chef.get(f"/settings/offers/{MODEL}").text)
    assert "<code>mistral-small-latest</code>" in offers(chef.get(f"/settings/offers/{BRAIN}").text)


def test_what_is_chosen_stands_in_the_form_and_is_reviewed_like_anything_else(configured, house):
    chef = configured()
    page = chef.get("/settings", query_string={"choose": VOICE, "value": "fr-camille"}).text
    assert f'name="{VOICE}" value="fr-camille"' in page
    assert f'name="{MODEL}" value="eleven_flash_v2_5"' in page
    assert "fr-louis" in house.file.read_text()
    other = chef.get("/settings", query_string={"choose": "providers.stt", "value": "x"}).text
    assert f'name="{VOICE}" value="fr-louis"' in other
    version = page.partition('name="base" value="')[2].partition('"')[0]
    review = chef.post("/settings/review", {"base": version, VOICE: "fr-camille"}, page="/settings").text
    assert "voice: fr-camille" in review


def test_only_what_is_switched_on_is_offered_and_only_to_administrators(house, configured, chef):
    assert "Voix et modèles" not in chef.get("/settings").text
    assert chef.get(f"/settings/offers/{VOICE}").status_code == 404
    configured()
    assert chef.get("/settings").text.count("Liste du fournisseur") == 3
    assert chef.get("/settings/offers/providers.stt").status_code == 404
    claire = Browser(application(house))
    claire.sign_in("claire")
    assert claire.get(f"/settings/offers/{VOICE}").status_code == 403


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ("", "Aucune clé n’est réglée pour ElevenLabs"),
        ("ELEVENLABS_API_KEY=wrong\n", "ElevenLabs refuse la clé"),
    ],
)
def test_without_a_key_that_is_taken_the_page_says_so(configured, keys, told):
    assert told in offers(configured(keys).get(f"/settings/offers/{VOICE}").text)


def without_the_sdk(_options, _seconds):
    raise ImportError("no module")


def broken(_options, _seconds):
    raise RuntimeError("a text that nobody wants in a page")


@pytest.mark.parametrize(
    ("ask", "told", "in_english"),
    [
        (without_the_sdk, "pip install &#39;voiced[vendors]&#39;", "library is not installed"),
        (broken, "ElevenLabs n’a pas donné sa liste", "did not give its list"),
        (lambda *_: (), "ElevenLabs ne propose rien", "offers this account nothing"),
    ],
)
def test_what_hinders_a_list_is_told_in_both_languages(configured, ask, told, in_english):
    chef = configured(vendors={VOICE: Vendor("ElevenLabs", ask)})
    assert told in offers(chef.get(f"/settings/offers/{VOICE}").text)
    chef.get("/?lang=en", follow_redirects=True)
    assert in_english in offers(chef.get(f"/settings/offers/{VOICE}").text)


def test_a_vendor_that_does_not_answer_holds_nobody_up_and_may_answer_later(configured, house):
    answers = threading.Event()

    def late(_options, _seconds):
        answers.wait(10)
        return [Offer("fr-zoe", "Zoé")]

    chef = configured(vendors={VOICE: Vendor("ElevenLabs", late)}, patience=0.05)
    assert "n’a pas répondu" in offers(chef.get(f"/settings/offers/{VOICE}").text)
    answers.set()
    house.catalogue.patience = PATIENT
    assert "Zoé" in offers(chef.get(f"/settings/offers/{VOICE}").text)


class Counting:
    def __init__(self):
        self.now, self.times = 0.0, 0

    def clock(self):
        return self.now

    def ask(self, options, _seconds):
        self.times += 1
        return [Offer(options.api_key, "b"), Offer("x", "A"), Offer("x", "A")]


def test_a_list_is_kept_for_some_minutes_and_for_one_account():
    vendor, options = Counting(), SimpleNamespace(url="https://a.fr", api_key="one")
    catalogue = Catalogue({VOICE: Vendor("ElevenLabs", vendor.ask)}, PATIENT, vendor.clock)
    first = catalogue.look(VOICE, options)
    assert [offer.value for offer in first.offers] == ["x", "one"]
    vendor.now = KEPT - 1
    assert catalogue.look(VOICE, options) == first
    assert vendor.times == 1
    catalogue.look(VOICE, SimpleNamespace(url="https://a.fr", api_key="two"))
    vendor.now = 3 * KEPT
    catalogue.look(VOICE, SimpleNamespace(url="https://a.fr", api_key="two"))
    assert vendor.times == 3


def test_what_failed_is_asked_again():
    times = []

    def ask(_options, _seconds):
        times.append(1)
        raise TimeoutError

    catalogue = Catalogue({VOICE: Vendor("ElevenLabs", ask)}, PATIENT)
    options = SimpleNamespace(url="https://a.fr", api_key="one")
    assert [catalogue.look(VOICE, options).why for _ in range(2)] == ["late", "late"]
    assert len(times) == 2
