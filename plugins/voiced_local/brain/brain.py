"""The embedded brain: it chooses among the tools and facts of a request, and composes no sentence of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from voiced.plugin.host import Host
from voiced.plugin.llm import Done, LlmCapabilities, LlmEvent, LlmRequest, Token, ToolCall, ToolSpec
from voiced.plugin.streams import Sink
from voiced_local.brain.arguments import fill, said_today
from voiced_local.brain.background import Background, background
from voiced_local.brain.choice import decide, readings
from voiced_local.brain.chooser import Chooser, Scores
from voiced_local.brain.encoder import Encoder
from voiced_local.brain.lesson import make_lesson
from voiced_local.brain.space import Matrix
from voiced_local.brain.words import clean

Examples = tuple[tuple[str, tuple[str, ...]], ...]
"""Sentences by tool or fact, in an order that makes equal offers equal."""

KEPT = 16
"""Sets of tools whose choosers are kept, about 1 to 4 MB each; the one used longest ago goes first."""


class Brain:
    """An `Llm` without a language model: nearest examples, calibrated rejection, collectors for the arguments."""

    capabilities = LlmCapabilities(free_text=False)

    def __init__(self, host: Host) -> None:
        self._host = host
        self._encoder = Encoder(host)
        self._choosers: dict[tuple[Examples, bool, bool], Chooser] = {}

    async def reply(self, request: LlmRequest, out: Sink[LlmEvent]) -> None:
        """Send one tool call, or the fact that answers, or nothing when neither is clear; then `Done`.

        Only a caller's sentence is answered: after a tool's result there is nothing to add.
        """
        last = request.messages[-1] if request.messages else None
        if last is not None and last.role == "user" and last.content.strip():
            event = await self._tool_call(request, last.content) or await self._fact(request.facts, last.content)
            if event is not None:
                await out.send(event)
        await out.send(Done())

    async def prepare(self, tools: Sequence[ToolSpec]) -> None:
        """Learn `tools` now, so that the first caller need not wait for it."""
        if tools:
            await self._chooser(
                _examples(tools), background(), meaning=await self._encoder.sentences(["oui"]) is not None
            )

    async def _tool_call(self, request: LlmRequest, heard: str) -> ToolCall | None:
        if request.tool_choice == "none" or not request.tools:
            return None
        name = await self._choose(
            _examples(request.tools), background(), heard, required=request.tool_choice == "required"
        )
        tool = next((tool for tool in request.tools if tool.name == name), None)
        if tool is None:
            return None
        context = said_today(request.messages, self._host.now())
        return ToolCall(f"call_{len(request.messages)}", name, fill(tool.parameters, heard, context))

    async def _fact(self, facts: Sequence[str], heard: str) -> Token | None:
        if not facts:
            return None
        examples = tuple((fact, (clean(fact),)) for fact in sorted(set(facts)))
        strangers = Background(background().elsewhere, {})  # facts answer what other businesses' callers ask, too
        fact = await self._choose(examples, strangers, heard)
        return Token(fact) if fact else None

    async def _choose(self, examples: Examples, around: Background, heard: str, *, required: bool = False) -> str:
        """Return the tool or fact that `heard` asks for, "" for none; clauses are read where the whole is unsure."""
        sentence, clauses = readings(heard)
        [whole] = await self._scores(examples, around, [sentence])
        parts = await self._scores(examples, around, clauses) if clauses and whole.margin < 0 else []
        return decide(whole, parts, required=required)

    async def _scores(self, examples: Examples, around: Background, texts: Sequence[str]) -> list[Scores]:
        """Score the readings `texts`, with embeddings when they can be had."""
        vectors = await self._encoder.sentences(texts)
        chooser = await self._chooser(examples, around, meaning=vectors is not None)
        if vectors is None or not chooser.takes_meaning:
            return [chooser.scores(text) for text in texts]
        return [chooser.scores(text, vector) for text, vector in zip(texts, vectors, strict=True)]

    async def _chooser(self, examples: Examples, around: Background, *, meaning: bool) -> Chooser:
        key = (examples, bool(around.neighbours), meaning)
        chooser = self._choosers.pop(key, None) or await self._learn(dict(examples), around, meaning=meaning)
        if chooser.takes_meaning == meaning:
            self._choosers[key] = chooser
        while len(self._choosers) > KEPT:
            self._choosers.pop(next(iter(self._choosers)))
        return chooser

    async def _learn(self, examples: Mapping[str, tuple[str, ...]], around: Background, *, meaning: bool) -> Chooser:
        parts = (examples, around.elsewhere, around.neighbours)
        texts = [text for part in parts for sentences in part.values() for text in sentences]
        vectors = await self._encoder.examples(texts) if meaning else None
        return await self._host.offload(partial(_learned, examples, around, vectors))


def _examples(tools: Sequence[ToolSpec]) -> Examples:
    return tuple(sorted((tool.name, _sentences(tool)) for tool in tools))


def _learned(
    examples: Mapping[str, Sequence[str]], around: Background, vectors: Mapping[str, Matrix] | None
) -> Chooser:
    return Chooser(make_lesson(examples, around, vectors))


def _sentences(tool: ToolSpec) -> tuple[str, ...]:
    """Return what a tool is compared by: its examples and description, or its name where it has nothing else."""
    written = [*tool.examples, tool.description] if tool.description else [*tool.examples]
    return tuple(map(clean, written)) or (tool.name.replace("_", " "),)
