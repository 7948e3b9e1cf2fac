"""The history of the configuration: who changed what, why, and the way back."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from voiced.config.bundle import Bundle, diff, read_bundle
from voiced.config.edit import rollback
from voiced.config.history import Entry
from voiced.errors import BadInput
from voiced_admin.access import admins_only, house, signed_in
from voiced_admin.alerts import faults
from voiced_admin.diffs import lines
from voiced_admin.drafting import history_of
from voiced_admin.language import say

pages = Blueprint("history", __name__, url_prefix="/history")

PAGE = 30


@pages.get("")
@admins_only
def every() -> ResponseReturnValue:
    """List the versions, the newest first."""
    page = request.args.get("page", 1, type=int)
    if not 1 <= page <= 1000:
        abort(404)
    entries = history_of(house()).versions()[::-1]
    begin = (page - 1) * PAGE
    shown = entries[begin : begin + PAGE]
    more = len(entries) > begin + PAGE
    return render_template("history.html", entries=shown, current=_on_disk().version, page=page, more=more)


@pages.get("/<version>")
@admins_only
def one(version: str) -> ResponseReturnValue:
    """Show what a version changed of the one before."""
    entry = _found(version)
    history = history_of(house())
    before = Bundle.of({})
    if entry.parent:
        before = history.bundle(entry.parent) if _known(entry.parent) else before
    changed = lines(diff(before, history.bundle(entry.version)))
    return render_template("version.html", entry=entry, lines=changed, current=_on_disk().version)


@pages.get("/<version>/restore")
@admins_only
def review(version: str) -> ResponseReturnValue:
    """Show what going back to a version would change."""
    return _review(_found(version))


@pages.post("/<version>/restore")
@admins_only
def restore(version: str) -> ResponseReturnValue:
    """Go back to a version."""
    entry = _found(version)
    reason, force = request.form.get("reason", "").strip()[:200], request.form.get("force") == "on"
    if not reason or request.form.get("base") != _on_disk().version:
        return _review(entry, conflict=bool(reason), reason=reason), 409 if reason else 422
    here = house()
    try:
        written = rollback(
            history_of(here), here.file, entry.version, here.env, here.plugins,
            author=signed_in().name, reason=reason, force=force,
        )  # fmt: skip
    except BadInput as error:
        return _review(entry, reason=reason, error=error), 422
    return redirect(url_for("settings.became", version=written))


def _review(entry: Entry, *, conflict: bool = False, reason: str = "", error: BadInput | None = None) -> str:
    now, target = _on_disk(), history_of(house()).bundle(entry.version)
    return render_template(
        "review.html",
        title=say("Revenir à la version {version}", version=entry.version),
        lines=lines(diff(now, target)),
        conflict=conflict,
        reason=reason,
        problems=faults(error.problems, house().file.parent) if error else (),
        unrecorded=bool(now.files) and not _known(now.version),
        carried=[("base", now.version)],
        action=url_for("history.restore", version=entry.version),
        verb=say("Revenir à cette version"),
        back=url_for("history.every"),
        back_name=say("Historique"),
    )


def _on_disk() -> Bundle:
    """Return the files as they are, broken or not; none when they cannot even be read."""
    here = house()
    judged = here.disk.look(now=True)
    if judged.project is not None:
        return judged.project.bundle
    try:
        return read_bundle(here.file, judged.flows)
    except BadInput:
        return Bundle.of({})


def _found(version: str) -> Entry:
    """Return the entry of a version; 404 where there is none."""
    try:
        return history_of(house()).find(version)
    except BadInput:
        abort(404)


def _known(version: str) -> bool:
    return any(entry.version == version for entry in history_of(house()).versions())
