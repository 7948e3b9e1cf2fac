"""`voiced calls`: what is shown of calls, and what workers are told."""

import getpass
import json
import sys
import threading
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "fleet"))

from desk import Desk, open_desks

EVENTS = [
    {"event": "caller.said", "call_id": "c1", "at": 1.0, "text": "mon numéro : 06 12 34 56 78", "confidence": 0.9},
    {"event": "caller.started", "call_id": "c1", "at": 1.5},
    {"event": "operator.say", "call_id": "c1", "at": 2.0, "actor": "claire", "text": "Bien.", "interrupt": False},
    {"event": "agent.said", "call_id": "c1", "at": 3.0, "text": "Bien.", "by": "operator", "interrupted": False},
    {"event": "agent.said", "call_id": "c2", "at": 3.0, "text": "Bonjour.", "by": "agent", "interrupted": True},
]


@pytest.fixture
def desks(project):
    """Two workers of the project, with a call each."""
    both = [Desk(project / "data", 0, ["c1"], EVENTS), Desk(project / "data", 1, ["c2"])]
    with open_desks(*both):
        yield both


def test_the_list(voiced, desks):
    printed = voiced("calls", "list")
    assert printed.code == 0
    header, first, second = printed.out.splitlines()
    assert header.split() == ["call", "worker", "time", "caller", "flow", "step", "doing", "consent"]
    assert first.split() == ["c1", "0", "1:23", "…78", "accueil", "question", "listening", "granted"]
    assert second.split()[:2] == ["c2", "1"]


def test_the_list_for_programs_names_who_does_not_answer(voiced, desks, project):
    (project / "data" / "run" / "worker-5.sock").touch()
    listed = json.loads(voiced("calls", "list", "--json").out)
    assert [(call["call_id"], call["worker"]) for call in listed["calls"]] == [("c1", 0), ("c2", 1)]
    assert (listed["workers"], listed["silent"]) == ([0, 1], [5])
    assert voiced("calls", "list").err == "worker 5 does not answer\n"


def test_no_call(voiced, project):
    with open_desks(Desk(project / "data")):
        assert voiced("calls", "list").out == "no call in progress\n"


def test_the_list_is_shown_again_until_nothing_runs_any_more(voiced, project):
    desk = Desk(project / "data", 0, ["c1"])
    looked = threading.Event()
    served = desk._list

    async def look(request):
        if looked.is_set():
            desk.calls = ["c9"]
        looked.set()
        return await served(request)

    desk._list = look
    leave = threading.Event()

    def serve():
        with open_desks(desk):
            leave.wait(20)

    thread = threading.Thread(target=serve)
    thread.start()
    threading.Thread(target=lambda: (looked.wait(20), leave.wait(1.5), leave.set())).start()
    while not (project / "data" / "run" / "worker-0.sock").exists():
        leave.wait(0.02)
    printed = voiced("calls", "list", "--watch")
    thread.join(20)
    assert printed.code == 2
    assert "c1" in printed.out
    assert "c9" in printed.out
    assert "no worker answers in" in printed.err


def test_one_call(voiced, desks):
    printed = voiced("calls", "show", "c2").out
    assert "worker:   1\n" in printed
    assert "flow:     accueil\n" in printed
    assert "tel:      [téléphone …78]\n" in printed
    assert "agent   Votre numéro ?\n" in printed
    assert "caller  le [téléphone …78]\n" in printed


def test_one_call_for_programs(voiced, desks):
    shown = json.loads(voiced("calls", "show", "c2", "--json").out)
    assert (shown["call_id"], shown["worker"], shown["called"]) == ("c2", 1, "+33900000001")
    assert shown["values"] == {"tel": "[téléphone …78]"}


def test_what_happens_in_one_call(voiced, desks):
    lines = voiced("calls", "watch", "c1").out.splitlines()
    assert [line.split(maxsplit=2)[2] for line in lines] == [
        "caller  mon numéro : [téléphone …78]  (0.90)",
        "claire has something said",
        "operator Bien.",
    ]


def test_what_happens_in_all_calls(voiced, desks):
    assert "c2     3.00 s  agent   Bonjour. — cut\n" in voiced("calls", "watch").out
    told = [json.loads(line) for line in voiced("calls", "watch", "--json").out.splitlines()]
    assert [event["event"] for event in told] == [event["event"] for event in EVENTS]
    assert told[0]["text"] == "mon numéro : [téléphone …78]"


@pytest.mark.parametrize(
    ("arguments", "path", "told", "said"),
    [
        (["say", "c2", "Bonjour."], "say", {"text": "Bonjour.", "interrupt": False}, "c2: it will be said"),
        (["say", "c2", "Non.", "--interrupt"], "say", {"text": "Non.", "interrupt": True}, "c2: it will be said"),
        (["transfer", "c2", "+33199000001"], "transfer", {"number": "+33199000001"}, "c2: being transferred"),
        (["hangup", "c2"], "hangup", {"say": ""}, "c2: being ended"),
        (["hangup", "c2", "--say", "Adieu."], "hangup", {"say": "Adieu."}, "c2: being ended"),
        (["mute", "c2"], "mute", {"on": True}, "c2: the word is yours: `voiced calls say`"),
        (["unmute", "c2"], "mute", {"on": False}, "c2: the agent has the word again"),
    ],
)
def test_what_a_person_does(voiced, desks, arguments, path, told, said):
    printed = voiced("calls", *arguments)
    assert (printed.code, printed.out) == (0, f"{said}\n")
    assert desks[1].asked == [(f"/v1/calls/c2/{path}", told, getpass.getuser())]
    assert desks[0].asked == []


def test_a_call_is_placed_by_any_worker(voiced, desks):
    arguments = ("calls", "place", "+33612345678", "--from", "+33939000100")
    assert voiced(*arguments).out == "twilio calls: CA1\n"
    assert json.loads(voiced(*arguments, "--json").out)["carrier_call_id"] == "CA1"
    order = {"number": "+33612345678", "caller_id": "+33939000100", "ring": 25.0}
    assert desks[0].asked == [("/v1/outbound", order, getpass.getuser())] * 2


def test_a_worker_or_all_of_them_are_drained(voiced, desks):
    assert voiced("calls", "drain", "--worker", "1").out == "worker 1 stops after 1 calls\n"
    assert (len(desks[0].asked), len(desks[1].asked)) == (0, 1)
    assert voiced("calls", "drain", "--all").out.splitlines()[0] == "worker 0 stops after 1 calls"
    assert (len(desks[0].asked), len(desks[1].asked)) == (1, 2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["say", "c9", "Bonjour."], "there is no call c9 in progress — see `voiced calls list`"),
        (["transfer", "c1", "112"], "not that number — give another"),
        (["drain"], "give --worker or --all"),
        (["drain", "--all", "--worker", "1"], "give --worker or --all"),
        (["drain", "--worker", "3"], "no worker 3 answers"),
    ],
)
def test_what_cannot_be_done_is_said(voiced, desks, arguments, said):
    printed = voiced("calls", *arguments)
    assert printed.code == 2
    assert said in printed.err


def test_it_works_while_the_configuration_is_broken(voiced, desks, project):
    (project / "voiced.yaml").write_text("server: [", "utf-8")
    assert "c1" in voiced("calls", "list").out


def test_nothing_runs(voiced, project):
    printed = voiced("calls", "list")
    assert (printed.code, printed.out) == (2, "")
    assert printed.err == f"no worker answers in {project}/data/run — start one with `voiced run`\n"
