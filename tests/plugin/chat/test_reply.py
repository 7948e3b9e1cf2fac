"""Answers as providers send them: whole calls and calls in pieces, thinking, beginnings said twice, and failures."""

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiced.errors import ProviderOverloaded, ProviderProtocol, ProviderThrottled
from voiced.plugin import Done, Token, ToolCall, ToolSpec
from voiced.plugin.chat import ReplyReader
from voiced.plugin.chat.names import wire_name


def chunk(content="", calls=None, finish=None, **more):
    delta = {"content": content} | ({"tool_calls": calls} if calls else {})
    return json.dumps({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}], **more}).encode()


def piece(arguments, **more):
    name = more.pop("name", None)
    return {"function": {"arguments": arguments} | ({"name": name} if name else {}), **more}


def read(*events, beginning="", tools=()):
    reader = ReplyReader("acme", tools, beginning)
    return [event for data in events for event in reader.feed(data)] + reader.close()


def text(events):
    return "".join(event.text for event in events if isinstance(event, Token))


def calls(events):
    return [event for event in events if isinstance(event, ToolCall)]


def test_text_comes_as_it_came_and_the_end_tells_what_it_cost():
    usage = {"prompt_tokens": 412, "completion_tokens": 23, "total_tokens": 435, "prompt_audio_seconds": None}
    events = read(chunk(), chunk("Bien "), chunk("sûr."), chunk(finish="stop", usage=usage), b"[DONE]")
    assert events == [Token("Bien "), Token("sûr."), Done(412, 23)]


def test_costs_may_come_after_the_end_alone_or_never():
    alone = json.dumps({"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": None}}).encode()
    assert read(chunk("Oui.", finish="stop"), alone, b"[DONE]")[-1] == Done(7, 0)
    assert read(chunk("Oui.", finish="stop"))[-1] == Done()


def test_what_comes_after_the_end_is_not_heard():
    assert read(chunk("Oui."), b"[DONE]", chunk("Non."), b"garbage") == [Token("Oui."), Done()]


def test_calls_come_whole():
    both = [
        piece('{"jour": "mardi"}', id="D681PevKs", name="creneaux", index=0),
        piece("{}", id="aB3dE5fG7", name="noter", index=1),
    ]
    assert calls(read(chunk("Un instant. ", calls=both, finish="tool_calls"), b"[DONE]")) == [
        ToolCall("D681PevKs", "creneaux", {"jour": "mardi"}),
        ToolCall("aB3dE5fG7", "noter", {}),
    ]


@given(st.lists(st.integers(0, 30), max_size=5))
def test_calls_come_in_pieces_that_mingle(cuts):
    written = '{"jour": "mardi é", "n": 2}'
    places = sorted({0, *(cut for cut in cuts if cut < len(written)), len(written)})
    events = [chunk(calls=[piece("", id="a", name="x", index=0), piece("", id="b", name="y", index=1)])]
    for start, end in itertools.pairwise(places):
        events += [chunk(calls=[piece(written[start:end], index=at)]) for at in (0, 1)]
    made = calls(read(*events, chunk(finish="tool_calls")))
    assert [(call.id, call.name, call.arguments) for call in made] == [
        ("a", "x", {"jour": "mardi é", "n": 2}),
        ("b", "y", {"jour": "mardi é", "n": 2}),
    ]


@pytest.mark.parametrize("index", [{"index": 0}, {}])
def test_servers_that_number_calls_alike_or_not(index):
    events = [chunk(calls=[piece('{"a":1}', id=name, name=name, **index)]) for name in ("x", "y")]
    assert [call.name for call in calls(read(*events, chunk(finish="tool_calls")))] == ["x", "y"]


def test_pieces_without_a_number_or_id_belong_to_the_last():
    events = [chunk(calls=[piece('{"a"', id="x", name="x")]), chunk(calls=[piece(":1}")])]
    assert calls(read(*events, chunk(finish="tool_calls"))) == [ToolCall("x", "x", {"a": 1})]


