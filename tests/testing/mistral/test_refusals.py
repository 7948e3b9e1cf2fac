"""What the emulator does not answer, and in which words it says so."""

import pytest
from asking import CALLER, called, result, tool

from voiced.testing.mistral import Faults, House, Mistral

GOOD = "a1B2c3D4e"


@pytest.mark.checklist("mistral-1")
@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer wrong"}, {"authorization": "test-key"}])
@pytest.mark.parametrize("dialect", ["mistral", "openai"])
async def test_a_key_is_needed(asked, headers, dialect):
    async with asked(Mistral(house=House(dialect))) as ask:
        answer = await ask(headers=headers)
    assert answer.status == 401
    assert "detail" in answer.json or answer.json["error"]["code"] == "invalid_api_key"


@pytest.mark.checklist("mistral-1")
async def test_models_are_listed_to_who_has_a_key(asked, net):
    async with asked(Mistral()) as ask:
        listed = await net.request("GET", f"{ask.url}/v1/models", headers={"authorization": "Bearer test-key"})
        assert b"mistral-small-latest" in listed.body
        assert (await net.request("GET", f"{ask.url}/v1/models")).status == 401


@pytest.mark.checklist("mistral-2")
@pytest.mark.parametrize("dialect", ["mistral", "openai"])
async def test_a_model_that_is_unknown(asked, dialect):
    async with asked(Mistral(house=House(dialect))) as ask:
        assert (await ask(model="mistral-small-2506")).status == 404


@pytest.mark.checklist("mistral-3")
@pytest.mark.parametrize(
    ("messages", "fields", "kind"),
    [
        ([CALLER], {"seed": 1}, "extra_forbidden"),
        ([CALLER], {"stream_options": {"include_usage": True}}, "extra_forbidden"),
        ([{"role": "developer", "content": "x"}, CALLER], {}, "union_tag_invalid"),
        ([CALLER, called("call_1"), result("call_1")], {}, "value_error"),
        ([CALLER, called(GOOD, name="été"), result(GOOD)], {}, "string_pattern_mismatch"),
        ([CALLER], {"tools": [tool("prendre rendez-vous")]}, "string_pattern_mismatch"),
        ([CALLER], {"tools": [tool(f"t{n}") for n in range(129)]}, "too_long"),
    ],
)
async def test_what_the_schema_forbids(asked, messages, fields, kind):
    async with asked(Mistral()) as ask:
        answer = await ask(*messages, **fields)
    assert answer.status == 422
    assert answer.json["message"]["detail"][0]["type"] == kind


@pytest.mark.checklist("mistral-3")
async def test_the_copies_of_openai_take_what_they_do_not_know(asked):
    async with asked(Mistral(house=House("openai"))) as ask:
        assert (await ask(seed=1, tools=[tool("été")])).status == 200


@pytest.mark.checklist("mistral-4", by="strict")
@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize(
    ("messages", "said"),
    [
        ([CALLER, called(GOOD), result(GOOD), CALLER], "Unexpected role 'user' after role 'tool'"),
        ([CALLER, result(GOOD)], "Unexpected role 'tool' after role 'user'"),
        ([CALLER, called(GOOD), CALLER], "Not the same number"),
        ([CALLER, called(GOOD)], "Not the same number"),
        ([CALLER, called(GOOD), result("zzzzzzzzz")], "Unexpected tool call id"),
        ([CALLER, {"role": "assistant", "content": ""}, CALLER], "must have either content or tool_calls"),
        ([CALLER, {"role": "assistant", "content": "Oui."}], "Expected last role User or Tool"),
    ],
)
async def test_roles_out_of_order(asked, messages, said, strict):
    async with asked(Mistral(house=House(strict=strict))) as ask:
        answer = await ask(*messages)
    if strict:
        assert (answer.status, answer.json["code"]) == (400, "3230")
        assert said in answer.json["message"]
    else:
        assert answer.status == 200


async def test_a_prompt_that_is_too_long(asked):
    async with asked(Mistral(house=House(context=10))) as ask:
        answer = await ask({"role": "user", "content": "x" * 100})
    assert answer.status == 400
    assert "too large for model" in answer.json["message"]


@pytest.mark.checklist("mistral-14")
@pytest.mark.parametrize("retry_after", [None, 3.0])
async def test_too_many_requests(asked, retry_after):
    async with asked(Mistral(faults=Faults(status=429, retry_after=retry_after, times=2))) as ask:
        answers = [await ask() for _ in range(3)]
    assert [answer.status for answer in answers] == [429, 429, 200]
    assert answers[0].json["code"] == "1300"
    assert answers[0].headers["x-ratelimit-remaining-req-minute"] == "0"
    assert answers[0].headers.get("retry-after") == (None if retry_after is None else "3")


@pytest.mark.checklist("mistral-14")
@pytest.mark.parametrize("status", [429, 503])
async def test_no_capacity_left(asked, status):
    async with asked(Mistral(faults=Faults(status=status, capacity=True))) as ask:
        answer = await ask()
    assert answer.status == status
    assert answer.json["code"] != "1300"


@pytest.mark.checklist("mistral-15")
@pytest.mark.parametrize("status", [500, 502])
async def test_a_page_of_the_proxy(asked, status):
    async with asked(Mistral(faults=Faults(status=status, html=True))) as ask:
        answer = await ask()
    assert (answer.status, answer.headers["content-type"]) == (status, "text/html")
    assert answer.body.startswith(b"<html>")
