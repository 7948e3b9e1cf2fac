"""Logging in and out, and what the account has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

import trio

from voiced.plugin import WebRequest, WebResponse
from voiced.testing.acapela.cloud import Cloud
from voiced.web.router import Routes

WRONG = "Unable to login with provided credentials."
INACTIVE = "User account not active."


def answer(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> WebResponse:
    """Return an answer in JSON."""
    return WebResponse(status, json.dumps(content).encode(), "application/json", headers or {})


def shut(cloud: Cloud, request: WebRequest) -> WebResponse | None:
    """Return the answer to who shows no good token."""
    token = token_of(request)
    if not token:
        return answer({"detail": "Authentication credentials were not provided."}, 401)
    return None if cloud.knows(token) else answer({"detail": "Invalid token."}, 401)


def token_of(request: WebRequest) -> str:
    """Return the token of a request, from its header or its query; "" when there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme == "Token" else dict(parse_qsl(request.query)).get("token", "")


class Doors:
    """The routes for accounts."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def routes(self) -> Routes:
        """Return them."""
        return {
            "/api/login/": {"POST": self._login},
            "/api/logout/": {"GET": self._logout},
            "/api/account/": {"GET": self._account},
        }

    async def _login(self, request: WebRequest) -> WebResponse:
        await trio.lowlevel.checkpoint()
        kind = "json" if "json" in request.headers.get("content-type", "") else "form"
        self._cloud.journal.logins.append(kind)
        account = self._cloud.account
        if self._cloud.faults.login:
            return answer({"error": "Not now."}, self._cloud.faults.login)
        if account.forms not in {"both", kind}:
            return answer({"error": "Email and password are required."}, 400)
        said = json.loads(request.body) if kind == "json" else dict(parse_qsl(request.body.decode()))
        email, password = said.get("email", ""), said.get("password", "")
        if account.logins.get(email, "") != password or not password:
            return answer({"error": WRONG}, 401)
        if email in account.inactive:
            return answer({"error": INACTIVE}, 401)
        return answer({"token": self._cloud.enter(email)})

    async def _logout(self, request: WebRequest) -> WebResponse:
        await trio.lowlevel.checkpoint()
        if refused := shut(self._cloud, request):
            return refused
        self._cloud.leave(token_of(request))
        return answer({"success": "User logged out."})

    async def _account(self, request: WebRequest) -> WebResponse:
        await trio.lowlevel.checkpoint()
        account = self._cloud.account
        left = account.credit - self._cloud.spent
        return shut(self._cloud, request) or answer({"voices": list(account.voices), "credits": left})
