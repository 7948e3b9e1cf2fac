"""The emulated Applications API, version 2: where the calls of a number's application are led, and how."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from voiced.plugin import WebRequest, WebResponse
from voiced.testing.vonage.carrier import Vonage
from voiced.testing.vonage.door import Door
from voiced.testing.vonage.replies import ApiError, Body, body_of, reply
from voiced.testing.vonage.settings import new_uuid
from voiced.web.router import Routes

PATH = "/v2/applications"
WRITTEN = ("name", "capabilities", "privacy")
"""What a PUT replaces, or takes away; keys stay as they are."""


class Applications:
    """The account's applications, by id. The first is the one whose calls are emulated: it follows what is written."""

    def __init__(self, vonage: Vonage) -> None:
        self._vonage = vonage
        self.kept: dict[str, dict[str, Any]] = {vonage.application.id: _first(vonage)}

    def routes(self, door: Door) -> Routes:
        """Return what is answered."""
        return {
            PATH: {"GET": door.leads_to(self.list), "POST": door.leads_to(self.create)},
            PATH + "/{id}": {
                "GET": door.leads_to(self.fetch),
                "PUT": door.leads_to(self.update),
                "DELETE": door.leads_to(self.delete),
            },
        }

    def list(self, request: WebRequest) -> WebResponse:
        """List applications, a page at a time."""
        asked = dict(parse_qsl(request.query))
        size, page = int(asked.get("page_size", 10)), int(asked.get("page", 1))
        every = [*self.kept.values()]
        pages = {"page_size": size, "page": page, "total_items": len(every), "total_pages": -(-len(every) // size)}
        found = {"applications": every[size * (page - 1) : size * page]}
        return reply({**pages, "_embedded": found, "_links": {"self": {"href": PATH}}})

    def create(self, request: WebRequest) -> WebResponse:
        """Write down a new application; its private key is shown now, and never again."""
        written = _written(body_of(request))
        name = new_uuid()
        self.kept[name] = {"id": name, **written, "keys": {"public_key": "-----BEGIN PUBLIC KEY-----"}}
        keys = {**self.kept[name]["keys"], "private_key": "-----BEGIN PRIVATE KEY-----"}
        return reply({**self.kept[name], "keys": keys, "_links": _links(name)}, 201)

    def fetch(self, request: WebRequest) -> WebResponse:
        """Return one."""
        found = self._find(request)
        return reply({**found, "_links": _links(found["id"])})

    def update(self, request: WebRequest) -> WebResponse:
        """Replace one: what is not written is gone. Calls from now on follow it."""
        found = self._find(request)
        written = _written(body_of(request))
        for key in WRITTEN:
            found.pop(key, None)
        found |= written
        if found["id"] == self._vonage.application.id:
            self._follow(found)
        return self.fetch(request)

    def delete(self, request: WebRequest) -> WebResponse:
        """Forget one."""
        del self.kept[self._find(request)["id"]]
        return WebResponse(status=204)

    def _find(self, request: WebRequest) -> dict[str, Any]:
        found = self.kept.get(request.path.rsplit("/", 1)[1])
        if found is None:
            raise ApiError(404)
        return found

    def _follow(self, application: Body) -> None:
        hooks = application.get("capabilities", {}).get("voice", {}).get("webhooks", {})
        answer = hooks.get("answer_url", {})
        self._vonage.hooks = replace(
            self._vonage.hooks,
            answer_url=answer.get("address", ""),
            answer_method=answer.get("http_method", "GET"),
            event_url=hooks.get("event_url", {}).get("address", ""),
            fallback_url=hooks.get("fallback_answer_url", {}).get("address", ""),
        )


def _first(vonage: Vonage) -> dict[str, Any]:
    hooks = vonage.hooks
    addresses = {
        "answer_url": (hooks.answer_url, hooks.answer_method),
        "event_url": (hooks.event_url, "POST"),
        "fallback_answer_url": (hooks.fallback_url, "GET"),
    }
    webhooks = {name: {"address": url, "http_method": method} for name, (url, method) in addresses.items() if url}
    voice = {"webhooks": webhooks, "signed_callbacks": True, "region": "eu-west"}
    return {
        "id": vonage.application.id,
        "name": "accueil",
        "capabilities": {"voice": voice},
        "privacy": {"improve_ai": False},
        "keys": {"public_key": "-----BEGIN PUBLIC KEY-----"},
    }


def _written(body: Body) -> dict[str, Any]:
    """Return what a request writes. Raises `ApiError` for an application without a name, or what is no capability."""
    capabilities = body.get("capabilities", {})
    if not body.get("name") or not all(isinstance(each, dict) for each in (capabilities, *capabilities.values())):
        raise ApiError(400)
    return {key: body[key] for key in WRITTEN if key in body}


def _links(name: str) -> Body:
    return {"self": {"href": f"{PATH}/{name}"}}
