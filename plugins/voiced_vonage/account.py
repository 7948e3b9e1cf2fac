"""The account over HTTP: shown its key and its secret, and what its refusals mean.

Sources: developer.vonage.com, Numbers API and Applications API version 2.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import urlencode

import msgspec

from voiced.plugin import Answer, Net, ProviderBadInput, ProviderError, ProviderProtocol, Unavailable, refusal
from voiced_vonage.options import VonageOptions

NAME = "vonage"
Body = Mapping[str, Any]
UNASKED = "set `api_secret` of plugins.vonage, from the dashboard's API settings: it is not the signature secret"
HINTS: Mapping[str, str] = {
    "401": "check `api_key` and `api_secret`, from the dashboard's API settings: not the signature secret",
    "404": "check `application_id`: the account has no such application",
    "420": "look at the number in the dashboard: it may have been sold, or given back",
}
"""What to do, by Vonage's code or the status."""


class Account:
    """Asks on behalf of one account. Nothing is asked before something is wanted."""

    def __init__(self, options: VonageOptions, net: Net) -> None:
        self._options, self._net = options, net

    async def get(self, url: str, **query: str) -> Body:
        """Return what is there. Raises `ProviderError`, `Unavailable` without a secret."""
        return await self._ask("GET", f"{url}?{urlencode(query)}" if query else url)

    async def post(self, url: str, *, otherwise: str = "", **fields: str) -> None:
        """Do something with a number. Raises `ProviderError`; `otherwise` is the hint when Vonage does not do it."""
        try:
            await self._ask("POST", url, urlencode(fields).encode(), "application/x-www-form-urlencoded")
        except ProviderBadInput as error:
            error.hint = otherwise or error.hint
            raise

    async def put(self, url: str, value: Body) -> Body:
        """Replace what is there. Raises `ProviderError`."""
        return await self._ask("PUT", url, msgspec.json.encode(value), "application/json")

    async def _ask(
        self, method: Literal["GET", "POST", "PUT"], url: str, body: bytes = b"", content_type: str = ""
    ) -> Body:
        options = self._options
        if not options.api_key or not options.api_secret:
            raise Unavailable("vonage: there is no key and secret to ask with", fix=UNASKED)
        shown = b64encode(f"{options.api_key}:{options.api_secret}".encode()).decode()
        headers = {"authorization": f"Basic {shown}", "accept": "application/json"}
        headers |= {"content-type": content_type} if content_type else {}
        return _read(await self._net.request(method, url, headers=headers, body=body))


def _read(answer: Answer) -> Body:
    """Return an answer's JSON. Numbers are refused by a code of their own, sometimes with a status of success."""
    try:
        body = msgspec.json.decode(answer.body, type=dict[str, Any])
    except (ValueError, RecursionError):
        body = None
    code = str((body or {}).get("error-code", ""))
    if answer.status >= 300 or code not in {"", "200"}:
        raise _failure(answer, code)
    if body is None:
        raise ProviderProtocol("the answer is no JSON", provider=NAME)
    return body


def _failure(answer: Answer, code: str) -> ProviderError:
    """Return the error of a refusal. Vonage's words are left out: they may quote numbers."""
    hint = HINTS.get(code) or HINTS.get(str(answer.status), "")
    if answer.status < 500 and code == "420":
        return ProviderBadInput(f"HTTP {answer.status} (420)", provider=NAME, hint=hint)
    if answer.status < 300:
        return ProviderBadInput(f"it refuses with {code}", provider=NAME, hint=hint)
    error = refusal(answer.status, answer.headers, provider=NAME)
    error.hint = hint or error.hint
    return error
