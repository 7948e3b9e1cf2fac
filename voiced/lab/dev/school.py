"""Where the embedded brain learns what it is offered: ahead for the flows of a project, else when it is first asked."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import trio

from voiced.call.think import offers
from voiced.daemon.host import WorkerHost
from voiced.daemon.project import read_project
from voiced.observe.log import logger
from voiced.plugin import Llm, ToolSpec
from voiced.plugin.chat.tools import function
from voiced.registry import Registry, discover
from voiced.testing.mistral import ChatRequest, Reply, by_llm, rules
from voiced.testing.mistral.local import asked
from voiced.testing.mistral.reading import read_tool

Offer = tuple[ToolSpec, ...]
PATIENCE = 1.0
"""Seconds that a request waits for the brain to learn what it offers; then rules answer."""
LESSON: Offer = (
    ToolSpec("oui", "Dire oui.", examples=("oui", "d'accord")),
    ToolSpec("horaires", "Demander les horaires.", examples=("à quelle heure ouvrez-vous ?",)),
)
"""Learned first: what the brain learns for any tools (what to leave alone) takes seconds, what each has only a part."""


class School:
    """One lesson at a time, whoever asks; `tell` hears of each: what happened, and how many tools it was about."""

    def __init__(self, llm: Llm, tell: Callable[[str, int], None] = lambda _what, _tools: None) -> None:
        self._llm, self._tell = llm, tell
        self._think = by_llm(llm)
        self._known: dict[str, trio.Event] = {}
        self._ordered, self._orders = trio.open_memory_channel[tuple[Offer, trio.Event]](math.inf)

    def learn(self, offer: Offer) -> trio.Event:
        """Have `offer` learned when its turn comes; return the event that it has been."""
        key = repr(sorted((tool.name, tool.description, tool.examples) for tool in offer))
        if key not in self._known:
            self._known[key] = trio.Event()
            self._ordered.send_nowait((offer, self._known[key]))
        return self._known[key]

    async def run(self) -> None:
        """Teach until cancelled."""
        await self._llm.prepare(LESSON)
        async for offer, known in self._orders:
            await self._llm.prepare(offer)
            known.set()
            self._tell("learned", len(offer))

    async def think(self, request: ChatRequest) -> Reply:
        """Answer as the brain does; by rules what it has not learned yet."""
        offer = asked(request).tools
        if offer:
            known = self.learn(offer)
            with trio.move_on_after(PATIENCE):
                await known.wait()
            if not known.is_set():
                self._tell("is still learning: rules answer", len(offer))
                return rules(request)
        return await self._think(request)


def offered(file: Path) -> list[Offer]:
    """Return what the flows of the configuration `file` offer a model, as an API is told. Raises `BadInput`; blocks."""
    project = read_project(file)
    settings, threads = project.settings, trio.CapacityLimiter(1)

    def host(plugin: str) -> WorkerHost:
        return WorkerHost(settings.data_dir / "plugins" / plugin, settings.cache_dir, logger(plugin), threads)

    tools = Registry(settings, discover(), host).tools()
    found: Sequence[Offer] = [offer for flow in project.flows.values() for offer in offers(flow, tools)]
    return [tuple(read_tool(function(tool)) for tool in offer) for offer in found]
