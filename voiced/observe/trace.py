"""Calls' traces, sent to an OpenTelemetry collector by OTLP over HTTP: in batches, in a thread, never beside a call.

Where no collector is configured nothing of this is imported. One that is down costs a thread a try now and then; what
it does not take is counted and lost.
"""

from __future__ import annotations

import importlib.util
import logging
from collections import deque
from collections.abc import AsyncIterable, Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import trio

from voiced import __version__
from voiced.errors import Unavailable
from voiced.observe import metrics
from voiced.observe.log import logger
from voiced.observe.spans import Span, Spans

if TYPE_CHECKING:
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import ReadableSpan

log = logger("trace")

Send = Callable[[Sequence[Span]], Awaitable[bool]]
"""Sends spans; returns whether they were taken. Does not raise for the collector's sake."""

BATCH = 512
"""Most spans in one request."""
WAITING = 4096
"""Spans that may wait: some minutes of fifty calls."""
EVERY, RARELY = 2.0, 60.0
"""Seconds between two requests; doubled from the first to the second while the collector takes nothing."""
ANSWER = 5.0
"""Seconds that the collector may take for a request, tries included."""
PATH = "v1/traces"
VARIABLES = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")


def wanted(endpoint: str, env: Mapping[str, str]) -> str:
    """Return the address of the collector's traces; empty where there is none.

    `endpoint` is the setting; where it is empty OpenTelemetry's own variables decide.
    """
    if endpoint:
        return f"{endpoint.rstrip('/')}/{PATH}"
    whole, base = (env.get(name, "") for name in VARIABLES)
    return whole or (f"{base.rstrip('/')}/{PATH}" if base else "")


def installed() -> bool:
    """Return whether the packages that send traces are there (the extra `otel`)."""
    try:
        return importlib.util.find_spec("opentelemetry.exporter.otlp.proto.http") is not None
    except ModuleNotFoundError:
        return False


def sender(endpoint: str, instance: str) -> Send:
    """Return what sends spans to `endpoint` from a thread; `instance` names this process. Blocks: call it in a thread.

    Raises `Unavailable` when the packages are missing.
    """
    if not installed():
        fix = "install voiced with its extra: pip install 'voiced[otel]'"
        raise Unavailable("traces are wanted, and OpenTelemetry is not installed", fix=fix)
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - imported only where traces are wanted
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - the same
    from opentelemetry.sdk.trace.export import SpanExportResult  # noqa: PLC0415 - the same

    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # what fails is told by us, once
    facts = {"service.name": "voiced", "service.version": __version__, "service.instance.id": instance}
    resource = Resource.create(facts)
    exporter = OTLPSpanExporter(endpoint=endpoint, timeout=ANSWER)

    thread = trio.CapacityLimiter(1)  # apart from those of the journal, which must not wait for a collector

    def export(spans: Sequence[Span]) -> bool:
        return exporter.export([_readable(span, resource) for span in spans]) is SpanExportResult.SUCCESS

    async def send(spans: Sequence[Span]) -> bool:
        return await trio.to_thread.run_sync(export, spans, limiter=thread, abandon_on_cancel=True)

    return send


def _readable(span: Span, resource: Resource) -> ReadableSpan:
    from opentelemetry.sdk.trace import ReadableSpan  # noqa: PLC0415 - imported only where traces are wanted
    from opentelemetry.sdk.util.instrumentation import InstrumentationScope  # noqa: PLC0415 - the same
    from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags  # noqa: PLC0415 - the same

    def context(span_id: int) -> SpanContext:
        return SpanContext(span.trace_id, span_id, is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED))

    return ReadableSpan(
        span.name,
        context(span.span_id),
        context(span.parent_id) if span.parent_id is not None else None,
        resource,
        dict(span.attributes),
        kind=SpanKind.SERVER if span.parent_id is None else SpanKind.INTERNAL,
        status=Status(StatusCode.ERROR) if span.failed else Status(StatusCode.UNSET),
        start_time=round(span.start * 1e9),
        end_time=round(span.end * 1e9),
        instrumentation_scope=InstrumentationScope("voiced", __version__),
    )


class Tracer:
    """Makes spans of events and hands them over, one request at a time."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._spans = Spans()
        self._waiting: deque[Span] = deque()
        self._over = trio.Event()
        self._down = False

    async def run(self, events: AsyncIterable[Mapping[str, Any]]) -> None:
        """Trace what `events` tell until they end, then send what waits, once. The caller holds the deadline."""
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._keep_sending)
                async for event in events:
                    self._waiting.extend(self._spans.take(event))
                    self._lose(len(self._waiting) - WAITING)
                self._over.set()
            while self._waiting and await self._hand_over():
                pass
        finally:
            self._lose(len(self._waiting))

    async def _keep_sending(self) -> None:
        pause = EVERY
        while not self._over.is_set():
            with trio.move_on_after(pause):
                await self._over.wait()
                return
            if self._waiting:
                pause = EVERY if await self._hand_over() else min(2 * pause, RARELY)

    async def _hand_over(self) -> bool:
        """Send a batch; return whether it was taken. What was not waits on."""
        batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
        taken = False
        try:
            taken = await self._send(batch)
        finally:
            if not taken:
                self._waiting.extendleft(reversed(batch))
        self._tell(down=not taken)
        return taken

    def _tell(self, *, down: bool) -> None:
        """Log once that the collector takes nothing, and once that it does again."""
        if down and not self._down:
            log.warning("traces_not_taken", spans_waiting=len(self._waiting))
        elif self._down and not down:
            log.info("traces_taken_again")
        self._down = down

    def _lose(self, spans: int) -> None:
        """Give up the oldest."""
        for _ in range(spans):
            self._waiting.popleft()
        metrics.SPANS_LOST.inc(max(0, spans))
