"""What the two tools write down, and what they tell the flow."""

import json

import jsonschema
import pytest

from voiced.plugin import ProviderBadInput, ProviderRefused
from voiced_frontdesk import Options, voiced_plugin


def tool(host, name, options=None):
    provider = next(each for each in voiced_plugin().providers if each.name == name)
    return provider.make(options or Options(), host)


def written(host):
    return [json.loads(line) for line in (host.data_dir / "requests.jsonl").read_text(encoding="utf-8").splitlines()]


async def test_an_appointment_is_noted_with_who_when_and_why(host, caller):
    wanted = {"name": "Zoé Martin", "moment": "2024-03-05 10:00", "telephone": "+33687654321", "reason": "devis"}
    outcome = await tool(host, "appointment_request").call(wanted, caller())
    (entry,) = written(host)
    assert outcome.ok
    assert outcome.data == {"reference": entry["reference"]}
    assert wanted.items() <= entry.items()
    assert (entry["kind"], entry["call_id"], entry["at"]) == ("appointment_request", "call-1", 1_700_000_000.0)


async def test_day_and_time_may_come_apart(host, caller):
    await tool(host, "appointment_request").call({"name": "Zoé", "day": "mardi", "time": "10:00"}, caller())
    assert written(host)[0]["moment"] == "mardi 10:00"


async def test_without_a_day_the_caller_is_asked_for_one_and_nothing_is_noted(host, caller):
    outcome = await tool(host, "appointment_request").call({"name": "Zoé"}, caller())
    assert (outcome.ok, outcome.data) == (False, {"missing": "moment"})
    assert outcome.say == "Quel jour vous conviendrait ?"
    assert not host.data_dir.exists()


async def test_the_number_that_calls_stands_in_for_one_not_given(host, caller):
    await tool(host, "take_message").call({"message": "Rappelez-moi."}, caller())
    assert written(host)[0]["telephone"] == "+33612345678"


async def test_a_message_tried_again_is_noted_once(host, caller):
    take = tool(host, "take_message")
    first = await take.call({"name": "Zoé", "message": "Je serai en retard."}, caller("call-1/message"))
    again = await take.call({"name": "Zoé", "message": "Je serai en retard."}, caller("call-1/message"))
    assert first == again
    assert len(written(host)) == 1


async def test_a_message_and_an_appointment_of_one_call_are_two_requests(host, caller):
    message = await tool(host, "take_message").call({"message": "Bonjour."}, caller("call-1/a"))
    visit = await tool(host, "appointment_request").call({"name": "Zoé", "moment": "lundi"}, caller("call-1/b"))
    assert message.data["reference"] != visit.data["reference"]


async def test_a_request_without_a_key_is_refused_rather_than_confused_with_another(host, caller):
    with pytest.raises(ProviderBadInput, match="idempotency key"):
        await tool(host, "take_message").call({"message": "Bonjour."}, caller(key=""))


async def test_a_disk_that_does_not_take_it_is_a_refusal_that_says_what_to_do(host, caller):
    host.data_dir.write_text("a file where the folder should be")
    with pytest.raises(ProviderRefused) as refused:
        await tool(host, "take_message").call({"message": "Bonjour."}, caller())
    assert "requests.jsonl" in refused.value.hint


async def test_the_file_is_where_the_options_say(host, caller):
    await tool(host, "take_message", Options(path="desk/today.jsonl")).call({"message": "Bonjour."}, caller())
    assert (host.data_dir / "desk" / "today.jsonl").is_file()


@pytest.mark.parametrize("name", ["appointment_request", "take_message"])
def test_what_a_tool_takes_is_a_json_schema_and_its_effect_can_be_undone(host, name):
    made = tool(host, name)
    jsonschema.Draft202012Validator.check_schema(made.spec.parameters)
    assert (made.spec.name, made.effect) == (name, "write")
