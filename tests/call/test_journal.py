"""What is written of a call: it depends on what the caller decided."""

import pytest

from voiced.call.journal import MOST_HELD, Journal
from voiced.dialog.talk import CallTool, Decided, ToolReturned
from voiced.observe.waterfall import Waterfall
from voiced.store import ActionRow, CallRow, EraseRow, MessageRow
from voiced.testing.stage import Happenings


class Written:
    """Implements `Rows`: the rows in order."""

    def __init__(self):
        self.rows = []

    def put(self, row):
        self.rows.append(row)

    def of(self, kind):
        return [row for row in self.rows if isinstance(row, kind)]

    @property
    def texts(self):
        return [row.text for row in self.of(MessageRow)]


@pytest.fixture
def written():
    return Written()


@pytest.fixture
def feed():
    return Happenings()


@pytest.fixture
def clock():
    return [1000.0]


@pytest.fixture
def journal(written, feed, clock):
    journal = Journal(CallRow(id="c1", flow="essai"), written, feed, lambda: clock[0])
    journal.began()
    return journal


def decided(decision):
    return Decided(decision, "Peut-on garder ?", "00", "voice", "oui", 0.9, "essai", "v1")


def talk(journal):
    journal.agent_said("Bonjour.", "Bonjour.", 1.0, None)
    journal.caller_said("oui", 0.9, 1.5, 2.0)


def test_before_consent_no_words_are_written(journal, written):
    talk(journal)
    journal.ended("caller", "completed")
    assert written.texts == []
    assert {row.id for row in written.of(CallRow)} == {"c1"}


def test_a_yes_writes_what_was_held_back_and_what_follows(journal, written):
    talk(journal)
    journal.decided(decided("granted"))
    journal.caller_said("vos horaires", 1.0, 4.0, 5.0)
    assert written.texts == ["Bonjour.", "oui", "vos horaires"]
    assert [row.seq for row in written.of(MessageRow)] == [1, 2, 3]


def test_a_no_forgets_it_for_good(journal, written):
    talk(journal)
    journal.decided(decided("refused"))
    talk(journal)
    journal.decided(decided("granted"))
    assert written.texts == []


def test_a_withdrawal_erases_and_stops(journal, written):
    journal.decided(decided("granted"))
    talk(journal)
    journal.decided(decided("withdrawn"))
    talk(journal)
    assert written.of(EraseRow) == [EraseRow("c1")]
    assert written.texts == ["Bonjour.", "oui"]  # the ones that the erasure erases
    assert written.rows.index(EraseRow("c1")) > written.rows.index(written.of(MessageRow)[-1])


def test_every_decision_is_kept_with_its_evidence(journal, written, clock):
    journal.decided(decided("granted"))
    clock[0] += 5
    journal.decided(decided("withdrawn"))
    granted, withdrawn = written.of(CallRow)[-1].consent
    assert (granted["decision"], granted["time"], granted["call_id"]) == ("granted", 1000.0, "c1")
    assert (withdrawn["decision"], withdrawn["time"]) == ("withdrawn", 1005.0)


@pytest.mark.parametrize(("decision", "kept"), [("granted", {"name": "Sophie"}), ("refused", None)])
def test_what_a_tool_was_told_is_written_only_with_consent(journal, written, decision, kept):
    journal.decided(decided(decision))
    journal.acted(
        CallTool("t1", "book", {"name": "Sophie"}), "c1:t1", ToolReturned("t1", True, {"reference": "R-1"}), 3.0
    )
    (action,) = written.of(ActionRow)
    assert action.arguments == kept
    assert (action.name, action.outcome, action.ok) == ("book", {"reference": "R-1"}, True)


def test_what_is_held_is_bounded(journal, written):
    for number in range(MOST_HELD + 50):
        journal.caller_said(str(number), 1.0, 0.0, 0.0)
    journal.decided(decided("granted"))
    assert len(written.texts) == MOST_HELD


def test_a_cut_reply_is_written_as_it_was_heard(journal, written, feed):
    journal.decided(decided("granted"))
    journal.agent_said("Nous ouvrons", "Nous ouvrons à neuf heures.", 3.0, None)
    (message,) = written.of(MessageRow)
    assert (message.text, message.interrupted) == ("Nous ouvrons", True)
    assert feed.of("agent.said")[0]["whole"] == "Nous ouvrons à neuf heures."


def test_time_counts_from_the_pick_up(journal, feed, clock):
    clock[0] += 12.5
    journal.noted("key")
    assert feed.of("key")[0]["at"] == 12.5


def test_a_second_stream_does_not_begin_the_call_again(journal, written, clock):
    clock[0] += 30
    journal.began()
    assert written.of(CallRow)[-1].answered_at == 1000.0


def test_the_end_sums_up_how_long_answers_took(journal, written):
    waterfall = Waterfall(2.0)
    waterfall.mark("first_played", 2.64)
    journal.agent_said("Oui.", "Oui.", 3.0, waterfall)
    journal.ended("agent", "completed")
    row = written.of(CallRow)[-1]
    assert row.latency == {"turns": 1, "response_gap_ms": [640], "p50_ms": 640, "p95_ms": 640}
    assert (row.ended_by, row.outcome, row.ended_at) == ("agent", "completed", 1000.0)
