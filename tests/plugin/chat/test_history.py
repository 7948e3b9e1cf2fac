"""What barge-ins, silence and lost tools leave of a history becomes one that the strictest API takes."""

import itertools
import re

import msgspec
import pytest
from conversations import HISTORIES, agent, result, user
from hypothesis import given, settings

from voiced.plugin import LlmRequest, Message, ToolCall
from voiced.plugin.chat import Dialect, repair, request_body
from voiced.plugin.chat.history import CANCELLED, CUT, NO_RESULT, SILENCE
from voiced.testing.mistral.order import CALL_ID, FUNCTION_NAME, disorder

SYSTEM = Message("system", "Tu es l'assistante du cabinet.")
SLOTS = ToolCall("a1B2c3D4e", "creneaux", {"jour": "mardi"})
NOTE = ToolCall("Zz9Zz9Zz9", "noter")


def sent(messages, dialect=Dialect(), prefix=""):  # noqa: B008 - it is frozen
    return msgspec.json.decode(request_body(LlmRequest(tuple(messages), prefix=prefix), "m", dialect).body)["messages"]


def test_a_history_in_order_is_left_as_it_is():
    history = (SYSTEM, user("Mardi ?"), agent("", SLOTS), result(SLOTS), agent("Neuf heures."), user("Oui."))
    assert repair(history) == history


def test_a_caller_who_cuts_in_before_a_word_of_the_answer():
    history = [user("Mardi ?"), agent("", SLOTS), result(SLOTS), user("Non, mercredi !")]
    assert repair(history) == (*history[:3], agent(CUT), history[3])


def test_a_caller_who_cuts_in_before_the_result():
    history = [user("Mardi ?"), agent("Je regarde.", SLOTS, NOTE), user("Attendez.")]
    assert repair(history)[2:] == (result(SLOTS, CANCELLED), result(NOTE, CANCELLED), agent(CUT), user("Attendez."))


def test_a_result_that_came_late_stands_at_its_call():
    history = [user("Mardi ?"), agent("", SLOTS), user("Vous êtes là ?"), agent("Oui."), result(SLOTS), user("Alors ?")]
    assert [line.role for line in repair(history)] == [
        "user", "assistant", "tool", "assistant", "user", "assistant", "user",
    ]  # fmt: skip
    assert repair(history)[2] == result(SLOTS)


def test_results_that_nobody_asked_for_and_second_ones_go():
    history = [result(NOTE), user("Mardi ?"), agent("", SLOTS), result(SLOTS), result(SLOTS, "2"), result(NOTE)]
    assert repair(history) == (user("Mardi ?"), agent("", SLOTS), result(SLOTS))


def test_an_empty_result_is_still_one():
    assert repair([user("?"), agent("", SLOTS), result(SLOTS, "")])[-1] == result(SLOTS, NO_RESULT)


def test_answers_of_which_nothing_was_heard_go_and_turns_are_joined():
    assert repair([user("Bonjour,"), agent(""), user("je voudrais"), agent(" "), user("un rendez-vous.")]) == (
        user("Bonjour,\nje voudrais\nun rendez-vous."),
    )
    assert repair([user("Oui."), agent("Très bien."), agent("Je regarde.", SLOTS), result(SLOTS)])[1] == agent(
        "Très bien. Je regarde.", SLOTS
    )


def test_words_said_while_a_tool_ran_stand_at_its_call():
    history = [user("Mardi ?"), agent("", SLOTS), result(SLOTS), agent("Je regarde.")]
    assert repair(history) == (user("Mardi ?"), agent("Je regarde.", SLOTS), result(SLOTS))


def test_who_says_nothing_is_said_to_be_silent():
    assert repair([SYSTEM, agent("Allô ?")])[-1] == user(SILENCE)
    assert repair([]) == (user(SILENCE),)


def test_what_the_system_says_stands_first_in_one_message():
    history = [user("Oui."), Message("system", "Sois brève."), SYSTEM]
    assert repair(history) == (Message("system", f"Sois brève.\n\n{SYSTEM.content}"), user("Oui."))


def test_models_that_insist_get_a_caller_who_speaks_first():
    assert repair([SYSTEM, agent("Bonjour !"), user("Oui.")], opening="Allô ?") == (
        SYSTEM, user("Allô ?"), agent("Bonjour !"), user("Oui."),
    )  # fmt: skip


def test_ids_of_another_form_are_replaced_alike_in_every_request():
    call = ToolCall("call_0123456789abcdef", "creneaux")
    first, second = (repair([user("?"), agent("", call), result(call), *more]) for more in ([], [user("Et ?")]))
    [made] = first[1].tool_calls
    assert re.fullmatch("[a-zA-Z0-9]{9}", made.id)
    assert first[2].tool_call_id == made.id
    assert second[1] == first[1]


def test_calls_that_share_an_id_keep_their_own_results():
    history = [user("?"), agent("", SLOTS), agent("", SLOTS), result(SLOTS, "2"), user("?")]
    made = repair(history)
    assert [line.content for line in made if line.role == "tool"] == [CANCELLED, "2"]
    assert len({call.id for line in made for call in line.tool_calls}) == 2


@settings(max_examples=60)
@given(HISTORIES)
def test_nothing_that_is_repaired_is_refused(history):
    messages = sent(history)
    assert disorder(messages) == ""
    for message in messages:
        assert message["content"].strip() or message.get("tool_calls")
        for call in message.get("tool_calls", ()):
            assert CALL_ID.fullmatch(call["id"])
            assert FUNCTION_NAME.fullmatch(call["function"]["name"])


@settings(max_examples=60)
@given(HISTORIES)
def test_roles_alternate_for_models_that_insist(history):
    said = [line.role for line in repair(history, opening="Allô ?") if line.role in {"user", "assistant"}]
    assert said[0] == "user"
    pairs = list(itertools.pairwise(said))
    assert ("user", "user") not in pairs


@settings(max_examples=60)
@given(HISTORIES)
def test_a_beginning_comes_last_and_is_marked(history):
    messages = sent(history, Dialect(prefix=True), prefix="Le cabinet ouvre")
    assert disorder(messages) == ""
    assert messages[-1]["prefix"] is True
    assert messages[-1]["content"].endswith("Le cabinet ouvre")


@settings(max_examples=60)
@given(HISTORIES)
def test_what_is_repaired_needs_no_repair(history):
    assert repair(repair(history)) == repair(history)


@settings(max_examples=60)
@given(HISTORIES)
def test_no_word_of_the_caller_is_lost(history):
    words = [line.content for line in history if line.role == "user" and line.content.strip()]
    kept = "\n".join(line.content for line in repair(history) if line.role == "user")
    assert [word for word in words if word not in kept] == []


@pytest.mark.parametrize("role", ["user", "system", "tool"])
def test_the_judge_is_strict(role):
    """The rules that the tests above hold to refuse what they should."""
    wrong = [{"role": "user", "content": "?"}, {"role": "tool", "content": "x", "tool_call_id": "x"}]
    assert disorder(wrong)
    assert disorder([{"role": "user", "content": "?"}, {"role": "assistant", "content": ""}])
    assert disorder([])
    called = [{"role": "user", "content": "?"}, {"role": "assistant", "content": "", "tool_calls": [{"id": "x"}]}]
    assert disorder(called)
    answered = [*called, {"role": "tool", "content": "1", "tool_call_id": "x"}]
    assert disorder(answered) == ""
    again = disorder([*answered, {"role": role, "content": "?", "tool_call_id": "y"}])
    assert again.startswith("Unexpected role" if role != "tool" else "Unexpected tool call id")
