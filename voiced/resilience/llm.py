"""Models that stand in for each other.

What was begun to be said cannot be begun again: who takes over goes on from there. Few models can
(`LlmCapabilities.prefix`); without one the answer has failed, and the flow knows what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from voiced.dialog.talk import NOT_UNDERSTOOD
from voiced.observe.log import logger
from voiced.plugin import Llm, LlmCapabilities, LlmEvent, LlmRequest, Sink, Token, ToolSpec
from voiced.resilience.breakers import Gate
from voiced.resilience.link import Link, again
from voiced.resilience.race import STALL, STALL_BESIDE, Race, Runner

log = logger("resilience")


class _Begun(Struct):
    """What was passed on of an answer. Implements `Sink`."""

    out: Sink[LlmEvent]
    words: str = ""
    only_words: bool = True
    """No tool was called, and the answer has not ended."""

    async def send(self, event: LlmEvent) -> None:
        """Pass a part on."""
        await self.out.send(event)
        if isinstance(event, Token):
            self.words += event.text
        else:
            self.only_words = False


class LlmChain(Struct, frozen=True):
    """Implements `Llm`: the first of `links` whose gate lets it, then the next, and the same again at last."""

    links: tuple[Link[Llm], ...]

    @property
    def capabilities(self) -> LlmCapabilities:
        """Free text if any of them composes: requests are fitted to those that do not."""
        each = [link.provider.capabilities for link in self.links]
        return LlmCapabilities(any(one.free_text for one in each), all(one.prefix for one in each))

    async def prepare(self, tools: Sequence[ToolSpec]) -> None:
        """Prepare all of them; raises what the first said when none could be."""
        faults: list[Exception] = []
        for link in self.links:
            try:
                await link.provider.prepare(tools)
            except Exception as error:  # noqa: BLE001 - a plugin's bug costs its own readiness only
                log.warning("model_not_prepared", provider=link.gate.name, error=type(error).__name__)
                faults.append(error)
        if len(faults) == len(self.links):
            raise faults[0]

    async def reply(self, request: LlmRequest, out: Sink[LlmEvent]) -> None:
        """Let the first that can answer. Raises what the last that was asked raised, or who began and broke off."""
        fault: Exception | None = None
        begun = _Begun(out)
        tries = 0
        while True:
            race = Race(begun, partial(_fitted, request), self._stall)
            await race.run(self.links, again=fault is not None)
            tries += 1
            if race.winner is not None:
                if race.winner.fault is not None:
                    await self._go_on(request, begun, race.winner, race.winner.fault)
                return
            fault = race.fault or fault
            await again(self.links, fault, tries)

    async def _go_on(self, request: LlmRequest, begun: _Begun, broken: Runner, fault: Exception) -> None:
        """Let others go on from what was said, one after the other; raise `fault` when none does."""
        tired = [broken.attempt.gate]
        while begun.words and begun.only_words:
            asked = replace(request, prefix=request.prefix + begun.words, tool_choice="auto")
            race = Race(begun, partial(_fitted, asked), self._stall)
            await race.run(self._able(tired), again=False)
            if race.winner is None:
                break
            log.info("answer_gone_on", broken=tired[-1].name, provider=race.winner.attempt.gate.name)
            if race.winner.fault is None:
                return
            tired.append(race.winner.attempt.gate)
        raise fault

    def _able(self, besides: Sequence[Gate]) -> list[Link[Llm]]:
        """Return those that can go on from words which another has said, and may be asked."""
        able = (link for link in self.links if link.provider.capabilities.prefix and link.gate.ready)
        return [link for link in able if link.gate not in besides]

    def _stall(self, gate: Gate) -> float:
        """Return the seconds that may pass between two parts of the answer of one of them."""
        return STALL_BESIDE if self._able([gate]) else STALL


def _fitted(request: LlmRequest, model: Llm) -> LlmRequest:
    """Return the request as this model takes it: only one that composes must be told that nothing may fit."""
    if model.capabilities.free_text:
        return request
    tools = tuple(tool for tool in request.tools if tool.name != NOT_UNDERSTOOD)
    return replace(request, tools=tools, tool_choice="auto")
