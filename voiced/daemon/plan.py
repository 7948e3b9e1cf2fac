"""The plan of calls, made from one version of the configuration: which flow answers a number, with which providers.

A plan never changes. A reload makes another one, which keeps the providers and the phrases that stay the same; a call
holds the plan that it began with for as long as it lasts.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary
from zoneinfo import ZoneInfo

from msgspec import Struct, field, structs

from voiced.audio import MULAW_8K
from voiced.call.phrases import PhraseBook
from voiced.call.providers import Deadlines, Providers
from voiced.config.choice import Chosen, choose, possible
from voiced.config.settings import Settings
from voiced.dialog.flow import Flow
from voiced.observe.log import logger
from voiced.plugin import Kind, Llm, Tool, Tts, control_of
from voiced.registry import Registry
from voiced.resilience import Allowance, Breakers, GuardedTool, Link, LlmChain, SttChain, TtsChain

log = logger("config")

CHANGING: tuple[Kind, ...] = ("stt", "tts", "llm")
"""Kinds of which one call may get another provider than the next."""
PARIS = ZoneInfo("Europe/Paris")
"""Opening hours and dates are French local time."""


class WorkerPlan(Struct, frozen=True):
    """Implements the switchboard's `Plan`."""

    settings: Settings
    registry: Registry
    flows: Mapping[str, Flow]
    public_url: str
    timezone: tzinfo = PARIS
    breakers: Breakers = field(default_factory=Breakers)
    """Those of the process: a reload does not forget who is down."""
    streams: dict[str, str] = field(default_factory=dict)
    """Where the media of carriers that come by plain TCP comes in, by provider: told once the port is open."""
    _books: dict[str, PhraseBook] = field(default_factory=dict)
    _shelf: MutableMapping[str, PhraseBook] = field(default_factory=WeakValueDictionary)
    """The books of all plans: a book goes when no plan and no call needs it."""

    def renewed(self, settings: Settings, flows: Mapping[str, Flow]) -> WorkerPlan:
        """Return the plan of another version. Builds nothing yet."""
        registry = self.registry.renewed(settings)
        return WorkerPlan(
            settings,
            registry,
            flows,
            self.public_url,
            self.timezone,
            self.breakers,
            _shelf=self._shelf,
            streams=self.streams,
        )

    def build(self) -> None:
        """Build every provider that some call may get, and the tools; raises `Unavailable` when one cannot be had."""
        for kind, name in sorted(named_providers(self.settings)):
            self.registry.provider(kind, name)
        self.registry.tools()

    def take_effect(self) -> None:
        """Hold the providers to the limits of their accounts, as this version of the configuration has them."""
        workers, limits = self.settings.server.workers, self.settings.limits.providers
        given = {name: Allowance(each.per_minute, each.burst, each.concurrent) for name, each in limits.items()}
        self.breakers.allow({name: each.shared(workers) for name, each in given.items()})
        carrier = self.settings.providers.telco
        if carrier in given and control_of(self.registry.provider("telco", carrier)) is None:
            log.warning("limit_without_effect", provider=carrier, why="it has no API that could be asked")

    @property
    def version(self) -> str:
        """Version of the configuration."""
        return self.settings.version

    @property
    def capacity(self) -> int:
        """Calls at the same time."""
        return self.settings.limits.calls

    @property
    def longest(self) -> float:
        """Seconds that a call may last."""
        return self.settings.limits.call_seconds

    def media_url(self, provider: str, token: str) -> str:
        """Return the address of a call's media socket."""
        if provider in self.streams:
            return f"{self.streams[provider]}/{token}"
        return f"{self.public_url.replace('http', 'ws', 1)}/voice/{provider}/media/{token}"

    def flow(self, called: str) -> Flow | None:
        """Return the flow that answers `called`."""
        number = self.settings.numbers.get(called) or self.settings.numbers.get("default")
        return self.flows.get(number.flow) if number else None

    def answering(self) -> list[Flow]:
        """Return the flows that some number leads to."""
        names = {number.flow for number in self.settings.numbers.values()}
        return [flow for name, flow in self.flows.items() if name in names]

    def providers(self, flow: Flow, called: str = "", call_id: str = "") -> Providers:
        """Return the providers of the call `call_id` to the number `called`, or of no call in particular.

        Each is a chain of the chosen provider and its stand-ins. Raises `Unavailable` when one cannot be built.
        """
        chosen = choose(self.settings, flow.flow, called, call_id)
        vad = self.settings.providers.vad
        return Providers(
            stt=SttChain(self._links("stt", chosen["stt"])),
            tts=TtsChain(self._links("tts", chosen["tts"])),
            llm=LlmChain(self._links("llm", chosen["llm"])),
            vad=self.registry.provider("vad", vad),
            tools=self._tools(),
            deadlines=Deadlines(tools=self.settings.limits.tools),
            names={**{kind: choice.name for kind, choice in chosen.items()}, "vad": vad},
            chosen={kind: structs.asdict(choice) for kind, choice in chosen.items()},
        )

    def voices(self) -> list[tuple[Flow, Tts]]:
        """Return each voice that a call may be answered with, and the flow that it would speak."""
        return self._possible("tts")

    def brains(self) -> list[tuple[Flow, Llm]]:
        """Return each model that a call may be understood by, stand-ins too, and the flow that it would follow."""
        return self._possible("llm", self.settings.fallback.llm)

    def _possible(self, kind: Kind, behind: Sequence[str] = ()) -> list[tuple[Flow, Any]]:
        get, settings = self.registry.provider, self.settings
        names = ((flow, (*possible(settings, kind, flow.flow), *behind)) for flow in self.answering())
        return [(flow, get(kind, name)) for flow, every in names for name in dict.fromkeys(every)]

    def _links(self, kind: Kind, choice: Chosen) -> tuple[Link[Any], ...]:
        return tuple(self._link(kind, name) for name in choice.order)

    def _tools(self) -> Mapping[str, Tool]:
        gate, tools = self.breakers.gate, self.registry.tools()
        return {name: GuardedTool(tool, gate("tool", name)) for name, tool in tools.items()}

    def _link(self, kind: Kind, name: str) -> Link[Any]:
        provider, gate = self.registry.provider(kind, name), self.breakers.gate(kind, name)
        gate.provider = provider
        return Link(provider, gate)

    def book(self, providers: Providers) -> PhraseBook:
        """Return the phrase book of the chosen voice, which knows those of its stand-ins."""
        tts = providers.tts
        voices = tts.fingerprints if isinstance(tts, TtsChain) else (tts.fingerprint,)
        first, *others = (self.book_of(voice) for voice in voices)
        return first.beside(others)

    def book_of(self, fingerprint: str) -> PhraseBook:
        """Return the phrase book of the voice with this fingerprint."""
        if fingerprint not in self._books:
            book = self._shelf.get(fingerprint)
            if book is None:
                book = self._shelf[fingerprint] = PhraseBook(phrase_folder(self.settings), fingerprint, MULAW_8K)
            self._books[fingerprint] = book
        return self._books[fingerprint]


def named_providers(settings: Settings) -> frozenset[tuple[Kind, str]]:
    """Return every provider that the settings name, with its kind: those that some call may get."""
    active = settings.providers
    named: set[tuple[Kind, str]] = {("telco", active.telco), ("vad", active.vad)}
    overrides = [*settings.flow_providers.values(), *(number.providers for number in settings.numbers.values())]
    for kind in CHANGING:
        names = (*getattr(settings.fallback, kind), *getattr(settings.canary, kind))
        names += tuple(getattr(override, kind) for override in overrides)
        named |= {(kind, name) for name in (getattr(active, kind), *names) if name}
    return frozenset(named)


def phrase_folder(settings: Settings) -> Path:
    """Return where ready phrases are kept."""
    return settings.cache_dir / "phrases"
