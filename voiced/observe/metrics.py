"""Every metric of voiced, declared once: name, labels, meaning. docs/metrics.md is made from this file.

Names end in their unit (`_seconds`, `_bytes`) and counters in `_total`. Labels are few and take few values: never a
call, a number or a text. Each process has one registry, and `voiced.observe.gather` joins those of all processes.
Declare one with `counter`, `gauge` or `histogram`, run `make docs`, and let a test read it.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from voiced.errors import ProviderError, ProviderTimeout

REGISTRY = CollectorRegistry()
"""The metrics of this process."""
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""The type of an exposition (prometheus.io/docs/instrumenting/exposition_formats)."""

disable_created_metrics()  # type: ignore[no-untyped-call]  # two series for each would say only when we started
ProcessCollector(registry=REGISTRY)
"""CPU, memory and open files of this process, under the names that every dashboard knows (`process_...`)."""


class Declared(Struct, frozen=True):
    """What a metric is, for its page."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    labels: tuple[str, ...]
    about: str


DECLARED: dict[str, Declared] = {}
"""Every metric, by the name under which it is exposed."""


def counter(name: str, about: str, *labels: str) -> Counter:
    """Declare something that is counted; `name` ends in `_total`."""
    DECLARED[name] = Declared(name, "counter", labels, about)
    return Counter(name, about, labels, registry=REGISTRY)


def gauge(name: str, about: str, *labels: str) -> Gauge:
    """Declare a quantity that goes up and down."""
    DECLARED[name] = Declared(name, "gauge", labels, about)
    return Gauge(name, about, labels, registry=REGISTRY)


def histogram(name: str, about: str, *labels: str, buckets: tuple[float, ...]) -> Histogram:
    """Declare how something is distributed; `buckets` are upper bounds in its unit."""
    DECLARED[name] = Declared(name, "histogram", labels, about)
    return Histogram(name, about, labels, registry=REGISTRY, buckets=buckets)


def exposition() -> bytes:
    """Return the metrics in Prometheus' text format."""
    return generate_latest(REGISTRY)


def error_class(error: BaseException) -> str:
    """Return how a provider failed, for a label: the name of its `ProviderError`, `Bug` for what none may raise."""
    if isinstance(error, ProviderError):
        return type(error).__name__
    return ProviderTimeout.__name__ if type(error).__name__ == "TooSlowError" else "Bug"


# --- buckets: upper bounds in seconds, fine where a caller notices the difference ---

ANSWER = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0)
WORK = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)
LATE = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0)
CALL = (10.0, 30.0, 60.0, 120.0, 180.0, 300.0, 600.0, 1800.0)

# --- calls ---

CALLS_ADMITTED = counter("voiced_calls_admitted_total", "Calls that were taken.", "carrier")
CALLS_REFUSED = counter(
    "voiced_calls_refused_total",
    "Calls that were turned away. `reason`: `full`, `draining`, `no_flow` or `not_ready`.",
    "reason",
)
CALLS_ENDED = counter(
    "voiced_calls_ended_total",
    "Calls that are over. `by`: who ended them. `outcome`: `completed`, `failed`, `transferred`, `abandoned` (no media "
    "stream came), `stopped` (with the worker) or what the carrier said.",
    "by",
    "outcome",
)
CALLS_STRAYED = counter(
    "voiced_calls_strayed_total",
    "Calls whose stream ended without the carrier asking what follows, so that it was told over its API. `outcome`: "
    "`told`, `over` (it knew the call no more) or `failed` (it could not be told: the call counts as over).",
    "carrier",
    "outcome",
)
CALL_SECONDS = histogram("voiced_call_seconds", "Length of a call, from pick-up to its end.", buckets=CALL)
CALLS = gauge("voiced_calls", "Calls in progress.")
CAPACITY = gauge("voiced_calls_capacity", "Calls that this worker takes at the same time.")

# --- turns ---

TURNS = counter("voiced_turns_total", "Turns that callers took.")
RESPONSE_GAP = histogram(
    "voiced_response_gap_seconds",
    "From the caller's last sound to the agent's first, as the caller hears it. `cached`: `yes` when the answer began "
    "with a ready phrase.",
    "cached",
    buckets=ANSWER,
)
GREETING = histogram(
    "voiced_greeting_seconds", "From the pick-up to the agent's first sound, also after a transfer or a lost line.",
    buckets=ANSWER,
)  # fmt: skip
STAGE = histogram(
    "voiced_stage_seconds",
    "When each stage of an answer was reached, from the caller's last sound. `stage`: as in a turn's waterfall.",
    "stage",
    buckets=ANSWER,
)
INTERRUPTIONS = counter("voiced_interruptions_total", "Times that a caller cut in and the agent fell silent.")
FALSE_ALARMS = counter("voiced_false_alarms_total", "Interruptions by a mere sound, after which the agent went on.")
SILENCES = counter("voiced_silences_total", "Times that a caller who was asked said nothing.")
MISUNDERSTANDINGS = counter(
    "voiced_misunderstandings_total",
    "Turns that were not understood. `kind`: `unclear` (a voice without words) or `unplaced` (words without a route).",
    "kind",
)

