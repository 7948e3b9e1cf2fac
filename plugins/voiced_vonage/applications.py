"""Where an application leads the calls of its numbers: read, and written without losing what else it holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from voiced.plugin import ProviderBadInput, Wiring
from voiced_vonage.account import NAME, Account, Body
from voiced_vonage.options import VonageOptions

WRITTEN = ("name", "capabilities", "privacy", "keys")
"""What is written back: a PUT takes away what it does not name."""
HOOKS = {"inbound": "answer_url", "status": "event_url", "fallback": "fallback_answer_url"}
UNSIGNED = "its application does not sign webhooks, and unsigned ones are refused"
NONE = "it is linked to no application"
GONE = "its application is not in this account"
ANOTHER = "its application is not the one of `application_id`, and webhooks of any other are refused"


class Applications:
    """The applications of one account."""

    def __init__(self, options: VonageOptions, account: Account) -> None:
        self._options, self._account = options, account
        self._url = options.applications_url.rstrip("/") + "/v2/applications/"

    async def find(self, name: str) -> Body | None:
        """Return an application; None when the account has none of this id."""
        try:
            return await self._account.get(self._url + quote(name, safe=""))
        except ProviderBadInput:
            return None

    async def lead(self, wiring: Wiring) -> None:
        """Let the calls of ours go to these addresses, by POST and signed. Its other capabilities stay as they are."""
        name = self._options.application_id
        if not name:
            hint = "make an application with the Voice capability in the dashboard, and set `application_id` to its id"
            raise ProviderBadInput(
                "no application is chosen that a number could be linked to", provider=NAME, hint=hint
            )
        before = await self._account.get(self._url + quote(name, safe=""))
        await self._account.put(self._url + quote(name, safe=""), led(before, wiring))

    def trouble(self, name: str, found: Body | None) -> str:
        """Say what hinders calls of an application from being taken here; "" when nothing does."""
        if not name:
            return NONE
        if found is None:
            return GONE
        if self._options.application_id not in ("", name):
            return ANOTHER
        return "" if _voice(found).get("signed_callbacks") else UNSIGNED


def led(application: Body, wiring: Wiring) -> Body:
    """Return an application as it is written to lead to `wiring`; a fallback that is empty stays as it was. Pure."""
    voice = _voice(application)
    webhooks = dict(_object(voice.get("webhooks")))
    for field, hook in HOOKS.items():
        address = getattr(wiring, field)
        if address:
            webhooks[hook] = {**_object(webhooks.get(hook)), "address": address, "http_method": "POST"}
    capabilities = {**_object(application.get("capabilities"))}
    capabilities["voice"] = {**voice, "webhooks": webhooks, "signed_callbacks": True}
    return {**{key: application[key] for key in WRITTEN if key in application}, "capabilities": capabilities}


def wiring_of(application: Body) -> Wiring:
    """Return where an application leads. Pure."""
    webhooks = _object(_voice(application).get("webhooks"))
    addresses = {field: _object(webhooks.get(hook)).get("address") for field, hook in HOOKS.items()}
    return Wiring(**{field: address if isinstance(address, str) else "" for field, address in addresses.items()})


def _voice(application: Body) -> Body:
    return _object(_object(application.get("capabilities")).get("voice"))


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
