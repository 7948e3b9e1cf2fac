"""Who is at the door: signing in and out, and what each role may see."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Blueprint, Flask, abort, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user, logout_user

from voiced.observe.log import logger
from voiced.store import passwords, users
from voiced_admin.house import House
from voiced_admin.language import say
from voiced_admin.protect import limiter

P = ParamSpec("P")
R = TypeVar("R")

log = logger("admin")
door = Blueprint("door", __name__)

PER_ADDRESS = "5 per minute; 30 per hour"
"""Failures of signing in from one address, after which it has to wait."""
PER_NAME = "30 per hour"
"""Failures with one name, from wherever they come."""


class Visitor(UserMixin):  # type: ignore[misc]  # flask_login publishes no types
    """A user who is signed in."""

    def __init__(self, row: users.UserRow) -> None:
        self.name = row.name
        self.role = row.role
        self.id = f"{row.changed_at!r} {row.name}"
        """Names the state of the account: with another password the session is nobody's."""

    @property
    def is_admin(self) -> bool:
        """Whether settings and their history are this user's business."""
        return self.role == "admin"


def house() -> House:
    """Return the installation that the application at hand administers."""
    found: House = current_app.extensions["house"]
    return found


def signed_in() -> Visitor:
    """Return who is signed in; only inside a page that needs it."""
    visitor: Visitor = current_user
    return visitor


def guard_doors(app: Flask) -> None:
    """Ask for a sign-in, and know who comes back."""
    manager = LoginManager(app)
    manager.login_view = "door.sign_in"
    manager.login_message = None
    manager.user_loader(_visitor)
    app.register_blueprint(door)


def _visitor(id: str) -> Visitor | None:
    row = users.find(house().database, id.partition(" ")[2])
    visitor = Visitor(row) if row is not None and row.disabled_at is None else None
    return visitor if visitor is not None and visitor.id == id else None


def admins_only(page: Callable[P, R]) -> Callable[P, R]:
    """Make a page of the administrators: others are told so (403), strangers sign in first."""

    @wraps(page)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if not signed_in().is_admin:
            abort(403)
        return page(*args, **kwargs)

    needs_sign_in: Callable[P, R] = login_required(guarded)
    return needs_sign_in


def _failed(response: object) -> bool:
    return getattr(response, "status_code", 0) == 401


def _name() -> str:
    return request.form.get("name", "").strip().lower()[:64]


@door.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Show the form; or the command to type where nobody may sign in yet."""
    if current_user.is_authenticated:
        return redirect(_target())
    return render_template("sign_in.html", nobody=not users.any_user(house().database), next=_target())


@door.post("/sign-in")
@limiter.limit(PER_ADDRESS, deduct_when=_failed)
@limiter.limit(PER_NAME, key_func=lambda: f"name {_name()}", deduct_when=_failed)
def try_sign_in() -> ResponseReturnValue:
    """Sign in, or say that name and password do not go together; which of the two is wrong is nobody's business."""
    database, now = house().database, time.time()
    row = users.find(database, _name())
    usable = row is not None and row.disabled_at is None
    if not passwords.matches(row.password if row is not None and usable else None, request.form.get("password", "")):
        log.warning("sign_in_refused", known=row is not None)
        wrong = say("Ce nom et ce mot de passe ne vont pas ensemble.")
        return render_template("sign_in.html", nobody=False, next=_target(), wrong=wrong, name=_name()), 401
    assert row is not None
    language = session.get("language")
    session.clear()
    session.permanent = True
    session["language"] = language
    login_user(Visitor(row))
    users.seen(database, row.name, now)
    log.info("signed_in", role=row.role)
    return redirect(_target())


@door.post("/sign-out")
@login_required  # type: ignore[untyped-decorator]  # flask_login publishes no types
def sign_out() -> ResponseReturnValue:
    """End the session."""
    logout_user()
    session.clear()
    return redirect(url_for("door.sign_in"))


def _target() -> str:
    """Return the page that was wanted; only ever one of ours."""
    wanted = request.values.get("next", "")
    ours = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted and wanted.isprintable()
    return wanted if ours else url_for("calls.every")
