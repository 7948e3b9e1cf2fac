"""The REST API of an emulated account, over HTTP on loopback: what the official library talks to.

It acts on the calls of a `Twilio`. Which region a request means is read from its Host (`api.dublin.ie1.twilio.com`);
any other host means the account's own.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
import trio

from voiced.testing.caller.journal import Journal
from voiced.testing.emulator.watch import Visit, Watch
from voiced.testing.twilio.carrier import Twilio
from voiced.testing.twilio.http_server import Request, Response, serve_http
from voiced.testing.twilio.rest_calls import Calls, repeated
from voiced.testing.twilio.rest_errors import ApiError, Params, Reply, Route, not_found
from voiced.testing.twilio.rest_numbers import Numbers
from voiced.testing.twilio.rest_recordings import Recordings
from voiced.testing.twilio.rest_regulatory import Regulatory
from voiced.testing.twilio.webhook import API_VERSION


@dataclass(frozen=True, slots=True)
class RestFaults:
    """What goes wrong with every request that arrives.

    Args:
        throttled: 429/20429...
        retry_after: ...with this header, "" for none.
        outage: An HTTP status of 5xx, without a readable body; 0 for none.
        late: Seconds before each answer, on top of the roads.
        forget_ended: Updates of ended calls are 404/20404; otherwise 400/21220. Both were seen.
        geo_blocked: Prefixes that may not be called (21215).
    """

    throttled: bool = False
    retry_after: str = "1"
    outage: int = 0
    late: float = 0.0
    forget_ended: bool = True
    geo_blocked: tuple[str, ...] = ()


class RestDouble:
    """The API of one account. Make it with `open_rest`.

    Args:
        twilio: The account.
        nursery: Outgoing calls live in it.
        region: Where the account's calls are.
        tokens: Auth tokens of other regions (each region has its own).
        keys: API keys and their secrets, valid besides the account's token.
    """

    def __init__(
        self,
        twilio: Twilio,
        nursery: trio.Nursery,
        *,
        region: str = "us1",
        tokens: Mapping[str, str] | None = None,
        keys: Mapping[str, str] | None = None,
    ) -> None:
        self.twilio = twilio
        self.nursery = nursery
        self.region = region
        self.tokens = {**(tokens or {}), region: twilio.auth_token}
        self.keys = dict(keys or {})
        self.faults = RestFaults()
        self.journal = Journal(trio.current_time)
        self._late = twilio.options.roads.delays("rest")
        self.url = ""
        self.at_home = True
        """Whether the request at hand means the account's region."""
        self.root = f"/{API_VERSION}/Accounts/{twilio.account_sid}"
        self.calls = Calls(self)
        self.recordings = Recordings(self)
        self.numbers = Numbers(self)
        self.regulatory = Regulatory(self)
        table: list[Route] = [("GET", f"{self.root}.json", self._account)]
        for part in (self.calls, self.recordings, self.numbers, self.regulatory):
            table += part.routes(self.root)
        self._routes = [(method, pattern_of(path), resource) for method, path, resource in table]

    def _account(self, _params: Params) -> Reply:
        sid = self.twilio.account_sid
        return Reply(json={"sid": sid, "friendly_name": "Emulated", "status": "active", "type": "Full"})

    async def handle(self, request: Request) -> Response:
        """Answer one request."""
        params = repeated(request.body.decode()) | request.query
        self.journal.note("http.request", method=request.method, path=request.path, fields=params)
        faults = self.faults
        late = await self._late.wait()
        await trio.sleep(faults.late)
        try:
            reply = self._answer(request, params, faults)
        except ApiError as error:
            reply = error.reply(faults.retry_after)
        body = reply.body if reply.json is None else msgspec.json.encode(reply.json)
        self.journal.note("http.response", status=reply.status, path=request.path, late=late)
        return Response(reply.status, body, reply.content_type, reply.headers)

    def _answer(self, request: Request, params: Params, faults: RestFaults) -> Reply:
        if faults.outage:
            return Reply(faults.outage, body=b"<html>upstream error</html>", content_type="text/html")
        self._authenticate(request)
        if faults.throttled:
            raise ApiError(429, 20429, "Too Many Requests")
        for method, pattern, resource in self._routes:
            match = pattern.fullmatch(request.path.replace("%2B", "+"))
            if match and method == request.method:
                return resource(params, *match.groups())
        raise not_found(request.path)

    def _authenticate(self, request: Request) -> None:
        """Check HTTP basic credentials against the region that the host names; tokens are the region's own."""
        region = region_of(request.headers.get("host", "")) or self.region
        self.at_home = region == self.region
        user, password = basic_credentials(request.headers.get("authorization", ""))
        right = self.keys.get(user) if user in self.keys and self.at_home else None
        if user == self.twilio.account_sid:
            right = self.tokens.get(region)
        if right is None or right != password:
            raise ApiError(401, 20003, "Authenticate")


def pattern_of(path: str) -> re.Pattern[str]:
    """Return what matches a path of a route: dots are dots, the rest is a regular expression."""
    return re.compile(path.replace(".json", r"\.json"))


def region_of(host: str) -> str:
    """Return the region in a host of Twilio's (`api.dublin.ie1.twilio.com`: ie1), us1 without one; "" for others."""
    name = host.partition(":")[0]
    if not name.endswith(".twilio.com"):
        return ""
    parts = name.removesuffix(".twilio.com").split(".")
    return parts[-1] if len(parts) > 1 else "us1"


def basic_credentials(header: str) -> tuple[str, str]:
    """Return user and password of an Authorization header; empty ones when it holds none."""
    scheme, _, encoded = header.partition(" ")
    try:
        user, _, password = base64.b64decode(encoded if scheme.lower() == "basic" else "").decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password


@asynccontextmanager
async def open_rest(
    twilio: Twilio, *, port: int = 0, watch: Watch | None = None, **options: Any
) -> AsyncIterator[RestDouble]:
    """Serve the account's API on 127.0.0.1 (`double.url`); on leaving, outgoing calls that still live are dropped.

    Args:
        twilio: The account.
        port: 0 for any.
        watch: Told what became of each request.
        **options: Of `RestDouble`.
    """
    async with trio.open_nursery() as nursery:
        double = RestDouble(twilio, nursery, **options)

        async def handle(request: Request) -> Response:
            began = trio.current_time()
            response = await double.handle(request)
            if watch is not None:
                watch(Visit(request.method, request.path, str(response.status), trio.current_time() - began))
            return response

        bound = await nursery.start(serve_http, handle, port)
        double.url = f"http://127.0.0.1:{bound}"
        yield double
        nursery.cancel_scope.cancel()
