"""Erasure by age: everything of a call and nothing else, and never by a wrong clock."""

import pytest

from voiced.errors import Unavailable
from voiced.jobs import queue
from voiced.jobs.purge import BATCH, DAY, doubt, purge
from voiced.jobs.tables import Purge
from voiced.store import ActionRow, CallRow, MessageRow, SummaryRow, db, queries
from voiced.store.upsert import upsert

NOW = 1_800_000_000.0


def call(name, days_ago, **facts):
    """Return the rows of one call that ended so many days ago."""
    at = NOW - days_ago * DAY
    facts = {"started_at": at - 60, "ended_at": at, **facts}
    return [
        CallRow(name, **facts),
        MessageRow(name, 0, "caller", "Un rendez-vous"),
        MessageRow(name, 1, "agent", "Quel jour ?"),
        ActionRow(name, 0, "book"),
        SummaryRow(name, "Demande : un rendez-vous."),
    ]


def left(database):
    """Return the calls of which anything is left."""
    with database.connection_context():
        tables = (("calls", "id"), ("messages", "call"), ("actions", "call"), ("summaries", "call"))
        found = [database.execute_sql(f"select {column} from {table}").fetchall() for table, column in tables]
    return {name for rows in found for (name,) in rows}


def test_what_is_too_old_goes_whole_and_the_rest_stays(database):
    upsert(database, [*call("old", 90.1), *call("young", 89.9), *call("today", 0.1)])
    erased = purge(database, 90, NOW)
    assert (erased.calls, erased.messages, erased.actions, erased.summaries) == (1, 2, 1, 1)
    assert left(database) == {"young", "today"}
    assert len(queries.messages(database, "young")) == 2


def test_the_end_of_a_call_counts_and_its_beginning_where_nobody_told_the_end(database):
    upsert(database, call("long", 89.99, started_at=NOW - 90.01 * DAY))
    upsert(database, call("killed", 0, started_at=NOW - 90.01 * DAY, ended_at=None))
    upsert(database, call("in progress", 0, started_at=NOW - 60, ended_at=None))
    purge(database, 90, NOW)
    assert left(database) == {"long", "in progress"}


def test_what_was_written_after_an_erasure_goes_too(database):
    upsert(database, [*call("erased", 1), *call("kept", 1)])
    queries.delete_call(database, "erased")
    upsert(database, [MessageRow("erased", 7, "caller", "Une dernière chose"), ActionRow("gone", 1, "book")])
    erased = purge(database, 90, NOW)
    assert (erased.calls, erased.messages, erased.actions) == (0, 1, 1)
    assert left(database) == {"kept"}


def test_many_calls_go_in_several_transactions(database):
    upsert(database, [CallRow(f"c-{n}", started_at=NOW - 100 * DAY) for n in range(2 * BATCH + 10)])
    upsert(database, call("today", 0))
    assert purge(database, 90, NOW).calls == 2 * BATCH + 10
    assert left(database) == {"today"}


def test_the_carriers_of_purged_calls_are_asked_to_erase_what_they_recorded(database):
    known = {"provider": "twilio", "carrier_call_id": "CA1"}
    upsert(database, [*call("old", 91, **known), *call("young", 1, provider="twilio", carrier_call_id="CA2")])
    upsert(database, call("unknown", 91))
    purge(database, 90, NOW)
    assert [(job.name, job.arguments, job.due) for job in queue.listed(database)] == [
        ("recordings", ["twilio/CA1"], NOW)
    ]
    purge(database, 90, NOW)
    assert len(queue.listed(database)) == 1


def test_each_purge_leaves_its_proof(database):
    upsert(database, [*call("old", 91), *call("today", 0)])
    purge(database, 90, NOW)
    purge(database, 90, NOW + DAY)
    with database.connection_context():
        proofs = list(Purge.select().order_by(Purge.at).dicts().execute(database))
    assert [(proof["at"], proof["before"], proof["calls"], proof["messages"]) for proof in proofs] == [
        (NOW, NOW - 90 * DAY, 1, 2),
        (NOW + DAY, NOW - 89 * DAY, 0, 0),
    ]


def test_nothing_of_what_was_erased_is_left_in_the_files(tmp_path):
    database = db.open(f"sqlite:///{tmp_path}/voiced.db")
    upsert(database, [*call("old", 91), *call("today", 0), MessageRow("old", 2, "caller", "Quatrevents")])
    purge(database, 90, NOW)
    db.close(database)
    assert not any(b"Quatrevents" in path.read_bytes() for path in tmp_path.iterdir())


def test_a_clock_that_was_set_back_erases_nothing(database):
    upsert(database, [*call("old", 91), *call("today", 0)])
    purge(database, 90, NOW)
    upsert(database, call("old", 91))
    with pytest.raises(Unavailable, match=r"nothing was erased: the clock is 86400 seconds behind .* --trust-clock"):
        purge(database, 90, NOW - DAY)
    assert "old" in left(database)


def test_a_clock_that_leapt_ahead_erases_nothing_until_someone_vouches_for_it(database):
    upsert(database, call("today", 0))
    with pytest.raises(Unavailable, match="nothing happened for 365 days, or the clock is ahead"):
        purge(database, 90, NOW + 365 * DAY)
    assert left(database) == {"today"}
    assert purge(database, 90, NOW + 365 * DAY, trusted=True).calls == 1


def test_a_clock_that_was_set_while_the_process_ran_erases_nothing(database):
    upsert(database, call("old", 91))
    with pytest.raises(Unavailable, match=r"the clock was set by \+3600 seconds"):
        purge(database, 90, NOW, moved=3600.0, trusted=False)
    assert left(database) == {"old"}


@pytest.mark.parametrize(
    ("days", "gap", "doubted"),
    [(90, 29.9, False), (90, 30.1, True), (30, 9.9, False), (30, 10.1, True), (1, 2.9, False), (1, 3.1, True),
     (3650, 29.9, False), (3650, 30.1, True)],
)  # fmt: skip
def test_how_long_a_machine_may_have_been_off(days, gap, doubted):
    assert bool(doubt(NOW + gap * DAY, NOW, days)) is doubted


def test_small_corrections_of_the_clock_are_nothing():
    assert doubt(NOW - 599, NOW, 90, moved=-599) == ""
    assert doubt(NOW, None, 90) == ""


def test_an_empty_database_is_purged_of_nothing(database):
    assert purge(database, 90, NOW).calls == 0
