"""The log: one JSON object a line on stderr, UTC times, `call_id` by context, nothing in it that names a person.

An event is a name in snake_case, its facts are keywords. What Python's own `logging` gets from libraries at WARNING
and above goes the same way, through the same guard.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import MutableMapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Literal, TextIO, cast

from voiced.errors import VoicedError
from voiced.observe.guard import guard
from voiced.observe.plain_structlog import structlog

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

Level = Literal["debug", "info", "warning", "error"]
Format = Literal["json", "text"]
Event = MutableMapping[str, Any]

FRAMES = 20
"""Innermost frames of an exception that are logged."""


def configure(level: Level = "info", stream: TextIO | None = None, fmt: Format = "json") -> None:
    """Send the log to `stream` (stderr) from `level` on, as JSON lines or as text for a reader at a terminal.

    May be called again, to change the level of a running process.
    """
    target = stream or sys.stderr
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _describe_exception,
            _guard,
            _as_json if fmt == "json" else _as_text,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(target),
        cache_logger_on_first_use=False,
    )
    _take_over_stdlib()


def logger(name: str) -> FilteringBoundLogger:
    """Return the logger of a room or plugin; may be made before `configure`."""
    return cast("FilteringBoundLogger", structlog.get_logger(logger_name=name))


def name_process(name: str) -> None:
    """Put `process` on every event from now on: several processes write to the same log. Before any task begins."""
    structlog.contextvars.bind_contextvars(process=name)


def call_context(call_id: str) -> AbstractContextManager[None]:
    """Put `call_id` on every event inside the `with`, in tasks and threads started there too."""
    return structlog.contextvars.bound_contextvars(call_id=call_id)


def describe(error: BaseException, told: tuple[BaseException, ...] = ()) -> dict[str, Any]:
    """Return an exception as facts: type, frames (file:line), causes; the message only where voiced wrote it.

    A library's message may quote what a caller said; where it happened may not. `told` are those described around it:
    an error raised from the group that it was in is its own cause.
    """
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    facts: dict[str, Any] = {"type": type(error).__name__, "frames": [f"{f.filename}:{f.lineno}" for f in frames]}
    if isinstance(error, VoicedError):
        facts["message"] = str(error)
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    told = (*told, error)
    if cause is not None and cause not in told:
        facts["cause"] = describe(cause, told)
    if isinstance(error, BaseExceptionGroup):
        facts["parts"] = [describe(part, told) for part in error.exceptions if part not in told]
    return facts


def _describe_exception(_logger: Any, _method: str, event: Event) -> Event:
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    if isinstance(given, tuple):
        error = given[1]
    if error is not None:
        event["exception"] = describe(error)
    return event


def _guard(_logger: Any, _method: str, event: Event) -> Event:
    event["logger"] = event.pop("logger_name", "")  # structlog keeps the name `logger` for itself
    first = {key: event.pop(key) for key in ("timestamp", "level", "logger", "event", "call_id") if key in event}
    return guard({**first, **event})


def _as_json(_logger: Any, _method: str, event: Event) -> str:
    return json.dumps(event)  # ASCII: line ends and terminal controls inside a fact come out escaped


def _as_text(_logger: Any, _method: str, event: Event) -> str:
    head = [str(event.pop(key, "")) for key in ("timestamp", "level", "logger", "event")]
    facts = [f"{key}={value if isinstance(value, str) else json.dumps(value)}" for key, value in event.items()]
    return _printable(f"{head[0]} {head[1]:<7} {head[2]}: {' '.join([head[3], *facts])}")


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


class _ToStructlog(logging.Handler):
    """Hands what libraries log over to our log: the message's template, for its arguments may be a caller's words."""

    def emit(self, record: logging.LogRecord) -> None:
        method = "error" if record.levelno >= logging.ERROR else "warning"
        place = f"{record.pathname}:{record.lineno}"
        getattr(logger(record.name), method)(
            "library_said", template=str(record.msg), place=place, exc_info=record.exc_info
        )


def _take_over_stdlib() -> None:
    root = logging.getLogger()
    if not any(isinstance(handler, _ToStructlog) for handler in root.handlers):
        root.addHandler(_ToStructlog(logging.WARNING))
