"""Answers as they stand on the wire."""

import itertools

import pytest
from asking import CALLER, called, result, tool

from voiced.testing.mistral import Call, House, Manner, Mistral, Reply

TEXT = "Bien sûr, mardi à neuf heures : cela vous irait‑il ?"
SLOTS = tool("creneaux", "Cherche un rendez-vous.", jour={"type": "string"})
NOTE = tool("noter")
BOTH = Reply(calls=(Call("creneaux", {"jour": "mardi"}), Call("noter")))


@pytest.mark.checklist("mistral-5")
async def test_a_stream_as_mistral_frames_it(asked):
    async with asked(Mistral([Reply(TEXT)])) as ask:
        answer = await ask()
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert all(line.startswith("data: ") or not line for line in answer.lines)
    assert answer.body.endswith(b"\n\ndata: [DONE]\n\n")
    assert answer.deltas[0] == {"role": "assistant", "content": ""}
    assert answer.text == TEXT
    assert [chunk["object"] for chunk in answer.chunks] == ["chat.completion.chunk"] * len(answer.chunks)
    assert {chunk["choices"][0]["finish_reason"] for chunk in answer.chunks[:-1]} == {None}
    assert answer.reason == "stop"


async def test_an_answer_in_one_piece_for_who_wants_no_stream(asked):
    async with asked(Mistral([BOTH])) as ask:
        answer = await ask(stream=False, tools=[SLOTS, NOTE])
    [choice] = answer.json["choices"]
    assert choice["finish_reason"] == "tool_calls"
    assert len(choice["message"]["tool_calls"]) == 2


@pytest.mark.checklist("mistral-7", by="pieces")
@pytest.mark.parametrize("pieces", [0, 1, 7])
async def test_bytes_may_be_cut_anywhere(asked, pieces):
    async with asked(Mistral([Reply(TEXT)], manner=Manner(pieces=pieces))) as ask:
        answer = await ask()
    assert answer.text == TEXT
    if pieces:
        assert any(piece[0] & 0xC0 == 0x80 for piece in answer.pieces), "no piece begins within a character"


@pytest.mark.checklist("mistral-7", way="CRLF and comments")
async def test_other_line_ends_and_comments(asked):
    async with asked(Mistral([Reply(TEXT)], manner=Manner(line_end="\r\n", pings=True))) as ask:
        answer = await ask()
    assert b"\r\n\r\ndata: " in answer.body
    assert ": ping" in answer.lines
    assert b"\n" not in answer.body.replace(b"\r\n", b"")
    assert answer.text == TEXT


@pytest.mark.checklist("mistral-8", by="usage")
@pytest.mark.parametrize("usage", ["last", "alone", "none"])
async def test_where_the_costs_stand(asked, usage):
    async with asked(Mistral([Reply(TEXT)], manner=Manner(usage=usage))) as ask:
        answer = await ask()
    told = [chunk for chunk in answer.chunks if "usage" in chunk]
    assert len(told) == (usage != "none")
    for chunk in told:
        assert bool(chunk["choices"]) == (usage == "last")
        assert chunk["usage"]["total_tokens"] > chunk["usage"]["completion_tokens"] > 0


@pytest.mark.checklist("mistral-9", way="whole")
async def test_calls_come_whole_in_one_event(asked):
    async with asked(Mistral([BOTH])) as ask:
        answer = await ask(tools=[SLOTS, NOTE])
    last = answer.chunks[-1]["choices"][0]
    assert last["finish_reason"] == "tool_calls"
    first, second = last["delta"]["tool_calls"]
    assert first["function"] == {"name": "creneaux", "arguments": '{"jour": "mardi"}'}
    assert (first["index"], second["index"]) == (0, 1)
    assert all(len(call["id"]) == 9 and call["id"].isalnum() for call in (first, second))


@pytest.mark.checklist("mistral-9", by="manner")
@pytest.mark.parametrize("manner", ["pieces", "object"])
async def test_calls_in_pieces_and_arguments_as_an_object(asked, manner):
    async with asked(Mistral([Reply("Un instant.", BOTH.calls)], manner=Manner(calls=manner))) as ask:
        answer = await ask(tools=[SLOTS, NOTE])
    assert answer.text == "Un instant."
    parts = [call["function"]["arguments"] for call in answer.calls if call["index"] == 0]
    assert ("".join(parts) if manner == "pieces" else parts[0]) in ('{"jour": "mardi"}', {"jour": "mardi"})
    assert len(parts) == (3 if manner == "pieces" else 1)


@pytest.mark.checklist("mistral-9", way="invented and broken")
async def test_models_may_invent_a_tool_or_break_its_arguments(asked):
    async with asked(Mistral([Reply(calls=(Call("inventer", '{"jour": "mar'),))])) as ask:
        [call] = (await ask(tools=[SLOTS])).calls
    assert call["function"] == {"name": "inventer", "arguments": '{"jour": "mar'}


