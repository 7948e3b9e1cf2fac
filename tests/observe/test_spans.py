"""A call as a tree of spans."""

from hypothesis import given
from hypothesis import strategies as st

from voiced.observe.spans import MOST_CALLS, Spans, trace_id

BEGAN = 1_795_510_800.0
LATENCY = {"vad_stop": 200, "words": 180, "decision": 400, "first_sent": 650, "first_played": 690}


def began(call_id="c1"):
    return {"event": "call.began", "call_id": call_id, "at": 0.0, "flow": "accueil", "time": BEGAN}


def said(since=3.0, at=5.0, **changes):
    facts = {
        "text": "Au 06 12 34 56 78.", "whole": "Au 06 12 34 56 78.", "interrupted": False, "cached": False,
        "opening": False, "since": since, "latency": LATENCY,
    }  # fmt: skip
    return {"event": "agent.said", "call_id": "c1", "at": at, **facts, **changes}


def ended(by="agent", at=9.0):
    return {"event": "call.ended", "call_id": "c1", "at": at, "by": by, "outcome": "completed", "error": ""}


def followed(*events):
    spans = Spans()
    return [span for event in (began(), *events) for span in spans.take(event)]


def test_stages_lie_under_their_turn_and_turns_under_their_call():
    spans = followed(said(), ended())
    (turn,) = [span for span in spans if span.name == "turn"]
    (call,) = [span for span in spans if span.name == "call"]
    stages = [span for span in spans if span.name in LATENCY]
    assert call.parent_id is None
    assert turn.parent_id == call.span_id
    assert {stage.parent_id for stage in stages} == {turn.span_id}
    assert {span.trace_id for span in spans} == {trace_id("c1")}
    assert len({span.span_id for span in spans}) == len(spans)


def test_times_are_the_call_s_own():
    spans = {span.name: span for span in followed(said(), ended())}
    assert (spans["call"].start, spans["call"].end) == (BEGAN, BEGAN + 9)
    assert (spans["turn"].start, spans["turn"].end) == (BEGAN + 3, BEGAN + 5)
    assert spans["decision"].end == BEGAN + 3.4
    assert spans["first_played"].end == BEGAN + 3.69


def test_each_stage_begins_where_the_one_before_ended():
    stages = [span for span in followed(said()) if span.name in LATENCY]
    assert [span.name for span in stages] == list(LATENCY)
    assert [span.end for span in stages[:-1]] == [span.start for span in stages[1:]]
    assert all(span.end >= span.start for span in stages)  # the words were there before the pause was noticed


def test_the_greeting_counts_from_the_pick_up():
    (greeting, *_stages) = followed(said(since=0.0, opening=True, latency={"first_played": 90}))
    assert (greeting.name, greeting.start) == ("greeting", BEGAN)


def test_what_nobody_waited_for_is_no_turn():
    assert followed(said(latency={}, since=None)) == []


def test_the_call_sums_up_what_happened():
    failure = {"event": "provider.failed", "call_id": "c1", "at": 6.0, "kind": "llm", "error": "ProviderTimeout"}
    *_, call = followed(said(opening=True), said(), said(), failure, ended("fault"))
    assert call.attributes["voiced.turns"] == 2
    assert call.attributes["voiced.provider_failures"] == 1
    assert call.attributes["voiced.flow"] == "accueil"
    assert call.failed


def test_a_tool_is_a_span_with_its_name():
    used = {"event": "tool.returned", "call_id": "c1", "at": 4.0, "began": 2.5, "name": "book", "ok": True,
            "arguments": {"telephone": "0612345678"}, "data": {"reference": "R-1"}}  # fmt: skip
    (tool,) = followed(used)
    assert (tool.name, tool.start, tool.end) == ("tool", BEGAN + 2.5, BEGAN + 4)
    assert tool.attributes == {"voiced.tool": "book", "voiced.ok": True}


def test_no_span_holds_what_was_said():
    spans = followed(said(), ended())
    assert "06 12" not in repr(spans)


def test_a_second_stream_goes_on_with_the_same_call():
    spans = followed(said(), {**began(), "time": BEGAN}, said(since=20.0, at=22.0), ended(at=30.0))
    assert [span.name for span in spans].count("call") == 1
    assert len({span.span_id for span in spans}) == len(spans)


def test_events_of_a_call_that_was_not_seen_to_begin_are_passed_over():
    assert Spans().take(ended()) == []
    assert Spans().take({"event": "watching"}) == []


def test_calls_whose_end_was_missed_do_not_pile_up():
    spans = Spans()
    for number in range(MOST_CALLS + 5):
        spans.take(began(f"c{number}"))
    assert spans.take({**ended(), "call_id": "c0"}) == []
    assert len(spans.take({**ended(), "call_id": f"c{MOST_CALLS}"})) == 1


@given(st.text(max_size=30))
def test_ids_are_such_as_opentelemetry_takes(call_id):
    assert 0 < trace_id(call_id) < 2**128
