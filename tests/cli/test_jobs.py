"""`voiced jobs`: what an operator sees of the work after calls, and does about it."""

import json
import time

import pytest

from voiced.jobs import queue, schedule
from voiced.store import ActionRow, CallRow, MessageRow, db, queries
from voiced.store.upsert import upsert

DAY = 86_400.0


@pytest.fixture
def database(project):
    (project / "data").mkdir()
    opened = db.open(f"sqlite:///{project}/data/voiced.db")
    yield opened
    db.close(opened)


@pytest.fixture
def four(database):
    """A job of each state."""
    now = time.time()
    for key in ("parked", "running"):
        queue.add(database, "summary", key, now=now - 60, key=key)
        queue.claim(database, ("summary",), "host:1:ab", now - 30)
        if key == "parked":
            queue.note(database, "summary-parked", "host:1:ab", {"type": "ValueError", "frames": []}, final=True)
    queue.add(database, "purge", now=now - 10, key="waiting")
    queue.add(database, "warm", now=now + 3600, key="later")
    return database


def test_an_empty_queue_says_so(voiced, project):
    assert voiced("jobs", "list") == (0, "nothing waits\n", "")


def test_jobs_are_listed_with_their_state(voiced, four):
    lines = voiced("jobs", "list").out.splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["summary-parked", "parked"], ["summary-running", "running"], ["purge-waiting", "waiting"],
        ["warm-later", "scheduled"],
    ]  # fmt: skip
    assert lines[0].endswith("tries 1  failed of ValueError")


def test_programs_read_them_as_json(voiced, four):
    listed = json.loads(voiced("jobs", "list", "--json").out)
    assert [(job["id"], job["state"]) for job in listed if job["state"] == "scheduled"] == [("warm-later", "scheduled")]
    assert listed[0]["error"] == {"type": "ValueError", "frames": []}


def test_one_job_is_shown(voiced, four):
    shown = dict(line.split(":", 1) for line in voiced("jobs", "show", "summary-running").out.splitlines())
    assert (shown["state"].strip(), shown["holder"].strip(), shown["error"].strip()) == ("running", "host:1:ab", "-")
    assert json.loads(voiced("jobs", "show", "summary-parked", "--json").out)["arguments"] == ["parked"]


def test_a_parked_job_is_retried(voiced, four):
    assert "summary-parked runs as soon as" in voiced("jobs", "retry", "summary-parked").out
    assert queue.find(four, "summary-parked").state == "waiting"


def test_a_job_is_dropped(voiced, four):
    assert voiced("jobs", "drop", "summary-parked").out == "summary-parked is dropped\n"
    assert queue.find(four, "summary-parked") is None


@pytest.mark.parametrize(
    ("what", "id", "told"),
    [
        ("show", "x", "job 'x' is done, or never was; see `voiced jobs list`"),
        ("retry", "summary-running", "job 'summary-running' runs, is done, or never was"),
        ("drop", "summary-running", "job 'summary-running' runs, is done, or never was"),
    ],
)
def test_what_cannot_be_had_is_told(voiced, four, what, id, told):
    printed = voiced("jobs", what, id)
    assert printed.code == 2
    assert told in printed.err


def test_the_timetable_and_who_keeps_it(voiced, database):
    assert voiced("jobs", "schedule").out.splitlines()[-1] == "kept by nobody: no jobs process runs"
    schedule.tick(database, "host:1:ab", time.time())
    told = json.loads(voiced("jobs", "schedule", "--json").out)
    assert told["scheduler"] == "host:1:ab"
    assert {job["name"]: job["times"] for job in told["jobs"]} == {
        "purge": "daily at 03:30, Paris", "sweep": "every 5 min",
    }  # fmt: skip
    assert voiced("jobs", "schedule").out.splitlines()[-1] == "kept by host:1:ab"


def test_a_purge_by_hand_erases_what_the_settings_say(voiced, database, change):
    change("data_ttl_days: 90", "data_ttl_days: 7")
    now = time.time()
    upsert(database, [CallRow("old", started_at=now - 8 * DAY), CallRow("young", started_at=now - DAY)])
    assert voiced("jobs", "run", "purge").out == ("purge: done (days 7, calls 1, messages 0, actions 0, summaries 0)\n")
    assert [call.id for call in queries.recent_calls(database)] == ["young"]


def test_a_purge_by_hand_doubts_the_clock_too_until_it_is_told_not_to(voiced, database):
    upsert(database, [CallRow("old", started_at=time.time() - 400 * DAY)])
    refused = voiced("jobs", "run", "purge")
    assert refused.code == 2
    assert "nothing was erased: nothing happened for 400 days, or the clock is ahead" in refused.err
    assert json.loads(voiced("jobs", "run", "purge", "--trust-clock", "--json").out)["calls"] == 1


def test_a_summary_by_hand_says_in_french_what_tools_did(voiced, database):
    granted = [{"decision": "granted"}]
    words = MessageRow("c-1", 0, "caller", "Je voudrais déplacer mon rendez-vous")
    done = ActionRow("c-1", 1, "take_message", {"message": "Plutôt jeudi"}, ok=True)
    upsert(database, [CallRow("c-1", ended_at=1.0, ended_by="caller", consent=granted), words, done])
    assert voiced("jobs", "run", "summary", "c-1").out == "summary: done (call_id c-1, made True)\n"
    assert queries.summary(database, "c-1").text == (
        "Demande : « Je voudrais déplacer mon rendez-vous »\n"
        "Fait : Note un message pour l'équipe (Plutôt jeudi)\n"
        "Fin : l'appelant a raccroché."
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["tidy"], "there is no job 'tidy'; there is purge, recordings, summary, sweep, warm"),
        (
            ["summary"],
            "summary takes the id of one call, recordings takes calls such as twilio/CA1, the other jobs take nothing",
        ),
        (
            ["purge", "c-1"],
            "summary takes the id of one call, recordings takes calls such as twilio/CA1, the other jobs take nothing",
        ),
    ],
)
def test_what_is_no_job_is_told(voiced, project, arguments, told):
    printed = voiced("jobs", "run", *arguments)
    assert printed.code == 2
    assert told in printed.err
