"""The write-behind task: rows in, batches out, whatever the database does."""

import io
import json

import pytest
import structlog
import trio
import trio.testing
from peewee import OperationalError

from voiced.observe import configure
from voiced.store import ActionRow, CallRow, MessageRow, Writer, queries
from voiced.store.writer import BATCH


@pytest.fixture(autouse=True)
def log():
    """Return a function that gives the names of the events logged so far."""
    stream = io.StringIO()
    configure("info", stream)
    yield lambda: [json.loads(line)["event"] for line in stream.getvalue().splitlines()]
    structlog.reset_defaults()


class Thread:
    """Runs functions inline, as a thread that is always free; remembers how many rows each batch had."""

    def __init__(self, failures=0):
        self.batches = []
        self.failures = failures
        self.tries = []

    async def __call__(self, function, /, *args):
        await trio.lowlevel.checkpoint()
        self.tries.append(trio.current_time())
        if len(self.tries) <= self.failures:
            raise OperationalError("disk I/O error")
        self.batches.append(len(args[1]))
        return function(*args)


def said(seq, text="oui"):
    return MessageRow("c-1", seq, "caller", text)


async def test_what_is_put_is_kept(database, nursery):
    writer = Writer(database, trio.to_thread.run_sync)
    nursery.start_soon(writer.run)
    for row in (CallRow("c-1"), said(0), ActionRow("c-1", 0, "book")):
        writer.put(row)
    await writer.flush()
    assert queries.call(database, "c-1") == CallRow("c-1")
    assert queries.messages(database, "c-1") == [said(0)]
    assert queries.actions(database, "c-1") == [ActionRow("c-1", 0, "book")]
    writer.close()


async def test_rows_that_wait_go_in_batches_of_at_most_200(database, nursery):
    thread = Thread()
    writer = Writer(database, thread)
    for seq in range(450):
        writer.put(said(seq))
    nursery.start_soon(writer.run)
    await writer.flush()
    assert thread.batches == [BATCH, BATCH, 50]
    assert len(queries.messages(database, "c-1")) == 450
    writer.close()


async def test_closing_writes_what_waits_and_ends_the_task(database):
    writer = Writer(database, Thread())
    for seq in range(250):
        writer.put(said(seq))
    writer.close()
    await writer.run()
    assert len(queries.messages(database, "c-1")) == 250
    writer.put(said(999))
    assert writer.dropped == 1


async def test_flush_with_nothing_put_returns(database):
    await Writer(database, Thread()).flush()


async def test_a_full_queue_counts_and_tells_what_it_drops(database, nursery, log, measured):
    writer = Writer(database, Thread(), capacity=10)
    for seq in range(13):
        writer.put(said(seq))
    assert (writer.dropped, log()) == (3, ["journal_full"])
    assert writer.waiting == 10
    nursery.start_soon(writer.run)
    await writer.flush()
    assert log() == ["journal_full", "journal_has_room_again"]
    assert [row.seq for row in queries.messages(database, "c-1")] == list(range(10))
    assert writer.waiting == 0
    assert measured("voiced_journal_rows_lost_total", why="dropped") == 3
    assert measured("voiced_journal_rows_written_total") == 10
    writer.close()


async def test_a_failing_database_keeps_its_rows_and_is_tried_less_and_less_often(
    database, nursery, log, autojump_clock, measured
):
    thread = Thread(failures=8)
    writer = Writer(database, thread)
    nursery.start_soon(writer.run)
    writer.put(said(0))
    await writer.flush()
    waits = [round(after - before, 2) for before, after in zip(thread.tries, thread.tries[1:], strict=False)]
    assert waits == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    assert log() == ["journal_write_failed"] * 8
    assert measured("voiced_journal_write_failures_total") == 8
    assert queries.messages(database, "c-1") == [said(0)]
    assert writer.dropped == writer.refused == 0
    writer.close()


async def test_a_real_table_that_goes_and_comes_back_loses_nothing(database, nursery, log, autojump_clock):
    def rename(before, after):
        with database.connection_context():
            database.execute_sql(f"alter table {before} rename to {after}")

    writer = Writer(database, Thread())
    nursery.start_soon(writer.run)
    rename("messages", "elsewhere")
    writer.put(said(0))
    await trio.sleep(1)
    assert "journal_write_failed" in log()
    rename("elsewhere", "messages")
    writer.put(said(1))
    await writer.flush()
    assert queries.messages(database, "c-1") == [said(0), said(1)]
    writer.close()


async def test_a_row_that_the_database_refuses_does_not_hold_up_the_others(database, nursery, log, measured):
    writer = Writer(database, Thread())
    for row in (ActionRow("c-1", 0, "book", idempotency_key="k"), ActionRow("c-1", 1, "book", idempotency_key="k")):
        writer.put(row)
    writer.put(said(0))
    nursery.start_soon(writer.run)
    await writer.flush()
    assert writer.refused == 1
    assert log() == ["journal_row_refused"]
    assert measured("voiced_journal_rows_lost_total", why="refused") == 1
    assert measured("voiced_journal_rows_written_total") == 2
    assert queries.messages(database, "c-1") == [said(0)]
    writer.close()


async def test_the_latest_state_of_a_call_is_the_one_kept(database, nursery):
    writer = Writer(database, Thread())
    nursery.start_soon(writer.run)
    writer.put(CallRow("c-1", outcome="ringing"))
    await writer.flush()
    writer.put(CallRow("c-1", outcome="answered"))
    writer.put(CallRow("c-1", outcome="booked"))
    await writer.flush()
    assert queries.recent_calls(database) == [CallRow("c-1", outcome="booked")]
    writer.close()


async def test_a_cancelled_writer_still_writes_what_waits(database):
    writer = Writer(database, Thread())
    async with trio.open_nursery() as nursery:
        nursery.start_soon(writer.run)
        await trio.testing.wait_all_tasks_blocked()
        for seq in range(250):
            writer.put(said(seq))
        nursery.cancel_scope.cancel()
    assert len(queries.messages(database, "c-1")) == 250


async def test_a_writer_cancelled_while_the_database_is_gone_gives_up_and_says_what_is_lost(
    database, log, autojump_clock
):
    writer = Writer(database, Thread(failures=10**6))
    async with trio.open_nursery() as nursery:
        nursery.start_soon(writer.run, 2.0)
        for seq in range(3):
            writer.put(said(seq))
        await trio.sleep(1)
        cancelled = trio.current_time()
        nursery.cancel_scope.cancel()
    assert trio.current_time() - cancelled == pytest.approx(2.0)
    assert log()[-1] == "journal_rows_lost"