def test_arguments_may_be_an_object_or_missing():
    events = read(chunk(calls=[piece({"a": 1}, name="x", index=0), piece(None, name="y", index=1)]), b"[DONE]")
    assert [call.arguments for call in calls(events)] == [{"a": 1}, {}]


@pytest.mark.parametrize("arguments", ['{"jour": "mar', "[1]", "mardi"])
def test_arguments_that_are_no_object_are_a_fault(arguments):
    with pytest.raises(ProviderProtocol, match="arguments"):
        read(chunk(calls=[piece(arguments, id="x", name="x", index=0)], finish="tool_calls"))


def test_names_come_back_as_they_are_ours():
    tools = (ToolSpec("prendre rendez-vous", ""),)
    events = read(
        chunk(calls=[piece("{}", name=wire_name("prendre rendez-vous")), piece("{}", name="autre", index=1)]),
        b"[DONE]",
        tools=tools,
    )
    assert [call.name for call in calls(events)] == ["prendre rendez-vous", "autre"]


def test_thinking_is_not_spoken():
    thinking = {"type": "thinking", "thinking": [{"type": "text", "text": "Il veut mardi."}]}
    assert text(read(chunk([thinking]), chunk([{"type": "text", "text": "Mardi."}]), b"[DONE]")) == "Mardi."
    assert text(read(chunk(None), chunk("Oui."), b"[DONE]")) == "Oui."


@given(
    st.lists(st.integers(0, 60), max_size=6),
    st.sampled_from(["", "\n", "<think></think>", "<think>\nMardi < lundi.\n</think>\n\n"]),
)
def test_thinking_within_the_text_is_not_spoken(cuts, thought):
    said = thought + "Mardi, <b>oui</b> </think>."
    places = sorted({0, len(said), *(cut for cut in cuts if cut < len(said))})
    events = [chunk(said[a:b]) for a, b in itertools.pairwise(places)]
    assert text(read(*events, b"[DONE]")).strip() == "Mardi, <b>oui</b> </think>."


@pytest.mark.parametrize(("said", "heard"), [("<thi", "<thi"), ("<think>Il veut", ""), (" ", " "), ("<b>", "<b>")])
def test_what_only_begins_like_thinking_is_spoken(said, heard):
    assert text(read(chunk(said), b"[DONE]")) == heard


@given(st.data())
def test_a_beginning_is_not_heard_twice(data):
    beginning, more = "Le cabinet ouvre", " à neuf heures."
    said = beginning + more if data.draw(st.booleans()) else more
    cuts = sorted({0, len(said), *data.draw(st.lists(st.integers(0, len(said)), max_size=6))})
    events = [chunk(said[a:b]) for a, b in itertools.pairwise(cuts)]
    assert text(read(*events, b"[DONE]", beginning=beginning)) == more


@pytest.mark.parametrize(
    ("said", "heard"), [("Le cabinet", "Le cabinet"), ("Le cabinet ouvre", ""), ("Le lundi", "Le lundi")]
)
def test_what_only_looks_like_the_beginning_is_heard(said, heard):
    assert text(read(chunk(said), b"[DONE]", beginning="Le cabinet ouvre")) == heard


@pytest.mark.parametrize(
    ("events", "fault"),
    [
        ([chunk("Oui")], ProviderOverloaded),
        ([], ProviderOverloaded),
        ([chunk("Oui", finish="error")], ProviderOverloaded),
        ([b'{"object":"error","message":"x","code":"3000"}'], ProviderOverloaded),
        ([b'{"object":"error","message":{"detail":[]},"code":"1300"}'], ProviderThrottled),
        ([b'{"error":{"message":"x","type":"rate_limit_exceeded"}}'], ProviderThrottled),
        ([b'{"error":"overloaded"}'], ProviderOverloaded),
        ([b'{"choices": ['], ProviderProtocol),
        ([b'{"choices": 3}'], ProviderProtocol),
        ([b"\xff"], ProviderProtocol),
    ],
)
def test_failures_in_the_middle(events, fault):
    with pytest.raises(fault) as raised:
        read(*events)
    assert raised.value.provider == "acme"
    assert raised.value.stage == "stream"
