"""Any `Llm` as the model behind the emulated API: above all the embedded brain, which chooses and composes nothing."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable

import trio

from voiced.dialog.talk import NOT_UNDERSTOOD
from voiced.plugin import Llm, LlmEvent, LlmRequest, Token, ToolCall
from voiced.testing.mistral.reading import read
from voiced.testing.mistral.rules import LOST, rules
from voiced.testing.mistral.script import Call, ChatRequest, Reply


def by_llm(llm: Llm) -> Callable[[ChatRequest], Awaitable[Reply]]:
    """Return a brain that answers as `llm` does.

    What a tool gave is spoken by rule, since the embedded brain has nothing to add to it. Where `llm` neither chooses
    nor speaks, the tool for what was not understood is taken, or more is asked.
    """

    async def think(request: ChatRequest) -> Reply:
        if request.messages[-1]["role"] != "user":
            return rules(request)
        events = await _events(llm, asked(request))
        text = "".join(event.text for event in events if isinstance(event, Token))
        calls = tuple(Call(event.name, event.arguments) for event in events if isinstance(event, ToolCall))
        if text or calls:
            return Reply(text, calls)
        return Reply(calls=(Call(NOT_UNDERSTOOD),)) if NOT_UNDERSTOOD in request.tools else Reply(LOST)

    return think


def asked(request: ChatRequest) -> LlmRequest:
    """Return what the model is asked: without the tool for what was not understood, which is no choice of its own."""
    return read(request, without=NOT_UNDERSTOOD)


async def _events(llm: Llm, question: LlmRequest) -> list[LlmEvent]:
    """Return all that it says."""
    send, receive = trio.open_memory_channel[LlmEvent](math.inf)
    async with send, receive:
        await llm.reply(question, send)
        return [receive.receive_nowait() for _ in range(receive.statistics().current_buffer_used)]
