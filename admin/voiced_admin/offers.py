"""What a vendor offers for a setting: a page of its own, of which the form of the settings shows the list in place."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from voiced_admin.access import admins_only, house
from voiced_admin.fields import OFFERED
from voiced_admin.language import say
from voiced_admin.listing import Why

pages = Blueprint("offers", __name__, url_prefix="/settings/offers")


@pages.get("/<name>")
@admins_only
def every(name: str) -> ResponseReturnValue:
    """Show what the setting `name` may be. Waits for the vendor, for seconds at most."""
    here, plugin = house(), name.split(".")[1] if name in OFFERED else ""
    project = here.disk.look(now=True).project
    if project is None or plugin not in project.settings.plugins:
        abort(404)
    vendor = here.catalogue.vendors[name].name
    listing = here.catalogue.look(name, project.settings.plugins[plugin])
    told = _told(listing.why, vendor, here.catalogue.patience) if listing.why else ""
    return render_template("offers.html", name=name, label=OFFERED[name], vendor=vendor, listing=listing, told=told)


def _told(why: Why, vendor: str, seconds: float) -> str:
    """Return why there is no list, and what to do."""
    match why:
        case "key":
            return say("Aucune clé n’est réglée pour {vendor} : sa liste ne peut pas être demandée.", vendor=vendor)
        case "sdk":
            return say(
                "La bibliothèque de {vendor} n’est pas installée. Sur le serveur : pip install 'voiced[vendors]'",
                vendor=vendor,
            )
        case "refused":
            return say("{vendor} refuse la clé, ou ne la laisse pas lire cette liste.", vendor=vendor)
        case "late":
            return say("{vendor} n’a pas répondu en {seconds} s. Réessayez.", vendor=vendor, seconds=f"{seconds:.0f}")
        case "failed":
            return say("{vendor} n’a pas donné sa liste ; le journal du processus dit pourquoi.", vendor=vendor)
