"""Thinking and acting by script: a model that chooses by sentence, tools that answer what they were told to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import trio

from voiced.errors import ProviderBadInput, ProviderError
from voiced.plugin import (
    Done,
    Effect,
    Json,
    LlmCapabilities,
    LlmEvent,
    LlmRequest,
    Sink,
    Token,
    ToolCall,
    ToolContext,
    ToolOutcome,
    ToolSpec,
)
from voiced.text.normalise import bare, folded_bare

same = cache(bare)
"""`bare`, remembered."""
alike = cache(folded_bare)
"""`folded_bare`, remembered: the examples of a library are compared again and again."""


@dataclass(slots=True)
class ScriptedLlm:
    """Implements `Llm`: chooses what the script names for the caller's words, else the tool with that very example."""

    understands: Mapping[str, str] = field(default_factory=dict)
    """Sentence -> name of the tool."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """Sentence -> what it says itself. A model that has any composes sentences."""
    first_token: float = 0.2
    fails: ProviderError | None = None
    """Raised by the next request, for as long as it is set."""
    breaks_after: int | None = None
    """Words of each answer after which it breaks off: raises what it `fails` with, or says no more."""
    prefix: bool = False
    """Whether it goes on from a beginning that it is given."""
    asked: list[LlmRequest] = field(default_factory=list)

    @property
    def capabilities(self) -> LlmCapabilities:
        """Whether it composes, and goes on from a beginning."""
        return LlmCapabilities(free_text=bool(self.answers), prefix=self.prefix)

    async def prepare(self, tools: Sequence[ToolSpec]) -> None:
        """Do nothing: there is nothing to learn."""

    async def reply(self, request: LlmRequest, out: Sink[LlmEvent]) -> None:
        """Answer."""
        self.asked.append(request)
        if self.fails is not None and self.breaks_after is None:
            raise self.fails
        await trio.sleep(self.first_token)
        words = alike(next((line.content for line in reversed(request.messages) if line.role == "user"), ""))
        said = next((answer for sentence, answer in self.answers.items() if alike(sentence) == words), "")
        begun = len(request.prefix.split()) if self.prefix else 0
        for piece in said.split()[begun:][: self.breaks_after]:
            await out.send(Token(f"{piece} "))
        if said and self.breaks_after is not None:
            await self._break_off()
        name = None if said else self._choose(words, request.tools)
        if name is not None:
            await out.send(ToolCall(f"call-{len(self.asked)}", name))
        await out.send(Done())

    async def _break_off(self) -> None:
        if self.fails is not None:
            raise self.fails
        await trio.sleep_forever()

    def _choose(self, words: str, tools: tuple[ToolSpec, ...]) -> str | None:
        for sentence, name in self.understands.items():
            if alike(sentence) == words:
                return name
        return next((tool.name for tool in tools if any(alike(example) == words for example in tool.examples)), None)


@dataclass(frozen=True, slots=True)
class ToolUsed:
    """One use of a tool."""

    name: str
    arguments: Mapping[str, Json]
    key: str


@dataclass(slots=True)
class ScriptedTool:
    """Implements `Tool`: gives `outcome` after `after` seconds; without one it was not expected, and refuses."""

    spec: ToolSpec
    outcome: ToolOutcome | None
    after: float = 0.2
    effect: Effect = "write"
    fails: ProviderError | None = None
    """Raised by the next use, for as long as it is set."""
    used: list[ToolUsed] = field(default_factory=list)

    async def call(self, arguments: Mapping[str, Json], context: ToolContext) -> ToolOutcome:
        """Note the use and answer."""
        self.used.append(ToolUsed(self.spec.name, dict(arguments), context.idempotency_key))
        await trio.sleep(self.after)
        if self.fails is not None:
            raise self.fails
        if self.outcome is None:
            raise ProviderBadInput(f"nothing says what {self.spec.name} answers")
        return self.outcome
