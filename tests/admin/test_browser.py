"""The panel in a real browser: an administrator signs in, changes a setting, and sees what is wrong."""

import os
import shutil
import threading

import pytest
from admin_house import PASSWORDS, FakeWorker, a_house, application, served
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from voiced.config.bundle import read_bundle
from voiced.testing import elevenlabs

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
             "--disable-sync", "--no-first-run", "--disable-quic"]  # fmt: skip
LIVE = {"call_id": "c-live", "flow": "accueil", "step": "demande", "seconds": 48, "consent": "granted"}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with a_house(tmp_path_factory.mktemp("panel")) as made:
        yield made


@pytest.fixture(scope="module")
def worker(house):
    version = read_bundle(house.file, house.settings.flows).version
    with FakeWorker(house.settings.data_dir, calls=[LIVE], config={"version": version}).open() as opened:
        yield opened


@pytest.fixture(scope="module")
def url(house, worker):
    server = make_server("127.0.0.1", 0, application(house), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(10)
    server.server_close()


@pytest.fixture(scope="module")
def chromium():
    """One browser for all tests; `make setup` installs it."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert path, "chromium is missing: `make setup` installs it where it may; or set CHROMIUM=/path/to/it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, url):
    """A tab; nothing that the policy forbids may happen in it, and no script may fail."""
    opened = chromium.new_context(base_url=url, viewport={"width": 1280, "height": 800}).new_page()
    faults = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda message: message.type == "error" and faults.append(message.text))
    opened.goto("/")
    yield opened
    opened.context.close()
    assert [fault for fault in faults if "401" not in fault] == []


@pytest.fixture
def chef(page):
    page.get_by_label("Nom").fill("chef")
    page.get_by_label("Mot de passe").fill(PASSWORDS["chef"])
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Appels").wait_for()
    return page


def test_signing_in_by_keyboard_leads_to_a_call_in_full(page):
    page.keyboard.type("chef")
    page.keyboard.press("Tab")
    page.keyboard.type("pas le bon")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    page.keyboard.type(PASSWORDS["chef"])
    page.keyboard.press("Enter")
    page.get_by_role("row").filter(has_text="585 ms").get_by_role("link").focus()
    page.keyboard.press("Enter")
    page.get_by_text("au nom de Quatrevents").first.wait_for()
    fill = page.locator("rect.bar").first.evaluate("bar => getComputedStyle(bar).fill")
    assert fill != "rgb(0, 0, 0)", "the style sheet reaches the bars"


def test_a_call_that_ends_leaves_the_list_by_itself(chef, worker):
    chef.get_by_text("1 appel en cours").wait_for()
    ended, worker.calls = worker.calls, []
    chef.get_by_text("Aucun appel en cours").wait_for(timeout=15_000)
    worker.calls = ended


def test_a_setting_is_changed_reviewed_saved_and_followed(chef, house, worker):
    chef.get_by_role("link", name="Réglages").click()
    chef.get_by_label("Durée de conservation, en jours").fill("30")
    chef.get_by_label("Enregistrement des appels").check()
    chef.get_by_role("button", name="Voir les changements").click()
    assert "data_ttl_days: 30" in chef.locator("li.new", has_text="data_ttl_days").inner_text()
    chef.get_by_label("Raison").fill("Demande du délégué")
    chef.get_by_role("button", name="Enregistrer").click()
    chef.get_by_text("En attente").wait_for()
    version = read_bundle(house.file, house.settings.flows).version
    worker.config = {"version": version}
    chef.get_by_text("Prise : les prochains appels l’utilisent").wait_for(timeout=15_000)
    assert "recording_enabled: true" in house.file.read_text()


def test_a_voice_is_chosen_from_the_list_of_its_vendor(chef, house):
    good, secrets = house.file.read_text("utf-8"), house.file.parent / ".env"
    with served(elevenlabs.emulated) as host:
        plugin = f"  elevenlabs: {{ api_key: '${{ELEVENLABS_API_KEY}}', voice: fr-louis, url: '{host.url}' }}"
        secrets.write_text("ELEVENLABS_API_KEY=xi-key\n")
        house.file.write_text(good.replace("  local: {}", f"  local: {{}}\n{plugin}"), "utf-8")
        chef.get_by_role("link", name="Réglages").click()
        company = chef.get_by_label("Entreprise", exact=True)
        company.fill("Cabinet Dupré")
        voice = chef.locator(".field").filter(has=chef.get_by_label("Voix d’ElevenLabs"))
        voice.get_by_role("link", name="Liste du fournisseur").click()
        voice.get_by_role("link", name="Camille").click(timeout=20_000)
        assert chef.get_by_label("Voix d’ElevenLabs").input_value() == "fr-camille"
        assert company.input_value() == "Cabinet Dupré"
        assert voice.get_by_role("link", name="Camille").count() == 0
        chef.get_by_role("button", name="Voir les changements").click()
        chef.locator("li.new", has_text="voice: fr-camille").wait_for()
    house.file.write_text(good, "utf-8")
    secrets.unlink()


def test_a_provider_that_wants_to_be_left_alone_is_told_by_itself_and_so_is_that_it_is_back(chef, worker):
    busy = {"kind": "llm", "provider": "mistral", "state": "closed", "requests": 3, "failures": 0}
    worker.breakers = [{**busy, "held_for": 8.0}]
    chef.get_by_role("link", name="État").click()
    row = chef.get_by_role("row").filter(has_text="mistral")
    row.get_by_text("Ménagé, à sa demande").wait_for(timeout=15_000)
    assert "demandé à nouveau dans 8 s" in row.inner_text()
    worker.breakers = [{**busy, "held_for": 0.0}]
    row.get_by_text("En service").wait_for(timeout=15_000)
    worker.breakers = []


def test_a_broken_file_is_told_at_its_place_until_it_is_mended(chef, house):
    good = house.file.read_text()
    house.file.write_text(good.replace("stt: local", "stt: locla"))
    banner = chef.locator("#alerts")
    banner.get_by_text("La configuration sur le disque est refusée.").wait_for(timeout=15_000)
    line = next(n for n, text in enumerate(good.splitlines(), 1) if "stt: local" in text)
    assert f"voiced.yaml:{line}:" in banner.locator(".place").first.inner_text()
    house.file.write_text(good)
    banner.get_by_text("La configuration sur le disque est refusée.").wait_for(state="detached", timeout=15_000)


def test_nothing_runs_over_the_edge_of_a_telephone(chef):
    chef.set_viewport_size({"width": 390, "height": 800})
    for path in ("/", "/calls/c-kept", "/health", "/settings", "/history"):
        chef.goto(path)
        assert chef.evaluate("document.documentElement.scrollWidth") <= 390, path
