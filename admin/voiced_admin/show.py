"""How values look on a page: times, durations, states. French unless the reader chose English."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from statistics import median
from typing import Any

from flask import Flask

from voiced.store import CallRow
from voiced_admin.language import language, say

_MONTHS = {
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
STATES = {
    "live": "En cours",
    "lost": "Fin inconnue",
    "completed": "Terminé",
    "transferred": "Transféré",
    "abandoned": "Abandonné",
    "stopped": "Interrompu",
    "failed": "Échoué",
}
"""How a call stands, in words."""
CONSENT = {"granted": "Accordé", "refused": "Refusé", "withdrawn": "Retiré", "unknown": "Non demandé"}
ENDED_BY = {
    "caller": "l’appelant",
    "agent": "l’agent",
    "transfer": "un transfert",
    "too long": "la durée maximale",
    "dropped": "une coupure",
    "fault": "une erreur",
    "operator": "un opérateur",
}


def show_values(app: Flask) -> None:
    """Give the pages these filters."""
    app.jinja_env.filters.update(
        when=when, iso=iso, duration=duration, state_name=state_name, consent_name=consent_name,
        ended_by_name=ended_by_name,
    )  # fmt: skip


def when(seconds: float | None) -> str:
    """Return a moment as `25 nov. 18:42`, in the server's own time zone; with its year when that is not this one."""
    if seconds is None:
        return "–"
    moment, now = datetime.fromtimestamp(seconds).astimezone(), datetime.now().astimezone()
    year = f" {moment.year}" if moment.year != now.year else ""
    return f"{moment.day} {_MONTHS[language()][moment.month - 1]}{year} {moment:%H:%M}"


def iso(seconds: float | None) -> str:
    """Return a moment for machines."""
    return "" if seconds is None else datetime.fromtimestamp(seconds).astimezone().isoformat(timespec="seconds")


def duration(seconds: float | None) -> str:
    """Return a time span as `3 min 12 s`."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def state_of(call: CallRow, live: Sequence[str]) -> str:
    """Return how a call stands; `live` are the calls that a worker has."""
    if call.id in live:
        return "live"
    if call.ended_at is None:
        return "lost"
    return call.outcome if call.outcome in STATES else "completed"


def consent_of(call: CallRow) -> str:
    """Return the last decision about keeping the call's text."""
    decisions: list[Any] = call.consent if isinstance(call.consent, list) else []
    last = decisions[-1] if decisions else {}
    return str(last.get("decision", "unknown")) if isinstance(last, dict) else "unknown"


def gap_of(call: CallRow) -> int | None:
    """Return the median delay of the agent's answers in ms; None where none was measured."""
    gaps = call.latency.get("response_gap_ms") if isinstance(call.latency, dict) else None
    return round(median(gaps)) if isinstance(gaps, list) and gaps else None


def state_name(state: str) -> str:
    """Return the state of a call in words."""
    return say(STATES.get(state, state))


def consent_name(decision: str) -> str:
    """Return a decision in words."""
    return say(CONSENT.get(decision, decision))


def ended_by_name(who: str) -> str:
    """Return who ended a call, in words."""
    return say(ENDED_BY.get(who, who or "–"))
