"""Who may come in, and what protects those who did."""

import time

import pytest
from admin_house import PASSWORDS, Browser, a_house, application

from voiced.store import users


def test_strangers_sign_in_first_and_get_where_they_wanted(browser):
    stranger = browser()
    sent = stranger.get("/calls/c-kept")
    assert (sent.status_code, sent.location) == (302, "/sign-in?next=%2Fcalls%2Fc-kept")
    assert stranger.sign_in("chef", next="/calls/c-kept").location == "/calls/c-kept"
    assert "Quatrevents" in stranger.get("/calls/c-kept").text


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:0"])
def test_signing_in_leads_nowhere_else(browser, elsewhere):
    assert browser().sign_in("chef", next=elsewhere).location == "/"


@pytest.mark.parametrize(
    ("name", "password"), [("chef", "une autre phrase"), ("nobody", PASSWORDS["chef"]), ("", "xyzzy")]
)
def test_a_wrong_name_or_password_says_not_which(browser, name, password):
    refused = browser().sign_in(name, password)
    assert refused.status_code == 401
    assert "Ce nom et ce mot de passe ne vont pas ensemble." in refused.text
    assert password not in refused.text


def test_guessing_is_limited_for_an_address_and_success_is_not_counted(browser):
    guesser = browser(address="10.0.0.9")
    for _ in range(2):
        assert guesser.sign_in("chef").status_code == 302
        guesser.post("/sign-out", page="/")
    assert [guesser.sign_in("chef", "wrong").status_code for _ in range(6)] == [401] * 5 + [429]
    assert guesser.sign_in("chef").status_code == 429
    assert browser(address="10.0.0.10").sign_in("chef").status_code == 302


def test_a_form_of_another_site_does_nothing(chef, browser):
    assert browser().client.post("/sign-in", data={"name": "chef", "password": PASSWORDS["chef"]}).status_code == 400
    assert chef.client.post("/sign-out", data={}).status_code == 400
    assert chef.get("/").status_code == 200


def test_signing_out_ends_the_session(chef):
    assert chef.post("/sign-out", page="/").location == "/sign-in"
    assert chef.get("/").status_code == 302


def test_another_password_or_being_disabled_ends_sessions(house, chef, claire):
    users.change(house.database, "chef", time.time(), password="another")
    users.change(house.database, "claire", time.time(), disabled_at=time.time())
    assert (chef.get("/").status_code, claire.get("/").status_code) == (302, 302)
    assert claire.sign_in("claire").status_code == 401


def test_signing_in_is_noted(house, chef):
    assert users.find(house.database, "chef").seen_at == pytest.approx(time.time(), abs=60)
    assert users.find(house.database, "claire").seen_at is None


@pytest.mark.parametrize("path", ["/", "/sign-in", "/calls/c-none", "/static/app.css"])
def test_every_answer_forbids_what_is_not_ours(chef, path):
    with chef.get(path) as answer:
        headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert ("no-store" in headers.get("Cache-Control", "")) == (not path.startswith("/static"))


def test_the_cookie_is_for_our_pages_only_and_for_https_where_there_is_any(browser):
    plain = browser().sign_in("chef").headers["Set-Cookie"]
    assert "HttpOnly" in plain
    assert "SameSite=Lax" in plain
    assert "Secure" not in plain
    safe = browser()
    safe.from_["base_url"] = "https://admin.example"
    referrer = {"Referer": "https://admin.example/sign-in"}
    sent = safe.post("/sign-in", {"name": "chef", "password": PASSWORDS["chef"]}, headers=referrer)
    assert "Secure" in sent.headers["Set-Cookie"]


def test_a_page_that_refreshes_itself_does_not_prolong_the_session(chef):
    chef.get("/")
    assert "Set-Cookie" in chef.get("/").headers
    assert "Set-Cookie" not in chef.get("/", headers={"X-Requested-With": "refresh"}).headers


def test_without_users_the_page_says_what_to_type(tmp_path):
    with a_house(tmp_path, with_users=False) as house:
        page = Browser(application(house)).get("/sign-in").text
    assert "voiced user add admin --generate" in page
    assert "password" not in page


def test_pages_that_do_not_exist_say_so(chef):
    gone = chef.get("/calls/c-none")
    assert gone.status_code == 404
    assert "Introuvable" in gone.text
    assert chef.get("/?which=strange").status_code == chef.get("/?page=0").status_code == 404
    assert chef.get("/sign-out").status_code == 405


def test_english_by_choice_and_it_stays(chef):
    assert chef.get("/?which=failed&lang=en").location == "/?which=failed"
    assert '<html lang="en">' in chef.get("/").text
    assert chef.get("/?lang=xx").status_code == 200
    assert chef.get("/?lang=fr&_external=1").location == "/"
