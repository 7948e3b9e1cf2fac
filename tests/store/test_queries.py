from types import MappingProxyType

import pytest

from voiced.store import ActionRow, CallRow, EraseRow, MessageRow, SummaryRow, queries
from voiced.store.upsert import upsert

CALL = CallRow(
    "c-1", "twilio", "CA1", "…42", "accueil", "rdv", "3", "a1b2", 1000.5, 1001.0, 1060.25, "caller", "booked",
    {"said": "Cet appel…", "answer": None}, MappingProxyType({"p50": 640}), "",
)  # fmt: skip
SAID = [
    MessageRow("c-1", 0, "agent", "Bonjour, que puis-je pour vous ?", 0.0, 2.5, "Bonjour", True),
    MessageRow("c-1", 1, "caller", "Un rendez-vous", 2.6, 4.0, confidence=0.93, latency={"stt": 120.5}),
]
DONE = [ActionRow("c-1", 0, "book", {"day": "mardi"}, [1, "ok"], True, 5.0, 5.2, "c-1/book/0")]
SUMMARY = SummaryRow("c-1", "Demande : un rendez-vous.", 1070.5)


def test_rows_come_back_as_they_were_put(database):
    assert upsert(database, [CALL, *SAID, *DONE, SUMMARY]) == []
    assert queries.summary(database, "c-1") == SUMMARY
    assert queries.call(database, "c-1") == CALL
    assert queries.messages(database, "c-1") == SAID
    assert queries.actions(database, "c-1") == DONE


def test_what_is_not_there_is_none_or_nothing(database):
    assert queries.call(database, "c-9") is None
    assert queries.summary(database, "c-9") is None
    assert queries.messages(database, "c-9") == queries.actions(database, "c-9") == queries.recent_calls(database) == []


def test_messages_and_actions_come_in_order(database):
    rows = [kind("c-1", seq, *rest) for seq in (2, 0, 1) for kind, rest in
            ((MessageRow, ("caller", "oui")), (ActionRow, ("look",)))]  # fmt: skip
    upsert(database, rows)
    assert [row.seq for row in queries.messages(database, "c-1")] == [0, 1, 2]
    assert [row.seq for row in queries.actions(database, "c-1")] == [0, 1, 2]


def test_the_newest_calls_come_first(database):
    upsert(database, [CallRow(f"c-{n}", started_at=float(n)) for n in range(5)])
    assert [row.id for row in queries.recent_calls(database, 2)] == ["c-4", "c-3"]


def test_erasing_a_call_erases_all_of_it_and_nothing_else(database):
    upsert(database, [CALL, *SAID, *DONE, SUMMARY, CallRow("c-2"), MessageRow("c-2", 0, "agent", "Bonjour")])
    assert queries.delete_call(database, "c-1")
    assert queries.call(database, "c-1") is queries.summary(database, "c-1") is None
    assert queries.messages(database, "c-1") == queries.actions(database, "c-1") == []
    assert len(queries.messages(database, "c-2")) == 1
    assert not queries.delete_call(database, "c-1")


def test_a_caller_who_withdraws_leaves_no_word_behind(database):
    upsert(database, [CALL, *SAID, *DONE, SUMMARY])
    upsert(database, [EraseRow("c-1")])
    assert queries.messages(database, "c-1") == []
    assert queries.summary(database, "c-1") is None
    assert [row.arguments for row in queries.actions(database, "c-1")] == [None]


def test_a_row_put_again_replaces_the_first_even_within_a_batch(database):
    upsert(database, [CallRow("c-1"), MessageRow("c-1", 0, "agent", "Bon"), CallRow("c-1", outcome="booked")])
    upsert(database, [MessageRow("c-1", 0, "agent", "Bonjour")])
    assert queries.call(database, "c-1") == CallRow("c-1", outcome="booked")
    assert [row.text for row in queries.messages(database, "c-1")] == ["Bonjour"]


def test_an_action_is_never_recorded_twice_under_one_key(database):
    again = ActionRow("c-2", 0, "book", idempotency_key="c-1/book/0")
    unkeyed = [ActionRow("c-2", 1, "look"), ActionRow("c-2", 2, "look")]
    refused = upsert(database, [*DONE, again, *unkeyed, CALL])
    assert [(row, type(why).__name__) for row, why in refused] == [(again, "IntegrityError")]
    assert queries.actions(database, "c-2") == unkeyed
    assert queries.call(database, "c-1") == CALL


def test_what_is_not_json_is_refused_alone(database):
    odd = CallRow("c-3", consent=object())
    refused = upsert(database, [odd, CALL])
    assert [(row, type(why).__name__) for row, why in refused] == [(odd, "TypeError")]
    assert queries.call(database, "c-1") == CALL


@pytest.mark.parametrize(
    ("which", "found"),
    [("all", ["c-4", "c-3", "c-2", "c-1"]), ("open", ["c-4"]), ("ended", ["c-2", "c-1"]), ("failed", ["c-3"])],
)
def test_calls_are_found_by_how_they_stand(database, which, found):
    ended = [("c-1", "completed"), ("c-2", "abandoned"), ("c-3", "failed")]
    rows = [CallRow(name, started_at=float(name[2:]), ended_at=9.0, outcome=outcome) for name, outcome in ended]
    upsert(database, [*rows, CallRow("c-4", started_at=4.0)])
    assert [call.id for call in queries.calls_page(database, which, 10)] == found


def test_calls_come_page_by_page(database):
    upsert(database, [CallRow(f"c-{number}", started_at=float(number)) for number in range(5)])
    assert [call.id for call in queries.calls_page(database, "all", 2, offset=2)] == ["c-2", "c-1"]
