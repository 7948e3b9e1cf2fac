"""The application: its pages put together around one installation."""

from __future__ import annotations

from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from voiced import __version__
from voiced.observe.log import logger
from voiced_admin import access, calls, health, history, offers, settings
from voiced_admin.french import about
from voiced_admin.house import House
from voiced_admin.language import say, speak
from voiced_admin.protect import protect
from voiced_admin.show import show_values

log = logger("admin")

ERRORS = {
    400: ("Demande refusée", "Cette page est restée ouverte trop longtemps, ou la demande n’est pas complète."),
    403: ("Pas pour vous", "Cette page demande le rôle d’administrateur."),
    404: ("Introuvable", "Cette page n’existe pas, ou l’appel a été effacé."),
    405: ("Demande refusée", "Cette adresse ne s’ouvre pas de cette façon."),
    413: ("Trop long", "Ce qui a été envoyé est trop long."),
    429: ("Trop d’essais", "Attendez quelques minutes avant de réessayer."),
    500: ("Erreur", "Quelque chose a échoué ici ; le journal du processus dit quoi. Les appels continuent."),
}


def create_app(house: House) -> Flask:
    """Return the application that administers `house`; it is WSGI, and may be called from several threads."""
    app = Flask("voiced_admin")
    app.extensions["house"] = house
    protect(app, house.secret)
    speak(app)
    show_values(app)
    access.guard_doors(app)
    for pages in (calls.pages, health.pages, settings.pages, offers.pages, history.pages):
        app.register_blueprint(pages)
    app.jinja_env.globals.update(
        release=__version__, pages=_pages, alerts=health.current_alerts, kinds=calls.KINDS, about=about
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_error_handler(HTTPException, _told)
    app.register_error_handler(CSRFError, _told)
    app.register_error_handler(Exception, _failed)
    return app


def _pages() -> list[tuple[str, str]]:
    """Return the pages that whoever is signed in may open: endpoint, name."""
    shown = [("calls.every", say("Appels")), ("health.overview", say("État"))]
    if access.signed_in().is_admin:
        shown += [("settings.form", say("Réglages")), ("history.every", say("Historique"))]
    return shown


def _told(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response  # a redirection
    title, about = ERRORS.get(error.code or 500, ERRORS[500])
    return render_template("error.html", title=say(title), about=say(about)), error.code or 500


def _failed(error: Exception) -> ResponseReturnValue:
    """Show that a page failed, and log where; what the error says may hold a caller's words."""
    log.error("page_failed", exc_info=error)
    title, about = ERRORS[500]
    return render_template("error.html", title=say(title), about=say(about)), 500
