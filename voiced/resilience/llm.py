"""Models that stand in for each other, until the first word: what was begun to be said cannot be begun again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from voiced.dialog.talk import NOT_UNDERSTOOD
from voiced.observe.log import logger
from voiced.plugin import Llm, LlmCapabilities, LlmEvent, LlmRequest, Sink, ToolSpec
from voiced.resilience.link import Link, again
from voiced.resilience.race import Race

log = logger("resilience")


@dataclass(frozen=True, slots=True)
class LlmChain:
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
        """Let the first that can answer. Raises what the last that was asked raised."""
        fault: Exception | None = None
        tries = 0
        while True:
            race = Race(out, lambda llm: _fitted(request, llm))
            await race.run(self.links, again=fault is not None)
            tries += 1
            if race.winner is not None:
                if race.winner.fault is not None:  # what was begun to be said cannot be begun again
                    raise race.winner.fault
                return
            fault = race.fault or fault
            await again(self.links, fault, tries)


def _fitted(request: LlmRequest, model: Llm) -> LlmRequest:
    """Return the request as this model takes it: only one that composes must be told that nothing may fit."""
    if model.capabilities.free_text:
        return request
    tools = tuple(tool for tool in request.tools if tool.name != NOT_UNDERSTOOD)
    return replace(request, tools=tools, tool_choice="auto")