@pytest.mark.checklist("mistral-10")
@pytest.mark.parametrize(
    ("reply", "fields", "names"),
    [
        (BOTH, {"tool_choice": "none"}, []),
        (Reply("Euh."), {"tool_choice": "any"}, ["creneaux"]),
        (Reply("Euh."), {"tool_choice": "required"}, ["creneaux"]),
        (BOTH, {"tool_choice": {"type": "function", "function": {"name": "noter"}}}, ["noter"]),
        (Reply("Euh."), {"tool_choice": {"type": "function", "function": {"name": "noter"}}}, ["noter"]),
        (BOTH, {"parallel_tool_calls": False}, ["creneaux"]),
        (BOTH, {}, ["creneaux", "noter"]),
        (BOTH, {"tools": []}, []),
    ],
)
async def test_choices_are_respected(asked, reply, fields, names):
    async with asked(Mistral([reply])) as ask:
        answer = await ask(**{"tools": [SLOTS, NOTE], **fields})
    assert [call["function"]["name"] for call in answer.calls] == names


@pytest.mark.checklist("mistral-11")
@pytest.mark.parametrize("finish", ["length", "error"])
async def test_answers_that_end_otherwise(asked, finish):
    async with asked(Mistral([Reply("Bien sûr, je", finish=finish)])) as ask:
        assert (await ask()).reason == finish


@pytest.mark.checklist("mistral-12", by="content")
@pytest.mark.parametrize("content", ["text", "parts"])
async def test_thinking_comes_in_parts(asked, content):
    async with asked(Mistral([Reply("Mardi.", thinking="Il veut mardi.")], manner=Manner(content=content))) as ask:
        contents = [delta["content"] for delta in (await ask()).deltas]
    parts = [part for each in contents if isinstance(each, list) for part in each]
    assert parts[0] == {"type": "thinking", "thinking": [{"type": "text", "text": "Il veut mardi."}]}
    assert all(part["type"] == "text" for part in parts[1:])
    assert bool(parts[1:]) == (content == "parts")


@pytest.mark.checklist("mistral-13", by="padding")
@pytest.mark.parametrize("padding", [True, False])
async def test_padding_hides_how_long_a_token_is(asked, padding):
    async with asked(Mistral([Reply(TEXT)], manner=Manner(padding=padding))) as ask:
        lengths = {len(chunk.get("p", "")) for chunk in (await ask()).chunks}
    assert (len(lengths) > 1) == padding


@pytest.mark.checklist("mistral-23", by="echo")
@pytest.mark.parametrize("echo", [True, False])
async def test_a_beginning_is_said_again_or_not(asked, echo):
    beginning = {"role": "assistant", "content": "Le cabinet ouvre", "prefix": True}
    async with asked(Mistral([Reply(" à neuf heures.")], manner=Manner(echo=echo))) as ask:
        answer = await ask(CALLER, beginning)
    assert answer.text == ("Le cabinet ouvre" if echo else "") + " à neuf heures."


@pytest.mark.checklist("mistral-24")
async def test_without_a_script_it_answers_by_rules(asked):
    async with asked(Mistral()) as ask:
        [call] = (await ask(tools=[NOTE, SLOTS])).calls
        assert call["function"]["name"] == "creneaux"
        assert CALLER["content"] in call["function"]["arguments"]
        given = {**result("a1B2c3D4e"), "content": '{"say": "Il reste neuf heures."}'}
        assert (await ask(CALLER, called("a1B2c3D4e"), given, tools=[SLOTS])).text == "Il reste neuf heures."
        plain = [{**given, "content": content} for content in ("Neuf heures.", "[9]", "{}")]
        assert [(await ask(CALLER, called("a1B2c3D4e"), each)).text for each in plain] == [
            "Neuf heures.", "C'est noté.", "C'est noté.",
        ]  # fmt: skip
        assert (await ask()).text.endswith("?")
        [lost] = (await ask({"role": "user", "content": "Hein ?"}, tools=[SLOTS, tool("incompris")])).calls
        assert lost["function"]["name"] == "incompris"


@pytest.mark.checklist("mistral-25")
async def test_openai_tells_costs_to_who_asks_and_sends_calls_in_pieces(asked):
    async with asked(Mistral([BOTH, BOTH], house=House("openai"))) as ask:
        silent = await ask(tools=[SLOTS, NOTE])
        told = await ask(tools=[SLOTS, NOTE], stream_options={"include_usage": True})
    assert not any("usage" in chunk for chunk in silent.chunks)
    assert told.chunks[-1]["choices"] == []
    assert told.chunks[-1]["usage"]["total_tokens"] > 0
    by_index = itertools.groupby(sorted(call["index"] for call in told.calls))
    assert [(index, len(list(parts))) for index, parts in by_index] == [(0, 3), (1, 3)]
