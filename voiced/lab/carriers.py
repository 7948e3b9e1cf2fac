"""The emulator of the carrier that a worker has, with the account that its own settings name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from voiced.config.settings import Settings
from voiced.errors import BadInput, Problem
from voiced.lab.vendors import Carrier
from voiced.testing import audiosocket, twilio, vonage

Makes = Callable[[Any, str], Carrier | None]


def _twilio(options: Any, url: str) -> Carrier | None:
    if not options.auth_tokens:
        return None
    return twilio.Twilio(
        f"{url}/voice/inbound",
        status_url=f"{url}/voice/status",
        account_sid=options.account_sid or "AC" + "0" * 32,
        auth_token=options.auth_tokens[0],
    )


def _vonage(options: Any, url: str) -> Carrier | None:
    if not options.signature_secrets:
        return None
    application = vonage.Application(
        id=options.application_id or vonage.APPLICATION_ID,
        api_key=options.api_key,
        signature_secret=options.signature_secrets[0],
    )
    return vonage.Vonage(vonage.Hooks(f"{url}/voice/inbound", f"{url}/voice/status"), application=application)


def _audiosocket(options: Any, url: str) -> Carrier | None:
    return audiosocket.Asterisk(url, options.key) if options.key else None


CARRIERS: Mapping[str, tuple[Makes, str]] = {
    "twilio": (_twilio, "TWILIO_AUTH_TOKEN"),
    "vonage": (_vonage, "VONAGE_SIGNATURE_SECRET"),
    "audiosocket": (_audiosocket, "AUDIOSOCKET_KEY"),
}
"""How each is made, and the variable without which nobody can call."""


def carrier_of(settings: Settings, url: str) -> Carrier:
    """Return the carrier whose numbers lead to the worker of `settings`, at `url`.

    Raises `BadInput` where there is no emulator of it, or where the settings lack what it shows the worker.
    """
    name = settings.providers.telco
    if name not in CARRIERS:
        reason = f"the worker's carrier {name!r} cannot be emulated"
        raise BadInput([Problem(str(settings.file), 0, 0, reason, f"use one of {', '.join(CARRIERS)}")])
    make, variable = CARRIERS[name]
    options = settings.plugins.get(name)
    carrier = make(options, url) if options is not None else None
    if carrier is None:
        reason = f"the carrier {name} has no secret that the worker would know a call by"
        raise BadInput([Problem(str(settings.file), 0, 0, reason, f"set {variable} in .env to any value")])
    return carrier
