"""A request as it is written: tools in words, choices, names, and the beginning of an answer."""

import msgspec
import pytest
from conversations import agent, result, user

from voiced.plugin import LlmRequest, Message, ToolCall, ToolSpec
from voiced.plugin.chat import Dialect, request_body
from voiced.plugin.chat.tools import HINTS, MOST_EXAMPLES
from voiced.text.collect import KINDS

MISTRAL = Dialect(required="any", prefix=True, named_results=True)
SLOTS = ToolSpec(
    "prendre rendez-vous",
    "Prend un rendez-vous.",
    {"type": "object", "properties": {"jour": {"type": "string", "x-collect": "date"}}},
    ("je voudrais un rendez-vous", "vous avez de la place mardi ?"),
)


def written(dialect=MISTRAL, **fields):
    fields = {"messages": (user("Mardi ?"),), **fields}
    return msgspec.json.decode(request_body(LlmRequest(**fields), "mistral-small-latest", dialect).body)


def test_a_plain_question():
    assert written() == {
        "model": "mistral-small-latest",
        "stream": True,
        "messages": [{"role": "user", "content": "Mardi ?"}],
        "max_tokens": 300,
        "temperature": 0.2,
    }


def test_examples_and_kinds_of_values_are_told_in_words():
    [tool] = written(tools=(SLOTS,))["tools"]
    function = tool["function"]
    assert tool["type"] == "function"
    assert function["description"].startswith("Prend un rendez-vous.\n")
    assert "« vous avez de la place mardi ? »" in function["description"]
    assert function["parameters"]["properties"]["jour"] == {"type": "string", "description": HINTS["date"]}


def test_a_description_of_a_value_stays_and_below_lists_too():
    values = {"type": "string", "description": "Le jour.", "x-collect": "date"}
    schema = {"properties": {"jours": {"type": "array", "items": values, "enum": [["a"], 1]}}}
    [tool] = written(tools=(ToolSpec("jours", "", schema),))["tools"]
    jours = tool["function"]["parameters"]["properties"]["jours"]
    assert jours["items"] == {"type": "string", "description": f"Le jour : {HINTS['date']}"}
    assert jours["enum"] == [["a"], 1]
    assert tool["function"]["parameters"]["type"] == "object"


def test_only_some_examples_are_paid_for():
    [tool] = written(tools=(ToolSpec("x", "", examples=tuple(f"phrase {n}" for n in range(30))),))["tools"]
    assert tool["function"]["description"].count("«") == MOST_EXAMPLES


def test_every_kind_of_value_has_its_hint():
    assert set(HINTS) == set(KINDS)


@pytest.mark.parametrize(("dialect", "word"), [(MISTRAL, "any"), (Dialect(), "required")])
def test_one_must_be_chosen(dialect, word):
    assert written(dialect, tools=(SLOTS,), tool_choice="required")["tool_choice"] == word
    assert written(dialect, tools=(SLOTS,), tool_choice="none")["tool_choice"] == "none"
    assert "tool_choice" not in written(dialect, tool_choice="required")


def test_calls_and_results_are_written_with_names_that_are_taken():
    call = ToolCall("t3", "prendre rendez-vous", {"jour": "mardi, été"})
    _, asked, answered = written(messages=(user("?"), agent("", call), result(call)))["messages"]
    [made] = asked["tool_calls"]
    assert made["type"] == "function"
    assert made["function"]["arguments"] == '{"jour":"mardi, été"}'
    assert made["function"]["name"] == answered["name"]
    assert made["function"]["name"].isascii()
    assert made["id"] == answered["tool_call_id"]
    plain = written(Dialect(), messages=(user("?"), agent("", call), result(call)))["messages"][2]
    assert "name" not in plain


def test_a_beginning_is_written_once():
    said = agent("Le cabinet ouvre")
    for history in ((user("?"),), (user("?"), said)):
        messages = written(messages=history, prefix=said.content)["messages"]
        assert messages[1:] == [{"role": "assistant", "content": said.content, "prefix": True}]
    longer = written(messages=(user("?"), agent("Bonjour.")), prefix=said.content)["messages"]
    assert longer[-1]["content"] == "Bonjour. Le cabinet ouvre"


def test_a_dialect_without_beginnings_has_none():
    messages = written(Dialect(), prefix="Le cabinet")["messages"]
    assert messages == [{"role": "user", "content": "Mardi ?"}]


def test_fields_of_a_dialect_win():
    dialect = Dialect(limit="max_completion_tokens", extra={"temperature": 1, "reasoning_effort": "none"})
    body = written(dialect, messages=(Message("system", "x"), user("?")))
    assert (body["max_completion_tokens"], body["temperature"], body["reasoning_effort"]) == (300, 1, "none")
    assert "max_tokens" not in body
    fixed = request_body(LlmRequest((user("?"),)), "m", Dialect(), temperature=0.7)
    assert msgspec.json.decode(fixed.body)["temperature"] == 0.7
