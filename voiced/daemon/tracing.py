"""The worker's traces: when a collector is configured, what happens in calls is followed and sent to it."""

from __future__ import annotations

import os

import trio

from voiced.call.feed import Feed
from voiced.config.settings import Settings
from voiced.errors import Unavailable
from voiced.observe import trace
from voiced.observe.log import logger

log = logger("trace")


async def trace_calls(settings: Settings, feed: Feed, instance: str) -> None:
    """Trace calls until `feed` ends; return at once when no collector is configured. The caller holds the deadline.

    A worker whose OpenTelemetry is missing says so and takes its calls untraced; `voiced check` calls it an error.
    """
    endpoint = trace.wanted(settings.observe.otlp_endpoint, os.environ)
    if not endpoint:
        return
    with feed.watch() as events:
        try:
            send = await trio.to_thread.run_sync(trace.sender, endpoint, instance)
        except Unavailable as error:
            log.warning("traces_not_possible", exc_info=error)
            return
        await trace.Tracer(send).run(events)
