"""Settings: shown with who decides them, reviewed before they are written, and followed to each worker."""

import re

import pytest
from admin_house import Browser, FakeWorker, a_house, application

from voiced.config.bundle import read_bundle
from voiced.config.history import History


def inputs(page):
    """What a browser would send of the page's settings: names and values, of what can be edited."""
    found = {}
    for tag in re.findall(r"<(?:input|textarea|select)[^>]*>[^<]*(?:<option[^>]*>[^<]*</option>\s*)*", page):
        name = re.search(r'name="([^"]+)"', tag)
        if name and "disabled" not in tag.split(">")[0] and name[1] not in ("csrf_token", "name", "password"):
            found.setdefault(name[1], []).append(_value(tag))
    return found


def _value(tag):
    if tag.startswith("<textarea"):
        return tag.partition(">")[2]
    if tag.startswith("<select"):
        chosen = re.search(r"<option selected>([^<]*)", tag)
        return chosen[1] if chosen else ""
    return (re.search(r'value="([^"]*)"', tag) or ["", ""])[1]


class Form:
    """The settings' form, as an administrator goes through it."""

    def __init__(self, browser):
        self.browser = browser
        self.values = inputs(browser.get("/settings").text)
        self.values.pop("privacy.recording_enabled", None)

    def review(self, **changes):
        self.values |= {name.replace("__", "."): value for name, value in changes.items()}
        return self.browser.post("/settings/review", self.values, page="/settings")

    def save(self, reason="essai", **changes):
        page = self.review(**changes)
        assert page.status_code == 200, page.text
        return self.browser.post("/settings/save", {**inputs(page.text), "reason": reason}, page="/settings")


@pytest.fixture
def files(house):
    """Read what is on the disk."""
    return lambda: read_bundle(house.file, house.settings.flows)


def test_support_sees_calls_and_health_but_no_settings(claire):
    assert claire.get("/").status_code == claire.get("/health").status_code == 200
    assert [claire.get(path).status_code for path in ("/settings", "/history", "/settings/saved/abc")] == [403] * 3
    assert claire.post("/settings/review", page="/").status_code == 403
    assert claire.post("/settings/save", {"reason": "x"}, page="/").status_code == 403
    assert "Réglages" not in claire.get("/").text


def test_strangers_are_asked_who_they_are(browser):
    assert [browser().get(path).location for path in ("/settings", "/history")] == [
        "/sign-in?next=%2Fsettings",
        "/sign-in?next=%2Fhistory",
    ]


def test_what_changes_is_shown_and_nothing_is_written_yet(chef, files):
    before = files()
    page = Form(chef).review(privacy__data_ttl_days="30", privacy__company="Cabinet Dupré").text
    assert "-  data_ttl_days: 90" in page
    assert "+  data_ttl_days: 30" in page
    assert "Cabinet Dupré" in page
    assert files() == before


def test_what_was_reviewed_is_written_with_comments_and_a_name(house, chef, files):
    before = files()
    saved = Form(chef).save("Demande du délégué", privacy__data_ttl_days="30")
    after = files()
    assert saved.location == f"/settings/saved/{after.version}"
    old, new = (each.files["voiced.yaml"].decode() for each in (before, after))
    assert new == old.replace("data_ttl_days: 90", "data_ttl_days: 30")
    entry = History(house.settings.data_dir / "config").record(after)
    assert (entry.author, entry.reason) == ("chef", "Demande du délégué")


def test_settings_and_consent_become_one_version(chef, files):
    before = files()
    key = "text.accueil.consentement.ask"
    saved = Form(chef).save(privacy__data_ttl_days="30", **{key: "Gardons-nous\r\nle texte ?  Oui ou non."})
    after = files()
    assert saved.location.endswith(after.version)
    changed = {name for name in after.files if after.files[name] != before.files[name]}
    assert changed == {"voiced.yaml", "flows/accueil.yaml"}
    assert "Gardons-nous le texte ? Oui ou non." in after.files["flows/accueil.yaml"].decode()
    assert "# --- who speaks" in after.files["flows/accueil.yaml"].decode()


def test_a_reason_is_needed(chef, files):
    before = files()
    assert Form(chef).save("  ", privacy__data_ttl_days="30").status_code == 422
    assert files() == before


def test_nothing_changed_is_nothing_to_do(chef, files):
    assert Form(chef).review().location == "/settings"
    assert "Rien n’a été changé." in chef.get("/settings").text


