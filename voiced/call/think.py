"""Thinking: a question of the flow becomes a request to the model, its answer becomes words to speak and choices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, Self

import trio

from voiced.dialog.flow import Flow
from voiced.dialog.steps.routing import choices
from voiced.dialog.talk import NOT_UNDERSTOOD, Choice, Question, Spoken, Thought, Wanted
from voiced.plugin import Done, Llm, LlmEvent, LlmRequest, Message, Token, Tool, ToolCall, ToolSpec


def request(question: Question, tools: Mapping[str, Tool], *, composes: bool) -> LlmRequest:
    """Return what to ask the model. `composes`: it writes sentences of its own, so it must be told when not to."""
    specs = [_spec(choice) for choice in question.choices]
    specs += [tools[name].spec for name in question.tools if name in tools]
    required = composes and not question.free
    if required:
        specs.append(ToolSpec(NOT_UNDERSTOOD, "L'appelant veut autre chose, ou on ne comprend pas ce qu'il veut."))
    return LlmRequest(
        messages=(Message("system", question.system), *(_message(line) for line in question.lines)),
        tools=tuple(specs),
        tool_choice="required" if required else "auto",
        facts=question.facts,
    )


def offers(flow: Flow, tools: Mapping[str, Tool]) -> list[tuple[ToolSpec, ...]]:
    """Return the sets of tools that `flow` will offer the model, each once."""
    found: dict[tuple[str, ...], tuple[ToolSpec, ...]] = {}
    for step in flow.steps.values():
        own = step.llm.tools if step.llm else ()
        specs = [
            *(_spec(choice) for choice in choices(flow, step)),
            *(tools[name].spec for name in own if name in tools),
        ]
        found.setdefault(tuple(spec.name for spec in specs), tuple(specs))
    return [offer for offer in found.values() if offer]


def _spec(choice: Choice) -> ToolSpec:
    properties = {slot: {"type": "string", "x-collect": kind} for slot, kind in choice.slots.items()}
    return ToolSpec(choice.name, choice.about, {"type": "object", "properties": properties}, choice.examples)


def _message(line: Spoken) -> Message:
    calls = tuple(ToolCall(wanted.id, wanted.name, wanted.arguments) for wanted in line.wanted)
    return Message(line.role, line.text, calls, line.id)


class Words(Protocol):
    """Where the model's words go as they come; closed at the end of the answer."""

    async def send(self, piece: str, /) -> None:
        """Take a piece of text."""
        ...

    async def __aenter__(self) -> Self:
        """Open."""
        ...

    async def __aexit__(self, *_: object) -> None:
        """Close."""
        ...


async def think(llm: Llm, asked: LlmRequest, words: Words, on_first: Callable[[], None] = lambda: None) -> Thought:
    """Ask the model; send its words to `words` as they come, and return the whole of it. Closes `words`.

    `on_first` is told when the first word or choice is there.
    """
    events_in, events_out = trio.open_memory_channel[LlmEvent](16)
    text: list[str] = []
    wanted: list[Wanted] = []
    begun = False

    async def ask() -> None:
        async with events_in:
            await llm.reply(asked, events_in)

    async with words, trio.open_nursery() as nursery:
        nursery.start_soon(ask)
        async for event in events_out:
            if not begun and not isinstance(event, Done):
                begun = True
                on_first()
            if isinstance(event, Token):
                text.append(event.text)
                await words.send(event.text)
            elif isinstance(event, ToolCall) and event.name != NOT_UNDERSTOOD:
                wanted.append(Wanted(event.name, event.arguments, event.id))
    return Thought("".join(text).strip(), tuple(wanted))
