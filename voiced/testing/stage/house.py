"""What a call needs of the house, in virtual time: a plan, a phrase book, somewhere for rows."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from voiced.audio import MULAW_8K
from voiced.call.phrases import PhraseBook
from voiced.call.providers import Deadlines, Providers
from voiced.dialog.flow import Flow
from voiced.errors import ProviderError
from voiced.plugin import Kind, ToolSpec, Vad
from voiced.resilience import Breakers, GuardedTool, Link, LlmChain, SttChain, TtsChain
from voiced.store import ActionRow, CallRow, EraseRow, MessageRow, Row
from voiced.testing.fakes import ScriptedLlm, ScriptedStt, ScriptedTool, ScriptedTts, ScriptedVad

PARIS = ZoneInfo("Europe/Paris")
NOWHERE = Path("/dev/null/phrases")
"""No folder can be made here: the phrases stay in memory."""


@dataclass(slots=True)
class Cast:
    """The scripted providers of one call, and those that stand in for them."""

    stt: ScriptedStt = field(default_factory=ScriptedStt)
    tts: ScriptedTts = field(default_factory=ScriptedTts)
    llm: ScriptedLlm = field(default_factory=ScriptedLlm)
    tools: dict[str, ScriptedTool] = field(default_factory=dict)
    vad: Vad = field(default_factory=ScriptedVad)
    deadlines: Deadlines = field(default_factory=Deadlines)
    stand_ins: Cast | None = None
    ready: bool = True
    """Whether the fixed sentences of the flow were made before anyone rang."""
    breakers: Breakers = field(default_factory=lambda: Breakers(chance=lambda: 0.0))

    def providers(self) -> Providers:
        """Return them as a call takes them."""
        names = dict.fromkeys(("stt", "tts", "llm", "vad"), "scripted")
        stt, tts, llm = SttChain(self._links("stt")), TtsChain(self._links("tts")), LlmChain(self._links("llm"))
        tools = {name: GuardedTool(tool, self.breakers.gate("tool", name)) for name, tool in self.tools.items()}
        return Providers(stt, tts, llm, self.vad, tools, self.deadlines, names)

    def _links(self, kind: Kind) -> tuple[Link[Any], ...]:
        links = (Link(getattr(self, kind), self.breakers.gate(kind, "scripted")),)
        if self.stand_ins is None:
            return links
        return (*links, Link(getattr(self.stand_ins, kind), self.breakers.gate(kind, "stand-in")))

    def fail(self, kind: str, error: ProviderError | None) -> None:
        """Let the providers of this kind fail from now on, or work again."""
        if kind == "stt":
            self.stt.fails = error
        elif kind == "tts":
            self.tts.fails = error
        elif kind == "llm":
            self.llm.fails = error
        for tool in self.tools.values() if kind == "tool" else ():
            tool.fails = error


def stray(name: str) -> ScriptedTool:
    """Return a tool of which nobody said what it answers."""
    return ScriptedTool(ToolSpec(name, name, {"type": "object"}), None)


def fresh_book(tts: ScriptedTts) -> PhraseBook:
    """Return an empty phrase book in memory."""
    return PhraseBook(NOWHERE, tts.fingerprint, MULAW_8K)


@dataclass(slots=True)
class StagePlan:
    """Implements the switchboard's `Plan`: one flow answers every number."""

    answers: Flow | None
    cast: Cast
    phrases: PhraseBook
    capacity: int = 10
    version: str = "stage"
    timezone: tzinfo = PARIS
    longest: float = math.inf

    def media_url(self, provider: str, token: str) -> str:
        """Return an address that holds the token."""
        return f"wss://stage.invalid/{provider}/{token}"

    def flow(self, called: str) -> Flow | None:  # noqa: ARG002 - part of the contract
        """Return the flow."""
        return self.answers

    def providers(self, flow: Flow, called: str, call_id: str) -> Providers:  # noqa: ARG002 - part of the contract
        """Return the scripted providers."""
        return self.cast.providers()

    def book(self, providers: Providers) -> PhraseBook:  # noqa: ARG002 - part of the contract
        """Return the phrase book."""
        return self.phrases


@dataclass(slots=True)
class Ledger:
    """Implements `Rows`: keeps what a database would."""

    calls: dict[str, CallRow] = field(default_factory=dict)
    messages: list[MessageRow] = field(default_factory=list)
    actions: list[ActionRow] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)

    def put(self, row: Row) -> None:
        """Keep a row, or erase."""
        match row:
            case CallRow():
                self.calls[row.id] = row
            case MessageRow():
                self.messages.append(row)
            case ActionRow():
                self.actions.append(row)
            case EraseRow():
                self.erased.append(row.call)
                self.messages = [message for message in self.messages if message.call != row.call]