def test_recording_is_a_switch(chef, files):
    Form(chef).save(privacy__recording_enabled=["off", "on"])
    assert b"recording_enabled: true" in files().files["voiced.yaml"]
    Form(chef).save(privacy__recording_enabled=["off"])
    assert b"recording_enabled: false" in files().files["voiced.yaml"]


def test_what_is_not_valid_is_refused_with_what_was_typed(chef, files):
    before = files()
    refused = Form(chef).review(privacy__data_ttl_days="0", privacy__company="Dupré")
    assert refused.status_code == 422
    assert "privacy/data_ttl_days" in refused.text
    assert 'value="Dupré"' in refused.text
    assert Form(chef).review(privacy__data_ttl_days="trente").status_code == 422
    assert files() == before


def test_stand_ins_are_kept_in_their_order_and_once(chef, files):
    Form(chef).save(fallback__stt=["", "local", "local"])
    assert b"fallback:\n  stt: [local]" in files().files["voiced.yaml"]


def test_someone_elses_edit_in_between_is_not_overwritten(house, chef, files):
    form = Form(chef)
    page = form.review(privacy__data_ttl_days="30")
    house.file.write_text(house.file.read_text().replace("Cabinet Martin", "Cabinet Durand"))
    other = files()
    answer = chef.post("/settings/save", {**inputs(page.text), "reason": "essai"}, page="/settings")
    assert answer.status_code == 409
    assert "ont changé entre-temps" in answer.text
    assert files() == other
    again = chef.post("/settings/save", {**inputs(answer.text), "reason": "essai"}, page="/settings")
    assert again.status_code == 302
    assert b"data_ttl_days: 30" in files().files["voiced.yaml"]


def test_what_the_environment_decides_is_closed(tmp_path):
    with a_house(tmp_path, {"DATA_TTL_DAYS": "7", "COMPANY": "Dupré"}) as house:
        house.file.write_text(house.file.read_text().replace("company: Cabinet Martin", "company: ${COMPANY}"))
        chef = Browser(application(house))
        chef.sign_in("chef")
        page = chef.get("/settings").text
        assert "<code>DATA_TTL_DAYS</code>" in page
        assert "<code>COMPANY</code>" in page
        assert "privacy.data_ttl_days" not in inputs(page)
        form = {"privacy.data_ttl_days": "30", "privacy.company": "Durand", "base": "x"}
        assert chef.post("/settings/review", form, page="/settings").location == "/settings"


def test_broken_files_are_told_on_every_page_and_closed_to_the_form(house, chef, files):
    house.file.write_text(house.file.read_text().replace("stt: local", "stt: locla"))
    page = chef.get("/settings")
    assert re.search(r'<code class="place">voiced.yaml:\d+:\d+</code>', page.text)
    assert "il n’y a pas de fournisseur &#39;locla&#39; pour stt" in page.text
    assert '<form method="post" action="/settings/review"' not in page.text
    assert "La configuration sur le disque est refusée." in chef.get("/").text
    assert chef.post("/settings/review", {}, page="/").status_code == 409
    assert chef.post("/settings/save", {"reason": "x"}, page="/").status_code == 409


def test_each_worker_tells_what_became_of_it(house, chef, files):
    version = files().version
    problem = {"file": str(house.file), "line": 3, "column": 1, "reason": "no such voice", "fix": "choose another"}
    tells = [
        {"version": version, "problems": [], "restart_needed": ["server.port"]},
        {"version": "before", "problems": [problem], "restart_needed": []},
        {"version": "before", "problems": [], "restart_needed": []},
    ]
    workers = [FakeWorker(house.settings.data_dir, number, config=config) for number, config in enumerate(tells)]
    with workers[0].open(), workers[1].open(), workers[2].open():
        page = chef.get(f"/settings/saved/{version}").text
    assert [re.search(rf'badge {state}"', page) is not None for state in ("applied", "refused", "waiting")] == [
        True
    ] * 3
    assert "server.port" in page
    assert "voiced.yaml:3:1" in page
    assert 'data-live="1"' in page, "it looks again while one is waited for"


def test_without_workers_it_waits_for_the_next_start(chef, files):
    page = chef.get(f"/settings/saved/{files().version}").text
    assert "au prochain démarrage" in page
    assert "Les fichiers ont encore changé depuis." in chef.get("/settings/saved/0123").text
