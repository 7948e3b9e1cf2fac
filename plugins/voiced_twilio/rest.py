"""Twilio's REST API: form in, JSON out, over the host's network. Source: twilio.com/docs/usage/api.

Nothing is tried again and no deadline is held here: who asks does both.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from voiced.plugin import Answer, Net, ProviderProtocol, Unavailable
from voiced_twilio.failures import failure
from voiced_twilio.options import NAME, TwilioOptions

VERSION = "2010-04-01"
UNASKED = "set `account_sid` and `auth_tokens` of plugins.twilio, from the first page of Twilio's console"
MOST_PAGES = 50
"""Pages of one list that are read: the account of a business is smaller."""

Body = Mapping[str, Any]


class Rest:
    """The API of one account."""

    def __init__(self, options: TwilioOptions, net: Net) -> None:
        """Ask as the API key of `options`, else by the account's first auth token: that of the region of `url`."""
        self._net = net
        self._lacks = not options.account_sid or not (options.api_key or any(options.auth_tokens))
        self._root = f"{options.url.rstrip('/')}/{VERSION}/Accounts/{options.account_sid}"
        if options.api_key:
            user, password = options.api_key, options.api_secret
        else:
            user, password = options.account_sid, next(iter(options.auth_tokens), "")
        self._authorisation = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    async def get(self, path: str, **fields: str) -> Body:
        """Return the resource at `path` below the account, such as `Calls/CA1`; `fields` go into the query."""
        query = f"?{urlencode(fields)}" if fields else ""
        return self._read(await self._ask("GET", f"{self._root}/{quote(path)}.json{query}"))

    async def post(self, path: str, fields: Mapping[str, str]) -> Body:
        """Create or change what is at `path`; return it as it is then."""
        return self._read(await self._ask("POST", f"{self._root}/{quote(path)}.json", fields))

    async def delete(self, path: str) -> None:
        """Erase what is at `path`."""
        await self._ask("DELETE", f"{self._root}/{quote(path)}.json")

    async def every(self, path: str, key: str, **fields: str) -> list[Body]:
        """Return the whole list at `path`, whose items are below `key`, page by page."""
        page = await self.get(path, **fields)
        items = [*page.get(key, ())]
        origin = "://".join(urlsplit(self._root)[:2])
        for _ in range(MOST_PAGES):
            following = page.get("next_page_uri")
            if not isinstance(following, str) or not following.startswith("/"):
                break
            page = self._read(await self._ask("GET", origin + following))
            items += page.get(key, ())
        return items

    async def _ask(self, method: str, url: str, fields: Mapping[str, str] | None = None) -> Answer:
        if self._lacks:
            raise Unavailable("twilio: there is no account and key to ask with", fix=UNASKED)
        headers = {"authorization": self._authorisation, "accept": "application/json"}
        body = b""
        if fields is not None:
            headers["content-type"] = "application/x-www-form-urlencoded"
            body = urlencode(fields).encode()
        answer = await self._net.request(method, url, headers=headers, body=body)
        if answer.status >= 300:
            raise failure(answer)
        return answer

    @staticmethod
    def _read(answer: Answer) -> Body:
        try:
            body = msgspec.json.decode(answer.body, type=dict[str, Any])
        except (ValueError, RecursionError) as error:
            raise ProviderProtocol("the answer is no JSON object", provider=NAME) from error
        return body
