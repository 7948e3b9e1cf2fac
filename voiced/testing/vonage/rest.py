"""The emulated API: calls listed, placed, ended and moved, sound played into them, recordings; numbers, applications.

What is asked about calls needs the application's own token (RS256), what is asked about the account its key and secret.
A call is known in its own region only.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import trio

from voiced.plugin import WebRequest, WebResponse
from voiced.testing.emulator import Delays, Served, serving
from voiced.testing.vonage.applications import Applications
from voiced.testing.vonage.carrier import Vonage
from voiced.testing.vonage.door import Door
from voiced.testing.vonage.faults import RestFaults
from voiced.testing.vonage.leg import Leg
from voiced.testing.vonage.ncco import NccoRefused, checked
from voiced.testing.vonage.numbers import Numbers
from voiced.testing.vonage.outbound import place
from voiced.testing.vonage.playing import play, stop
from voiced.testing.vonage.replies import ApiError, Body, body_of, reply
from voiced.testing.vonage.tokens import is_admitted
from voiced.web.router import Handler, Router, Routes

MOST_A_SECOND = 15
MOVES = frozenset({"mute", "unmute", "earmuff", "unearmuff"})

Act = Callable[[Leg, Body], Awaitable[WebResponse]]


@dataclass(slots=True)
class Rest:
    """The API of one region."""

    vonage: Vonage
    nursery: trio.Nursery
    region: str
    faults: RestFaults = field(default_factory=RestFaults)
    asked: list[WebRequest] = field(default_factory=list)
    """Every request so far."""
    numbers: Numbers = field(init=False)
    applications: Applications = field(init=False)
    late: Delays = field(init=False)
    """How late answers are."""
    _times: deque[float] = field(default_factory=deque)

    def __post_init__(self) -> None:
        """Open the account."""
        self.numbers = Numbers(self.faults)
        self.applications = Applications(self.vonage)
        self.late = self.vonage.account.options.roads.delays("rest")

    def router(self) -> Router:
        """Return what it answers."""
        routes: Routes = {
            "/v1/calls": {"GET": self._door(self.list), "POST": self._door(self.create)},
            "/v1/calls/{uuid}": {"GET": self._door(self.fetch), "PUT": self._door(self.update)},
            "/v1/calls/{uuid}/{what}": {"PUT": self._door(self.start), "DELETE": self._door(self.end)},
            "/v1/files/{id}": {"GET": self._door(self.download)},
            "/v3/media/{id}": {"DELETE": self._door(self.delete)},
        }
        account = Door(self.vonage.application, self.faults, self.asked, self.late)
        return Router({**routes, **self.numbers.routes(account), **self.applications.routes(account)})

    def _door(self, answer: Callable[[WebRequest], Awaitable[WebResponse]]) -> Handler:
        """Let in only who may ask, and not too often."""

        async def ask(request: WebRequest) -> WebResponse:
            self.asked.append(request)
            await self.late.wait()
            await trio.sleep(self.faults.late)
            try:
                self._admit(request)
                return await answer(request)
            except ApiError as error:
                return error.response(self.faults.retry_after)

        return ask

    def _admit(self, request: WebRequest) -> None:
        if self.faults.status:
            raise ApiError(self.faults.status)
        application = self.vonage.application
        if not application.private_key or not is_admitted(application, request.headers.get("authorization", "")):
            raise ApiError(401)
        now = trio.current_time()
        self._times.append(now)
        while self._times[0] <= now - 1.0:
            self._times.popleft()
        if len(self._times) > MOST_A_SECOND:
            raise ApiError(429)

    def _find(self, request: WebRequest) -> Leg:
        """Return a call of this region that is not over."""
        leg = self.vonage.legs.get(request.path.split("/")[3])
        if leg is None or self.region != self.vonage.application.region:
            raise ApiError(404)
        if not leg.live:
            raise ApiError(self.faults.ended)
        return leg

    async def list(self, request: WebRequest) -> WebResponse:
        """List calls, filtered by `status` and `conversation_uuid`."""
        wanted = dict(parse_qsl(request.query))
        names = ("status", "conversation_uuid")
        home = self.region == self.vonage.application.region
        calls = [call_json(leg) for leg in self.vonage.legs.values()] if home else []
        found = [call for call in calls if all(call[name] == wanted[name] for name in names if name in wanted)]
        pages = {"count": len(found), "page_size": 100, "record_index": 0, "_embedded": {"calls": found}}
        return reply({**pages, "_links": {"self": {"href": "/v1/calls"}}})

    async def create(self, request: WebRequest) -> WebResponse:
        """Place a call; it goes on in the background."""
        order = body_of(request)
        try:
            leg = place(self.vonage, order, self.nursery)
        except (NccoRefused, LookupError, TypeError, ValueError):
            raise ApiError(400) from None
        told = {"uuid": leg.sid, "status": "started", "direction": "outbound"}
        return reply({**told, "conversation_uuid": leg.parties.conversation}, 201)

    async def fetch(self, request: WebRequest) -> WebResponse:
        """Return one call, over or not."""
        leg = self.vonage.legs.get(request.path.split("/")[3])
        if leg is None or self.region != self.vonage.application.region:
            raise ApiError(404)
        return reply(call_json(leg))

    async def update(self, request: WebRequest) -> WebResponse:
        """End a leg, move it, or change who hears whom."""
        body = body_of(request)
        if body.get("action") == "hangup" and (end := self.vonage.account.sockets.get(request.path.split("/")[3])):
            end()
            return WebResponse(status=204)
        leg = self._find(request)
        match body.get("action"):
            case "hangup":
                leg.hang_up("rest")
            case "transfer":
                leg.redirect(_destination(body.get("destination", {})))
            case str(move) if move in MOVES:
                leg.journal.note("moderated", how=move)
            case _:
                raise ApiError(400)
        return WebResponse(status=204)

    async def start(self, request: WebRequest) -> WebResponse:
        """Play something into a leg."""
        what, leg = request.path.rsplit("/", 1)[1], self._find(request)
        try:
            return reply({"message": play(leg, what, body_of(request)), "uuid": leg.sid})
        except LookupError:
            raise ApiError(400) from None

    async def end(self, request: WebRequest) -> WebResponse:
        """Stop what plays."""
        leg = self._find(request)
        return reply({"message": stop(leg, request.path.rsplit("/", 1)[1]), "uuid": leg.sid})

    async def download(self, request: WebRequest) -> WebResponse:
        """Return a recording as WAV."""
        leg = self._recorded(request)
        recording = leg.recordings[request.path.rsplit("/", 1)[1]]
        return WebResponse(body=recording.wav(leg.line.tape), content_type="audio/wav")

    async def delete(self, request: WebRequest) -> WebResponse:
        """Delete a recording for good."""
        del self._recorded(request).recordings[request.path.rsplit("/", 1)[1]]
        return WebResponse(status=204)

    def _recorded(self, request: WebRequest) -> Leg:
        name = request.path.rsplit("/", 1)[1]
        for leg in self.vonage.legs.values():
            if name in leg.recordings:
                return leg
        raise ApiError(404)


def _destination(destination: Body) -> Any:
    """Return the actions of a transfer, or the address that has them."""
    try:
        if "url" in destination:
            [url] = destination["url"]
            return str(url)
        return checked(destination.get("ncco"))
    except (NccoRefused, ValueError):
        raise ApiError(400) from None


def call_json(leg: Leg) -> dict[str, Any]:
    """Return the resource of a call."""
    parties = leg.parties
    return {
        "uuid": leg.sid,
        "conversation_uuid": parties.conversation,
        "status": leg.status,
        "direction": parties.direction,
        "from": {"type": "phone", "number": parties.caller},
        "to": {"type": "phone", "number": parties.called},
        "_links": {"self": {"href": f"/v1/calls/{leg.sid}"}},
    }


@asynccontextmanager
async def open_rest(
    vonage: Vonage, *, region: str = "", faults: RestFaults | None = None, **how: Any
) -> AsyncIterator[tuple[Served, Rest]]:
    """Serve the API of `region` (its own: "") for as long as the context lasts; `how` is the server's."""
    async with trio.open_nursery() as nursery:
        rest = Rest(vonage, nursery, region or vonage.application.region, faults or RestFaults())
        async with serving(rest.router(), **how) as served:
            yield served, rest
        nursery.cancel_scope.cancel()
