"""The client of the control sockets: what it asks, and what it makes of the answers."""

import socket
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # `desk` serves the tests of commands too

from desk import Desk, open_desks

from voiced.errors import Declined, Unavailable
from voiced.fleet.control import Control, find_call, workers
from voiced.fleet.rundir import control_path, control_token
from voiced.fleet.watching import happenings

ENDED = {"event": "call.ended", "call_id": "c1", "at": 3.0}


@pytest.fixture
def desk(tmp_path):
    """One worker with one call."""
    desk = Desk(tmp_path, calls=["c1"], events=[ENDED, {**ENDED, "call_id": "c2"}])
    with open_desks(desk):
        yield desk


@pytest.fixture
def control(desk):
    return Control(control_path(desk.data_dir), control_token(desk.data_dir), actor="Zoé")


def test_what_it_asks_a_worker(desk, control):
    assert control.health() == {"worker": 0, "calls": 1}
    assert [call["call_id"] for call in control.calls()] == ["c1"]
    assert control.call("c1")["values"] == {"tel": "0612345678"}
    control.say("c1", "Bonjour.", interrupt=True)
    control.transfer("c1", "+33199000001")
    control.hang_up("c1", "Au revoir.")
    control.mute("c1")
    control.mute("c1", on=False)
    control.drain()
    assert [(path, told) for path, told, _ in desk.asked] == [
        ("/v1/calls/c1/say", {"text": "Bonjour.", "interrupt": True}),
        ("/v1/calls/c1/transfer", {"number": "+33199000001"}),
        ("/v1/calls/c1/hangup", {"say": "Au revoir."}),
        ("/v1/calls/c1/mute", {"on": True}),
        ("/v1/calls/c1/mute", {"on": False}),
        ("/v1/drain", {}),
    ]
    assert {actor for _, _, actor in desk.asked} == {"Zo%C3%A9"}


def test_events_come_as_they_happen(control):
    assert [event["event"] for event in control.events()] == ["watching", "call.ended", "call.ended"]
    assert list(control.events("c1")) == [{"event": "watching"}, ENDED]


def test_a_refusal_says_why_and_what_to_do(control):
    with pytest.raises(Declined, match="not that number — give another") as refused:
        control.transfer("c1", "112")
    assert (refused.value.status, refused.value.field) == (400, "number")
    with pytest.raises(Declined, match="there is no /v1/nothing — ") as unknown:
        control.get("/v1/nothing")
    assert unknown.value.status == 404
    with pytest.raises(Declined, match="takes POST"):
        control.get("/v1/drain")
    with pytest.raises(Declined, match=r"failed \(500\) — see its log"):
        control.get("/v1/broken")


def test_without_the_token_nothing_is_told(desk):
    stranger = Control(control_path(desk.data_dir), "guess")
    with pytest.raises(Declined, match="token is missing or wrong") as refused:
        stranger.calls()
    assert refused.value.status == 401
    with pytest.raises(Declined):
        list(stranger.events())
    assert "guess" not in repr(stranger)


def test_a_worker_that_is_not_there_is_told(tmp_path):
    with pytest.raises(Unavailable, match="no worker answers at"):
        Control(control_path(tmp_path), "x").health()
    assert len(workers(tmp_path)) == 0
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(Unavailable, match="start one with `voiced run`"):
        find_call(tmp_path, "c1")


def test_one_that_does_not_answer_is_left_out_and_named(tmp_path):
    with open_desks(Desk(tmp_path, 0, ["c1"]), Desk(tmp_path, 2, ["c2"])), socket.socket(socket.AF_UNIX) as stuck:
        stuck.bind(str(control_path(tmp_path, 1)))
        stuck.listen()
        there = workers(tmp_path, timeout=0.5)
        assert [control.worker for control in there] == [0, 2]
        assert there.silent == (1,)


def test_a_call_is_found_wherever_it_is(tmp_path):
    with open_desks(Desk(tmp_path, 0, ["c1"]), Desk(tmp_path, 1, ["c2"])):
        assert find_call(tmp_path, "c2").worker == 1
        control_path(tmp_path, 7).touch()
        with pytest.raises(Declined, match="no call c3 in progress; worker 7 does not answer"):
            find_call(tmp_path, "c3")


def test_all_workers_are_watched_at_once_until_the_last_is_gone(tmp_path):
    first, second = Desk(tmp_path, 0, events=[ENDED]), Desk(tmp_path, 1, events=[{**ENDED, "call_id": "c2"}])
    with open_desks(first, second):
        watched = [*workers(tmp_path), Control(control_path(tmp_path, 9), "x", worker=9)]
        told = sorted((event["worker"], event["call_id"]) for event in happenings(watched))
    assert told == [(0, "c1"), (1, "c2")]
