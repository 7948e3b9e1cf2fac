"""The embedded brain: it chooses among the tools and facts of a request, and composes no sentence of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from voiced.plugin.host import Host
from voiced.plugin.llm import Done, LlmCapabilities, LlmEvent, LlmRequest, Token, ToolCall, ToolSpec
from voiced.plugin.streams import Sink
from voiced_local.brain.arguments import fill, said_today
from voiced_local.brain.background import background
from voiced_local.brain.choice import decide, readings
from voiced_local.brain.chooser import Chooser, Scores, learn
from voiced_local.brain.encoder import Encoder
from voiced_local.brain.lesson import fact_lesson, tool_lesson
from voiced_local.brain.shelf import Shelf
from voiced_local.brain.space import Matrix
from voiced_local.brain.words import clean

KEPT = 32
"""Offers whose choosers are kept, about 2 to 8 MB each; the one used longest ago goes first."""
STATING = 0.15
"""How much surer than for a tool the brain must be to state a fact: a tool can ask back, a statement stands."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be chosen: tools with their cleaned sentences, or facts. Equal offers are learned once."""

    tools: tuple[tuple[str, tuple[str, ...]], ...] = ()
    facts: tuple[str, ...] = ()

    def sentences(self) -> list[str]:
        """Return every sentence that has to be embedded to learn it, besides the background's."""
        return [text for _, texts in self.tools for text in texts] + [clean(fact) for fact in self.facts]

    def learn(self, vectors: Mapping[str, Matrix] | None) -> Chooser:
        """Learn it; up to a few seconds, so do it in a thread. `vectors` by sentence, None without an encoder."""
        if self.facts:
            return learn(fact_lesson(self.facts, background(), vectors))
        return learn(tool_lesson(dict(self.tools), background(), vectors))


class Brain:
    """An `Llm` without a language model: nearest examples, calibrated rejection, collectors for the arguments."""

    capabilities = LlmCapabilities(free_text=False)

    def __init__(self, host: Host) -> None:
        self._host = host
        self._encoder = Encoder(host)
        self._shelf = Shelf(host.cache_dir / "brain")
        self._choosers: dict[tuple[Offer, bool], Chooser] = {}

    async def prepare(self, tools: Sequence[ToolSpec]) -> None:
        """Learn `tools`, so that the first caller does not wait for it."""
        if tools:
            await self._scores(_offer(tools), ["bonjour"])

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

    async def _tool_call(self, request: LlmRequest, heard: str) -> ToolCall | None:
        if request.tool_choice == "none" or not request.tools:
            return None
        name = await self._choose(_offer(request.tools), heard, required=request.tool_choice == "required")
        tool = next((tool for tool in request.tools if tool.name == name), None)
        if tool is None:
            return None
        context = said_today(request.messages, self._host.now())
        return ToolCall(f"call_{len(request.messages)}", name, fill(tool.parameters, heard, context))

    async def _fact(self, facts: Sequence[str], heard: str) -> Token | None:
        offer = Offer(facts=tuple(sorted(set(facts))))
        fact = await self._choose(offer, heard, caution=STATING) if facts else ""
        return Token(fact) if fact else None

    async def _choose(self, offer: Offer, heard: str, *, required: bool = False, caution: float = 0.0) -> str:
        """Return the tool or fact that `heard` asks for, "" for none; clauses are read where the whole is unsure."""
        sentence, clauses = readings(heard)
        [whole] = await self._scores(offer, [sentence])
        parts = await self._scores(offer, clauses) if clauses and whole.margin < caution else []
        return decide(whole, parts, required=required, caution=caution)

    async def _scores(self, offer: Offer, texts: Sequence[str]) -> list[Scores]:
        """Score the readings `texts`, with embeddings when they can be had."""
        vectors = await self._encoder.sentences(texts)
        chooser = await self._chooser(offer, meaning=vectors is not None)
        if vectors is None or not chooser.takes_meaning:
            return [chooser.scores(text) for text in texts]
        return [chooser.scores(text, vector) for text, vector in zip(texts, vectors, strict=True)]

    async def _chooser(self, offer: Offer, *, meaning: bool) -> Chooser:
        chooser = self._choosers.pop((offer, meaning), None) or await self._learn(offer, meaning=meaning)
        self._choosers[offer, chooser.takes_meaning] = chooser
        while len(self._choosers) > KEPT:
            self._choosers.pop(next(iter(self._choosers)))
        return chooser

    async def _learn(self, offer: Offer, *, meaning: bool) -> Chooser:
        texts = [*offer.sentences(), *background().sentences]
        key = await self._host.offload(partial(self._shelf.key, repr(offer), texts, meaning=meaning))
        kept = await self._host.offload(self._shelf.get, key)
        if kept is not None:
            return kept
        vectors = await self._encoder.examples(texts) if meaning else None
        chooser = await self._host.offload(partial(offer.learn, vectors))
        if chooser.takes_meaning == meaning:
            await self._host.offload(self._shelf.put, key, chooser)
        return chooser


def _offer(tools: Sequence[ToolSpec]) -> Offer:
    return Offer(tools=tuple(sorted((tool.name, _sentences(tool)) for tool in tools)))


def _sentences(tool: ToolSpec) -> tuple[str, ...]:
    """Return what a tool is compared by: its examples and description, or its name where it has nothing else."""
    written = [*tool.examples, tool.description] if tool.description else [*tool.examples]
    return tuple(map(clean, written)) or (tool.name.replace("_", " "),)