# --- providers and tools ---

PROVIDER_FAILURES = counter(
    "voiced_provider_failures_total",
    "Failures of providers. `kind`: `stt`, `tts`, `llm` or `tool`. `error`: the error's class; `Bug` when a plugin "
    "raised what it must not.",
    "kind",
    "provider",
    "error",
)
FIRST_BYTE = histogram(
    "voiced_provider_first_byte_seconds",
    "From the request to the first part of a provider's answer: the model's first word, the voice's first sound, the "
    "recogniser's final words once they were asked for.",
    "kind",
    "provider",
    buckets=WORK,
)
PROVIDER_REQUESTS = counter(
    "voiced_provider_requests_total",
    "Requests to providers, stand-ins included. `kind`: what was asked for, `stt`, `tts`, `llm`, `tool` (`provider` is "
    "its name), or of a carrier `telco.redirect`, `telco.hang_up`, `telco.place`, `telco.recordings`, `telco.erase`. "
    "`outcome`: `ok`, `outage` (counts against the breaker), `throttled` "
    "(it wants fewer requests), `refused` (another request may be taken) or `abandoned` (the caller cut in or left).",
    "kind",
    "provider",
    "outcome",
)
PROVIDER_RETRIES = counter(
    "voiced_provider_retries_total",
    "Requests that were made once more because they failed and nobody else was left to ask.",
    "kind",
    "provider",
)
PROVIDER_HELD_BACK = counter(
    "voiced_provider_held_back_total",
    "Times that a provider was not asked because it wants to be left alone, or the limits of its account were reached.",
    "kind",
    "provider",
)
HEDGES = counter(
    "voiced_provider_hedges_total",
    "Times that another model was asked beside one that had not answered yet. `provider`: the slow one.",
    "provider",
)
BREAKER_OPEN = gauge(
    "voiced_breaker_open",
    "1 while a provider is not asked because it kept failing, but for a probe now and then; 0 while it is.",
    "kind",
    "provider",
)
TOOL_CALLS = counter(
    "voiced_tool_calls_total", "Uses of tools. `outcome`: `ok`, `declined` (the tool said no) or `failed`.",
    "tool", "outcome",
)  # fmt: skip
TOOL_SECONDS = histogram("voiced_tool_seconds", "How long a tool took, whatever its outcome.", "tool", buckets=WORK)

# --- lines ---

MEDIA_SOCKETS = gauge("voiced_media_sockets", "Open media sockets.")
LINE_GAPS = counter("voiced_line_gap_seconds_total", "Sound that carriers did not deliver, counted as silence.")
LINE_WARNINGS = counter("voiced_line_warnings_total", "Oddities in what carriers sent that were put up with.")
AUDIO_DROPPED = counter("voiced_audio_dropped_total", "Packets (80 to 240 ms) that a recogniser did not take in time.")
PACING_LATENESS = histogram(
    "voiced_pacing_lateness_seconds",
    "How much later than the playout clock wanted it sound went to the carrier: the worst of each reply.",
    buckets=LATE,
)
UNDERRUNS = counter("voiced_underruns_total", "Times that the carrier ran out of sound in the middle of a reply.")
UNDERRUN_SECONDS = counter("voiced_underrun_seconds_total", "How long callers heard nothing for that.")
WEBHOOKS = counter("voiced_webhooks_total", "Webhooks answered, by HTTP status.", "carrier", "status")

# --- the journal ---

ROWS_WAITING = gauge("voiced_journal_rows_waiting", "Rows that wait to be written.")
ROWS_WRITTEN = counter("voiced_journal_rows_written_total", "Rows that the database took.")
ROWS_LOST = counter(
    "voiced_journal_rows_lost_total",
    "Rows that were lost. `why`: `dropped` (no room) or `refused` (the database would not take them).",
    "why",
)
WRITE_FAILURES = counter("voiced_journal_write_failures_total", "Writes that failed and were tried again.")

# --- the configuration ---

CONFIG_CHANGES = counter(
    "voiced_config_changes_total",
    "Changes of the configuration's files. `outcome`: `taken`, or `refused` because something is wrong with them.",
    "outcome",
)
CONFIG_BROKEN = gauge("voiced_config_broken", "1 while the files are broken and an older version runs.")
CONFIG_RESTART_NEEDED = gauge("voiced_config_restart_needed", "Changed settings that wait for the next start.")
CONFIG_TAKEN = gauge("voiced_config_taken_timestamp_seconds", "When what runs took effect, in seconds since 1970.")

# --- the process ---

LOOP_LATENESS = histogram(
    "voiced_loop_lateness_seconds",
    "How late the event loop woke a task that slept; late for one is late for every call.",
    buckets=LATE,
)
PROCESS_RESTARTS = counter(
    "voiced_process_restarts_total", "Deaths of processes under `voiced run`. `kind`: `worker`, `inference`...", "kind"
)
JOBS = counter(
    "voiced_jobs_total", "Jobs run. `outcome`: `done`, `failed` (tried again) or `parked`.", "job", "outcome"
)
SPANS_LOST = counter("voiced_trace_spans_lost_total", "Spans that no OpenTelemetry collector took.")
