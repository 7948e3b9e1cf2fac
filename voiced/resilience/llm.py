"""Models that stand in for each other, until the first word: what was begun to be said cannot be begun again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import trio

from voiced.dialog.talk import NOT_UNDERSTOOD
from voiced.errors import ProviderTimeout
from voiced.observe.log import logger
from voiced.plugin import Llm, LlmCapabilities, LlmEvent, LlmRequest, Sink, ToolSpec
from voiced.resilience.breaker import Permit
from voiced.resilience.link import Attempt, Link, all_down, attempt

log = logger("resilience")

FIRST_TOKEN = 3.0
"""Seconds that a model may take for its first token or choice while another stands by. The last one is given as long
as the caller of the chain waits."""


@dataclass(slots=True)
class _Answer:
    """The answer of one model on its way; its first part ends the deadline. Implements `Sink`."""

    out: Sink[LlmEvent]
    deadline: trio.CancelScope
    begun: bool = False

    async def send(self, event: LlmEvent) -> None:
        """Pass a part on."""
        self.begun = True
        self.deadline.deadline = math.inf
        await self.out.send(event)


@dataclass(frozen=True, slots=True)
class LlmChain:
    """Implements `Llm`: the first of `links` whose breaker lets it, then the next."""

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
        fault: Exception = all_down(self.links)
        for at, link in enumerate(self.links):
            permit = link.gate.admit()
            if permit is None:
                continue
            others = any(later.gate.ready for later in self.links[at + 1 :])
            answer = _Answer(out, trio.CancelScope(deadline=trio.current_time() + FIRST_TOKEN if others else math.inf))
            try:
                await _ask(link, permit, request, answer)
            except Exception as error:
                if answer.begun:
                    raise
                fault = error
            else:
                return
        raise fault


async def _ask(link: Link[Llm], permit: Permit, request: LlmRequest, answer: _Answer) -> None:
    with attempt(Attempt(link.gate, permit)):
        with answer.deadline:
            await link.provider.reply(_fitted(request, link.provider), answer)
        if answer.deadline.cancelled_caught:
            raise ProviderTimeout("no first token in time", provider=link.gate.name, stage="stream")


def _fitted(request: LlmRequest, model: Llm) -> LlmRequest:
    """Return the request as this model takes it: only one that composes must be told that nothing may fit."""
    if model.capabilities.free_text:
        return request
    tools = tuple(tool for tool in request.tools if tool.name != NOT_UNDERSTOOD)
    return replace(request, tools=tools, tool_choice="auto")
