"""A call as a tree of spans: call > turn > stage. Pure: events of the live feed in, spans that are over out.

Times are the call's own, from its clock. No span holds what was said, who called, or which number; ids are made from
the call's id, so that a call's trace can be found without anything that links the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from msgspec import Struct, field

from voiced.observe.waterfall import STAGES

Attribute = str | bool | int | float
MOST_CALLS = 1000
"""Calls that are followed at a time; a call whose end was missed is forgotten when there are more."""


class Span(Struct, frozen=True):
    """One span that is over. Times are seconds since 1970."""

    name: str
    trace_id: int
    span_id: int
    parent_id: int | None
    start: float
    end: float
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    failed: bool = False


class _Call(Struct):
    """A call in progress."""

    id: str
    began: float
    flow: str
    spans: int = 0
    turns: int = 0
    failures: int = 0

    @property
    def trace_id(self) -> int:
        return trace_id(self.id)

    def root(self) -> int:
        return _span_id(self.id, 0)

    def span(
        self,
        name: str,
        since: float,
        until: float,
        parent: int,
        attributes: Mapping[str, Attribute] | None = None,
        *,
        failed: bool = False,
    ) -> Span:
        """Make a span; `since` and `until` are seconds since pick-up."""
        self.spans += 1
        ids = (self.trace_id, _span_id(self.id, self.spans), parent)
        start, end = self.began + since, self.began + max(since, until)
        return Span(name, *ids, start, end, attributes or {}, failed)


def trace_id(call_id: str) -> int:
    """Return the id of a call's trace."""
    return int.from_bytes(sha256(call_id.encode()).digest()[:16]) or 1


def _span_id(call_id: str, number: int) -> int:
    return int.from_bytes(sha256(f"{call_id}/{number}".encode()).digest()[:8]) or 1


class Spans:
    """Follows calls by their events."""

    def __init__(self) -> None:
        self._calls: dict[str, _Call] = {}

    def take(self, event: Mapping[str, Any]) -> list[Span]:
        """Take one event; return the spans that it ended."""
        call_id = str(event.get("call_id", ""))
        if event["event"] == "call.began":
            self._begin(call_id, event)
        call = self._calls.get(call_id)
        if call is None:
            return []
        return list(self._spans(call, event))

    def _begin(self, call_id: str, event: Mapping[str, Any]) -> None:
        """Follow a call from its pick-up; a second stream of the same call goes on with it."""
        self._calls.setdefault(call_id, _Call(call_id, event["time"], event["flow"]))
        while len(self._calls) > MOST_CALLS:
            del self._calls[next(iter(self._calls))]

    def _spans(self, call: _Call, event: Mapping[str, Any]) -> Iterator[Span]:
        match event["event"]:
            case "agent.said":
                yield from _answer(call, event)
            case "tool.returned":
                facts: dict[str, Attribute] = {"voiced.tool": event["name"], "voiced.ok": event["ok"]}
                yield call.span("tool", event["began"], event["at"], call.root(), facts)
            case "provider.failed":
                call.failures += 1
            case "call.ended":
                del self._calls[call.id]
                yield _whole(call, event)


def _answer(call: _Call, event: Mapping[str, Any]) -> Iterator[Span]:
    """An answer that somebody waited for, and under it each stage on the way to its first sound."""
    if not event["latency"]:
        return
    call.turns += not event["opening"]
    facts: dict[str, Attribute] = {"voiced.cached": event["cached"], "voiced.interrupted": event["interrupted"]}
    if "first_played" in event["latency"]:
        facts["voiced.response_gap_ms"] = event["latency"]["first_played"]
    turn = call.span("greeting" if event["opening"] else "turn", event["since"], event["at"], call.root(), facts)
    yield turn
    before = 0.0
    for stage in STAGES:
        if stage in event["latency"]:
            reached = max(before, event["latency"][stage] / 1000)
            yield call.span(stage, event["since"] + before, event["since"] + reached, turn.span_id)
            before = reached


def _whole(call: _Call, event: Mapping[str, Any]) -> Span:
    facts: dict[str, Attribute] = {
        "voiced.flow": call.flow,
        "voiced.call_id": call.id,
        "voiced.ended_by": event["by"],
        "voiced.outcome": event["outcome"],
        "voiced.turns": call.turns,
        "voiced.provider_failures": call.failures,
    }
    failed = event["by"] == "fault"
    return Span("call", call.trace_id, call.root(), None, call.began, call.began + event["at"], facts, failed)
