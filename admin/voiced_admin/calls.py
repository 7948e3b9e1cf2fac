"""The calls: a list with those in progress, and each in full, as far as its caller agreed that its text is kept."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast, get_args

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from voiced.store import CallRow, MessageRow, queries
from voiced_admin.access import house
from voiced_admin.fleet import Json
from voiced_admin.show import consent_of, gap_of, state_of
from voiced_admin.waterfall import PARTS, Bar, bars, scale

pages = Blueprint("calls", __name__)

PAGE = 25
"""Calls on one page."""
FILTERS = {"all": "Tous", "open": "Ouverts", "ended": "Terminés", "failed": "Échoués"}
KINDS = {
    "stt": "Reconnaissance",
    "llm": "Modèle",
    "tts": "Voix",
    "vad": "Détection de voix",
    "tool": "Outil",
    "telco": "Opérateur",
    "telco.redirect": "Opérateur : suite d’un appel",
    "telco.hang_up": "Opérateur : fin d’un appel",
    "telco.place": "Opérateur : rappel",
    "telco.recordings": "Opérateur : enregistrements",
    "telco.erase": "Opérateur : effacement",
}
WHY = {"number": "choisi pour ce numéro", "flow": "choisi pour ce parcours", "canary": "à l’essai"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    call: CallRow
    state: str
    caller: str
    step: str
    """Where the flow is, while the call goes on."""
    seconds: float | None
    gap: int | None
    consent: str


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider of one call; `why` it is another than the active one, in words."""

    kind: str
    name: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One of the agent's answers, `at` seconds into the call."""

    at: float
    bars: Sequence[Bar]


@pages.get("/")
@login_required  # type: ignore[untyped-decorator]  # flask_login publishes no types
def every() -> ResponseReturnValue:
    """List the calls, from the newest on."""
    which = request.args.get("which", "all")
    page = request.args.get("page", 1, type=int)
    if which not in get_args(queries.Which) or not 1 <= page <= 100_000:
        abort(404)
    wanted = cast("queries.Which", which)
    found = queries.calls_page(house().database, wanted, PAGE + 1, (page - 1) * PAGE)
    live = house().fleet.look().calls
    rows = [row_of(call, live) for call in found[:PAGE]]
    return render_template(
        "calls.html", rows=rows, which=which, page=page, more=len(found) > PAGE, live=len(live), filters=FILTERS
    )


@pages.get("/calls/<id>")
@login_required  # type: ignore[untyped-decorator]  # flask_login publishes no types
def one(id: str) -> ResponseReturnValue:
    """Show one call."""
    database = house().database
    call = queries.call(database, id)
    if call is None:
        abort(404)
    live = house().fleet.look().calls
    consent = consent_of(call)
    kept = consent == "granted"
    said = queries.messages(database, id) if kept else []
    turns = turns_of(said)
    return render_template(
        "call.html",
        call=call,
        state=state_of(call, list(live)),
        live=live.get(id),
        seconds=_seconds(call, live.get(id)),
        consent=consent,
        kept=kept,
        said=said,
        summary=queries.summary(database, id) if kept else None,
        actions=queries.actions(database, id),
        turns=turns,
        widest=scale([turn.bars for turn in turns]) or 1,
        parts=PARTS,
        providers=providers_of(call),
    )


def row_of(call: CallRow, live: Mapping[str, Json]) -> Row:
    """Return the line of a call; `live` are the calls in progress."""
    now = live.get(call.id)
    return Row(
        call,
        state_of(call, list(live)),
        call.caller_masked,
        str(now.get("step", "")) if now else "",
        _seconds(call, now),
        gap_of(call),
        consent_of(call),
    )


def turns_of(said: Sequence[MessageRow]) -> list[Turn]:
    """Return the agent's answers whose delay was measured."""
    drawn = [Turn(row.started, bars(row.latency)) for row in said if row.role == "agent"]
    return [turn for turn in drawn if turn.bars]


def _seconds(call: CallRow, live: Json | None) -> float | None:
    if call.ended_at is not None:
        return call.ended_at - (call.answered_at or call.started_at)
    return time.time() - (call.answered_at or call.started_at) if live else None


def providers_of(call: CallRow) -> list[Provider]:
    """Return the providers that this call was given when it was picked up."""
    chosen = call.providers if isinstance(call.providers, Mapping) else {}
    return [
        Provider(KINDS.get(str(kind), str(kind)), given["name"], WHY.get(given.get("why", ""), ""))
        for kind, given in chosen.items()
        if isinstance(given, Mapping) and given.get("name")
    ]
