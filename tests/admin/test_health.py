"""How everything is: for eyes, for supervisors, for Prometheus, and as a banner on every page."""

import re
import time

import pytest
from admin_house import Browser, FakeWorker, a_house, application
from prometheus_client.parser import text_string_to_metric_families

from voiced.fleet.rundir import control_path
from voiced.jobs import queue, schedule
from voiced.store import db


def badges(page):
    return re.findall(r'<span class="badge (\w+)">', page)


def alerts(page):
    return re.findall(r'<div class="alert (\w+)" role="status">\s*<div class="wrap">\s*<strong>([^<]+)', page)


@pytest.fixture
def jobs(house):
    """The process of the jobs was heard of just now."""
    schedule.tick(house.database, "jobs-1", time.time())
    for job in queue.listed(house.database):
        queue.drop(house.database, job.id)


def test_all_is_well(house, jobs, claire):
    with FakeWorker(house.settings.data_dir).open():
        page = claire.get("/health").text
    assert alerts(page) == []
    assert badges(page) == ["ready", "ready"], "the worker, and the files"
    assert "0 / 20" in page


def test_no_worker_is_the_first_thing_that_is_told(jobs, claire):
    assert alerts(claire.get("/").text) == [("bad", "Aucun processus d’appels ne tourne.")]


def test_a_worker_that_hangs_and_one_that_is_missing(tmp_path):
    with a_house(tmp_path) as house:
        house.file.write_text(house.file.read_text().replace("port: 8080", "port: 8080\n  workers: 3"))
    with a_house(tmp_path, fresh=False) as house, FakeWorker(house.settings.data_dir).open():
        control_path(house.settings.data_dir, 1).touch()
        browser = Browser(application(house))
        browser.sign_in("claire")
        page = browser.get("/health").text
    assert ("warn", "Il manque des processus d’appels : 1 sur 3.") in alerts(page)
    assert ("bad", "Le processus d’appels 1 ne répond pas.") in alerts(page)
    assert badges(page)[:2] == ["ready", "gone"]


def test_workers_tell_what_they_wait_for(house, jobs, claire):
    told = {"ready": False, "reasons": ["models are loading"]}
    with (
        FakeWorker(house.settings.data_dir, 0, health=told).open(),
        FakeWorker(house.settings.data_dir, 1, health={"draining": True}).open(),
    ):
        page = claire.get("/health").text
    assert badges(page)[:2] == ["waiting", "draining"]
    assert "models are loading" in page


def test_what_a_worker_knows_of_the_files_is_told_on_every_page(house, jobs, claire):
    problem = {"file": str(house.file), "line": 12, "column": 3, "reason": "the voice cannot be had", "fix": "fetch it"}
    config = {"version": "d3b07384d113", "problems": [problem], "restart_needed": ["server.port"]}
    with FakeWorker(house.settings.data_dir, config=config).open():
        page = claire.get("/").text
    assert ("bad", "La configuration sur le disque est refusée.") in alerts(page)
    assert '<code class="place">voiced.yaml:12:3</code> the voice cannot be had' in page
    assert ("warn", "Des réglages attendent un redémarrage : server.port.") in alerts(page)


def test_jobs_that_wait_and_that_are_parked_are_shown(house, claire):
    now = time.time()
    queue.add(house.database, "summary", "c-kept", now=now)
    queue.add(house.database, "purge", now=now - 5)
    job = queue.claim(house.database, ["purge"], "jobs-1", now)
    queue.note(house.database, job.id, "jobs-1", {"type": "Unavailable"}, final=True)
    page = claire.get("/health").text
    assert {"failed", "waiting"} <= set(badges(page))
    assert "Unavailable" in page
    assert ("warn", "Le processus des travaux ne tourne pas.") in alerts(page)


def test_providers_that_are_set_aside(house, claire):
    breakers = [{"kind": "tts", "provider": "local", "state": "open"}, {"kind": "stt", "provider": "x", "state": "new"}]
    with FakeWorker(house.settings.data_dir, breakers=breakers).open():
        page = claire.get("/health").text
    assert "Écarté après des échecs" in page
    assert ">new<" in page


PROVIDERS = [
    {"kind": "llm", "provider": "cloud", "state": "closed", "requests": 9, "failures": 1},
    {"kind": "stt", "provider": "busy", "state": "closed", "requests": 4, "failures": 0, "held_for": 11.2},
    {"kind": "tts", "provider": "down", "state": "open", "requests": 4, "failures": 3, "probe_in": 3.4},
]


def provider_rows(page):
    section = re.split(r"<h2>(?:Fournisseurs|Providers)</h2>", page)[1].split("</table>")[0]
    rows = re.findall(r"<tr><td>.*?</tr>", section, re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in rows]


def test_when_a_provider_is_asked_again_and_how_often_it_failed(house, claire):
    with FakeWorker(house.settings.data_dir, breakers=PROVIDERS).open():
        french, english = claire.get("/health").text, claire.get("/health?lang=en", follow_redirects=True).text
    assert provider_rows(french) == [
        "0 Modèle cloud En service 1 / 9",
        "0 Reconnaissance busy Ménagé, à sa demande demandé à nouveau dans 12 s 0 / 4",
        "0 Voix down Écarté après des échecs demandé à nouveau dans 4 s 3 / 4",
    ]
    assert provider_rows(english)[1] == "0 Recogniser busy Left alone, as it asked asked again in 12 s 0 / 4"


def test_probes(house, browser):
    assert browser().get("/healthz").text == "ok\n"
    assert browser().get("/readyz").text == "ok\n"


def test_it_is_not_ready_without_its_database(tmp_path):
    with a_house(tmp_path) as house:
        with house.database.connection_context():
            house.database.execute_sql("drop table users")
        db.close(house.database)
        assert Browser(application(house)).get("/readyz").status_code == 503


def values(exposition):
    return {
        (sample.name, sample.labels["process"]): sample.value
        for family in text_string_to_metric_families(exposition)
        for sample in family.samples
        if sample.name in ("voiced_calls", "voiced_up")
    }


def test_the_metrics_of_all_processes_are_told_to_this_machine(house, browser):
    calls = [{"call_id": "a"}, {"call_id": "b"}]
    with FakeWorker(house.settings.data_dir, 2, calls=calls).open():
        control_path(house.settings.data_dir, 7).touch()
        told = values(browser().get("/metrics").text)
    assert told["voiced_calls", "worker-2"] == 2
    assert {process: value for (name, process), value in told.items() if name == "voiced_up"} == {
        "admin": 1, "worker-2": 1, "worker-7": 0,
    }  # fmt: skip


def test_other_machines_need_the_token(tmp_path):
    with a_house(tmp_path, {"METRICS_TOKEN": "a token"}) as house:
        yaml = house.file.read_text() + "\nadmin:\n  metrics_token: ${METRICS_TOKEN}\n"
        house.file.write_text(yaml)
        app = application(house)
        other, proxied = Browser(app, address="10.0.0.9"), {"base_url": "https://admin.example"}
        assert other.get("/metrics").status_code == 403
        assert other.get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 403
        assert other.get("/metrics", headers={"Authorization": "Bearer a token"}).status_code == 200
        assert Browser(app).get("/metrics", **proxied).status_code == 403, "through a proxy it is not this machine"
        assert Browser(app).get("/metrics", base_url="http://[::1]:8081").status_code == 200


def test_without_a_token_in_the_settings_none_is_right(browser):
    other = browser(address="10.0.0.9")
    assert other.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 403
