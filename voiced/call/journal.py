"""The journal: one call's record, as the caller heard it.

Before consent nothing but metadata leaves memory; a yes writes what was held back, a no forgets it, and a withdrawal
erases what was written. Rows go to the write-behind queue, events to the live feed; neither ever waits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, Protocol

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from voiced.call.feed import Feed
from voiced.dialog.talk import (
    By,
    CallTool,
    Decided,
    Directed,
    Dismissed,
    Muted,
    Prompted,
    Redirected,
    ToolReturned,
)
from voiced.observe import metrics
from voiced.observe.waterfall import Waterfall, percentile
from voiced.store import ActionRow, CallRow, EraseRow, MessageRow, Row
from voiced.text.mask import masked_number

_ACTS = {Prompted: "say", Redirected: "transfer", Dismissed: "hangup", Muted: "mute"}
MOST_HELD = 200
"""Messages held in memory while consent is unknown."""


class Rows(Protocol):
    """Where rows go: the store's writer."""

    def put(self, row: Row) -> None:
        """Queue a row; never blocks."""
        ...


class Journal(Struct):
    """One call's record."""

    call: CallRow
    rows: Rows
    feed: Feed
    now: Callable[[], float]
    """Wall clock, seconds since 1970."""
    _held: list[MessageRow] = field(default_factory=list)
    _consent: str = "unknown"
    _seq: int = 0
    _gaps: list[float] = field(default_factory=list)
    _greeting: float | None = None

    def at(self) -> float:
        """Return the call's time: seconds since it was picked up, whatever its media streams did since."""
        return self.now() - self.call.answered_at if self.call.answered_at else 0.0

    def began(self) -> None:
        """The media stream is open."""
        self.call = replace(self.call, answered_at=self.call.answered_at or self.now())
        self.rows.put(self.call)
        self._tell("call.began", flow=self.call.flow, time=self.call.answered_at)

    def caller_said(self, text: str, confidence: float, began: float, ended: float) -> None:
        """The caller took a turn."""
        metrics.TURNS.inc()
        self._message("caller", text, began, ended, confidence=confidence)
        self._tell(
            "caller.said", text=text, confidence=round(confidence, 3), began=round(began, 2), ended=round(ended, 2)
        )

    def agent_said(self, heard: str, whole: str, ended: float, waterfall: Waterfall | None, by: By = "agent") -> None:
        """The caller heard `heard` of what the agent said, in its own words or in an operator's."""
        cut = heard != whole
        latency = waterfall.milliseconds() if waterfall else {}
        cached = bool(waterfall and waterfall.cached)
        if waterfall:
            self._timed(waterfall)
        opening = bool(waterfall and waterfall.opening)
        kept = {**latency, "cached": cached, "opening": opening} if waterfall else None
        self._message(by, heard, ended, ended, interrupted=cut, latency=kept)
        self._tell(
            "agent.said", text=heard, whole=whole, by=by, interrupted=cut, latency=latency, cached=cached,
            opening=opening, since=round(waterfall.spoke_until, 3) if waterfall else None,
        )  # fmt: skip

    def noted(self, event: str, **facts: Any) -> None:
        """Something else happened (a key, an interruption, a silence)."""
        self._tell(event, **facts)

    def acted(self, call: CallTool, key: str, result: ToolReturned, began: float) -> None:
        """A tool was run."""
        self._seq += 1
        row = ActionRow(
            call=self.call.id,
            seq=self._seq,
            name=call.name,
            arguments=dict(call.arguments) if self._consent == "granted" else None,
            outcome=dict(result.data),
            ok=result.ok,
            started=began,
            ended=self.at(),
            idempotency_key=key,
        )
        self.rows.put(row)
        self._tell(
            "tool.returned", name=call.name, ok=result.ok, arguments=dict(call.arguments), data=dict(result.data),
            began=round(began, 3),
        )  # fmt: skip

    def directed(self, event: Directed, actor: str) -> None:
        """A person, `actor`, did something to the call from outside."""
        name, facts = f"operator.{_ACTS[type(event)]}", msgspec.structs.asdict(event)
        number = {"number": masked_number(event.number)} if isinstance(event, Redirected) else {}
        self._seq += 1
        row = ActionRow(
            call=self.call.id,
            seq=self._seq,
            name=name,
            arguments=facts if self._consent == "granted" else None,
            outcome={"actor": actor, **number},
            ok=True,
            started=self.at(),
            ended=self.at(),
        )
        self.rows.put(row)
        self._tell(name, actor=actor, **facts)

    def decided(self, decision: Decided) -> None:
        """Keep the evidence, and write, forget or erase accordingly."""
        evidence = {
            **msgspec.structs.asdict(decision),
            "call_id": self.call.id,
            "time": self.now(),
            "scope": "transcript",
        }
        earlier = self.call.consent or []
        self._consent = decision.decision
        self.call = replace(self.call, consent=[*earlier, evidence])
        self.rows.put(self.call)
        if decision.decision == "granted":
            for row in self._held:
                self.rows.put(row)
        elif decision.decision == "withdrawn":
            self.rows.put(EraseRow(self.call.id))
        self._held.clear()
        self._tell("consent", decision=decision.decision, modality=decision.modality)

    def ended(self, by: str, outcome: str, error: str = "") -> None:
        """The call is over."""
        self.call = replace(
            self.call,
            ended_at=self.now(),
            ended_by=by,
            outcome=outcome,
            error=error,
            latency=self._summary(),
        )
        self.rows.put(self.call)
        self._held.clear()
        self._tell("call.ended", by=by, outcome=outcome, error=error)

    def _timed(self, waterfall: Waterfall) -> None:
        gap = waterfall.response_gap
        if gap is None:
            return
        if waterfall.opening:
            self._greeting = gap if self._greeting is None else self._greeting
            metrics.GREETING.observe(gap)
            return
        self._gaps.append(gap)
        metrics.RESPONSE_GAP.labels("yes" if waterfall.cached else "no").observe(gap)
        for stage, milliseconds in waterfall.milliseconds().items():
            metrics.STAGE.labels(stage).observe(max(0, milliseconds) / 1000)

    def _summary(self) -> dict[str, Any]:
        """Return how long the caller waited for answers, and for the greeting."""
        gaps = [round(gap * 1000) for gap in self._gaps]
        summary: dict[str, Any] = {"turns": len(gaps), "response_gap_ms": gaps}
        if gaps:
            summary |= {"p50_ms": percentile(gaps, 0.5), "p95_ms": percentile(gaps, 0.95)}
        if self._greeting is not None:
            summary["greeting_ms"] = round(self._greeting * 1000)
        return summary

    def _message(
        self,
        role: Literal["caller", "agent", "operator"],
        text: str,
        started: float,
        ended: float,
        *,
        confidence: float = 1.0,
        interrupted: bool = False,
        latency: Mapping[str, int | bool] | None = None,
    ) -> None:
        self._seq += 1
        row = MessageRow(
            call=self.call.id,
            seq=self._seq,
            role=role,
            text=text,
            started=started,
            ended=ended,
            interrupted=interrupted,
            confidence=confidence,
            latency=dict(latency) if latency else None,
        )
        if self._consent == "granted":
            self.rows.put(row)
        elif self._consent == "unknown" and len(self._held) < MOST_HELD:
            self._held.append(row)

    def _tell(self, event: str, **facts: Any) -> None:
        self.feed.publish({"event": event, "call_id": self.call.id, "at": round(self.at(), 3), **facts})
