"""The calls: a list with those in progress, and each in full, as far as its caller agreed."""

import re
import time

import pytest
from admin_house import CACHED, GAP, TALK, FakeWorker, a_call

from voiced.jobs.summarise import summarise
from voiced.store import queries
from voiced.store.upsert import upsert
from voiced_admin.waterfall import bars, scale

LIVE = {"call_id": "c-live", "flow": "accueil", "step": "demande", "seconds": 48, "consent": "granted"}


@pytest.fixture
def worker(house):
    with FakeWorker(house.settings.data_dir, calls=[LIVE]).open() as worker:
        yield worker


def states(page):
    """Return how each call of the list stands: its id and its state."""
    rows = re.findall(r'<tr>\s*<td><a class="row" href="/calls/([^"]+)".*?<span class="badge (\w+)"', page, re.DOTALL)
    return dict(rows)


def test_the_list_tells_how_each_call_stands(worker, claire):
    page = claire.get("/").text
    assert states(page) == {
        "c-live": "live", "c-lost": "lost", "c-kept": "completed", "c-refused": "completed", "c-failed": "failed",
        "c-gone": "abandoned",
    }  # fmt: skip
    assert "1 appel en cours" in page
    assert "· demande" in page, "where a call in progress is"
    assert "585 ms" in page, "the median of its answers"


@pytest.mark.parametrize(
    ("which", "found"),
    [("open", {"c-live", "c-lost"}), ("ended", {"c-kept", "c-refused", "c-gone"}), ("failed", {"c-failed"})],
)
def test_the_list_can_be_narrowed(claire, which, found):
    assert set(states(claire.get(f"/?which={which}").text)) == found


def test_without_a_worker_nothing_is_in_progress(claire):
    assert states(claire.get("/").text)["c-live"] == "lost"


def test_many_calls_come_page_by_page(house, claire):
    now = time.time()
    upsert(house.database, [a_call(f"c-{number}", now - 200_000 - number, ended=now) for number in range(30)])
    first, second = claire.get("/").text, claire.get("/?page=2").text
    assert len(states(first)) == 25
    assert 'href="/?which=all&amp;page=2"' in first
    assert "c-29" in states(second)
    assert "page=3" not in second


def test_a_call_whose_caller_agreed_shows_what_was_said_and_done(claire):
    page = claire.get("/calls/c-kept").text
    assert all(text in page for _, text, *_ in TALK)
    assert page.count("✂") == 1
    assert "appointment_request" in page
    assert "Quatrevents" in page
    assert page.count('<rect class="bar ') == sum(len(bars(latency)) for *_, latency, _ in TALK)
    assert "style=" not in page, "nothing that the policy would not allow"


def test_the_summary_stands_first_where_there_is_one_that_may_be_shown(house, claire):
    assert "Résumé" not in claire.get("/calls/c-kept").text
    assert summarise(house.database, "c-kept", time.time())
    page = claire.get("/calls/c-kept").text
    assert page.index("Résumé") < page.index("Conversation</h2>")
    upsert(house.database, [a_call("c-kept", time.time() - 700, ended=time.time(), consent="withdrawn")])
    assert "Résumé" not in claire.get("/calls/c-kept").text


def test_a_call_whose_caller_did_not_agree_shows_no_word(house, claire):
    page = claire.get("/calls/c-refused").text
    assert "Le texte de cet appel n’est pas gardé." in page
    withdrawn = a_call("c-kept", time.time() - 700, ended=time.time() - 660, consent="withdrawn")
    upsert(house.database, [withdrawn])
    page = claire.get("/calls/c-kept").text
    assert queries.messages(house.database, "c-kept"), "even if rows were still there"
    assert "Quatrevents" not in page
    assert "<dd>Retiré</dd>" in page


def test_the_providers_of_a_call_are_named_with_the_reason_when_they_are_special(house, claire):
    given = {"stt": {"name": "local", "why": "active", "stand_ins": []}, "tts": {"name": "neuve", "why": "canary"}}
    upsert(house.database, [a_call("c-trial", time.time() - 50, ended=time.time(), providers=given)])
    page = claire.get("/calls/c-trial").text
    assert "<dt>Reconnaissance</dt><dd>local</dd>" in page
    assert '<dt>Voix</dt><dd>neuve <span class="quiet">à l’essai</span></dd>' in page


def test_a_call_in_progress_is_followed(worker, claire):
    page = claire.get("/calls/c-live").text
    assert 'id="call" class="columns" data-live="2"' in page
    assert "<dd>demande</dd>" in page


def test_what_somebody_said_is_text_and_nothing_else(house, claire):
    row = queries.messages(house.database, "c-kept")[1]
    upsert(house.database, [type(row)("c-kept", 1, "caller", "<script>alert(1)</script>", 18.0)])
    page = claire.get("/calls/c-kept").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_turn_is_drawn_as_what_the_caller_waits_for():
    assert [(bar.part, bar.start, bar.end) for bar in bars(GAP)] == [
        ("listen", 0, 380), ("think", 380, 560), ("voice", 560, 700), ("line", 700, 760),
    ]  # fmt: skip
    assert [(bar.part, bar.milliseconds) for bar in bars(CACHED)] == [
        ("listen", 350), ("think", 2), ("voice", 4), ("line", 54),
    ]  # fmt: skip
    assert bars(None) == bars({}) == []


def test_calls_are_drawn_to_round_scales():
    assert [scale([bars({"first_played": end})]) for end in (410, 760, 1460, 4000, 60_000)] == [
        500, 1000, 2000, 5000, 60_000,
    ]  # fmt: skip
    assert scale([]) == 500
