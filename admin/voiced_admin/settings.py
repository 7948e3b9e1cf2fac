"""The settings: a form, what it would change, what became of it. The files stay the operator's, comments and all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from voiced import yamlfile
from voiced.config.judge import Project
from voiced.errors import BadInput
from voiced_admin.access import admins_only, house, signed_in
from voiced_admin.alerts import faults
from voiced_admin.diffs import lines
from voiced_admin.drafting import Draft, draft, save
from voiced_admin.fields import OFFERED, Field, Text, fields, reworded, texts, wanted
from voiced_admin.language import say
from voiced_admin.outcome import NAMES, outcomes, settled

pages = Blueprint("settings", __name__, url_prefix="/settings")
NOTHING: Mapping[str, str] = {}


@pages.get("")
@admins_only
def form() -> ResponseReturnValue:
    """Show the settings; nothing can be changed here while the files are broken.

    `?choose=` a setting and `&value=` fill in what was chosen from a vendor's list; it is reviewed like anything else.
    """
    return _form(house().disk.look(now=True).project, chosen=_chosen())


def _chosen() -> dict[str, str]:
    name, value = request.args.get("choose", ""), request.args.get("value", "")
    return {name: value} if name in OFFERED and value else {}


@pages.post("/review")
@admins_only
def review() -> ResponseReturnValue:
    """Show what the sent form would change."""
    project = house().disk.look(now=True).project
    if project is None:
        return _form(None), 409
    try:
        drafted = _drafted(project)
    except BadInput as error:
        return _form(project, error), 422
    if not drafted.diff:
        flash(say("Rien n’a été changé."))
        return redirect(url_for("settings.form"))
    return _review(drafted, conflict=request.form.get("base") != project.bundle.version)


@pages.post("/save")
@admins_only
def keep() -> ResponseReturnValue:
    """Write what was reviewed; when the files are others by now, it is reviewed again."""
    project = house().disk.look(now=True).project
    if project is None:
        return _form(None), 409
    try:
        drafted = _drafted(project)
    except BadInput as error:
        return _form(project, error), 422
    reason = request.form.get("reason", "").strip()[:200]
    seen = request.form.get("base") == project.bundle.version
    if not (reason and seen and save(house(), drafted, signed_in().name, reason)):
        return _review(drafted, conflict=bool(reason), reason=reason), 409 if reason else 422
    return redirect(url_for("settings.became", version=drafted.project.bundle.version))


@pages.get("/saved/<version>")
@admins_only
def became(version: str) -> ResponseReturnValue:
    """Show what each worker did with a version that was written."""
    here, fleet = house(), house().fleet.look()
    project = here.disk.look(now=True).project
    found = outcomes(fleet, version, here.settings.file.parent)
    superseded = project is None or project.bundle.version != version
    return render_template(
        "outcome.html", version=version, outcomes=found, names=NAMES, settled=settled(found), superseded=superseded
    )


def _shown(project: Project) -> tuple[dict[str, list[Field]], list[Text]]:
    content = project.bundle.files[house().file.name]
    return fields(project, yamlfile.loads(content, house().file.name).data), texts(project)


def _sent() -> dict[str, list[str]]:
    return {name: list(values) for name, values in request.form.lists()}


def _drafted(project: Project) -> Draft:
    sections, asked = _shown(project)
    shown = [field for section in sections.values() for field in section]
    return draft(house(), project, wanted(shown, _sent()), reworded(asked, _sent()))


def _form(project: Project | None, error: BadInput | None = None, chosen: Mapping[str, str] = NOTHING) -> str:
    if project is None:
        return render_template("settings.html", sections={})
    sections, asked = _shown(project)
    shown = [field for section in sections.values() for field in section]
    given: Mapping[str, Any] = chosen
    if error is not None:
        given = {**wanted(shown, _sent()), **{text.key: words for text, words in reworded(asked, _sent()).items()}}
    return render_template(
        "settings.html",
        sections=sections,
        texts=asked,
        given=given,
        version=project.bundle.version,
        problems=faults(error.problems, house().file.parent) if error else (),
    )


def _review(drafted: Draft, *, conflict: bool = False, reason: str = "") -> str:
    ours = ("csrf_token", "base", "reason")
    carried = [(name, value) for name, values in _sent().items() if name not in ours for value in values]
    return render_template(
        "review.html",
        title=say("Voici ce qui va changer"),
        lines=lines(drafted.diff),
        conflict=conflict,
        reason=reason,
        carried=[*carried, ("base", drafted.base.version)],
        action=url_for("settings.keep"),
        verb=say("Enregistrer"),
        back=url_for("settings.form"),
        back_name=say("Réglages"),
    )
