"""Control routes of calls: those in progress, what happens in them, and what a person may do to one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import parse_qs, unquote

from msgspec import Meta, Struct

from voiced.call.direct import direct
from voiced.call.feed import Feed
from voiced.call.switchboard import Call, Switchboard
from voiced.daemon.control.answers import answer, body
from voiced.dialog.talk import Directed, Dismissed, Muted, Prompted, Redirected
from voiced.errors import Declined
from voiced.plugin import WebRequest, WebResponse
from voiced.web.router import Handler, Routes, SendChunk, Streaming

LONGEST_ACTOR = 100

Text = Annotated[str, Meta(max_length=1000)]
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


class Say(Struct, frozen=True, forbid_unknown_fields=True):
    """Body of `say`."""

    text: Text
    interrupt: bool = False

    def __post_init__(self) -> None:
        """Refuse to say nothing."""
        if not self.text.strip():
            raise ValueError("field `text` is empty")


class Transfer(Struct, frozen=True, forbid_unknown_fields=True):
    """Body of `transfer`."""

    number: str

    def __post_init__(self) -> None:
        """Refuse what no carrier could dial."""
        if not _E164.fullmatch(self.number):
            raise ValueError("field `number` is not in E.164 form, such as +33199000001")


class HangUp(Struct, frozen=True, forbid_unknown_fields=True):
    """Body of `hangup`."""

    say: Text = ""


class Mute(Struct, frozen=True, forbid_unknown_fields=True):
    """Body of `mute`."""

    on: bool


class Calls(Struct, frozen=True):
    """The calls of a worker, for whoever watches and directs them."""

    switchboard: Switchboard
    feed: Feed

    def routes(self) -> Routes:
        """Return the routes of calls."""
        return {
            "/v1/calls": {"GET": self._list},
            "/v1/calls/{id}": {"GET": self._show},
            "/v1/calls/{id}/say": {"POST": self._act(Say, lambda it: Prompted(it.text.strip(), it.interrupt))},
            "/v1/calls/{id}/transfer": {"POST": self._act(Transfer, lambda it: Redirected(it.number))},
            "/v1/calls/{id}/hangup": {"POST": self._act(HangUp, lambda it: Dismissed(it.say.strip()))},
            "/v1/calls/{id}/mute": {"POST": self._act(Mute, lambda it: Muted(it.on))},
            "/v1/events": {"GET": self._events},
        }

    async def _list(self, _request: WebRequest) -> WebResponse:
        board = self.switchboard
        listed = [_summary(call) for call in board.active]
        return answer({"calls": listed, "counts": board.counts, "draining": board.draining})

    async def _show(self, request: WebRequest) -> WebResponse:
        return answer(_details(self._find(_call_id(request))))

    def _act(self, kind: type[Any], event: Callable[[Any], Directed]) -> Handler:
        """Return the handler of what a person may do to a call, told by a body of this kind."""

        async def act(request: WebRequest) -> WebResponse:
            call = self._find(_call_id(request))
            direct(call, event(body(request, kind)), _actor(request))
            return answer({"call_id": call.call_id}, 202)

        return act

    async def _events(self, request: WebRequest) -> Streaming:
        only = parse_qs(request.query).get("call", [""])[0]
        if only:
            self._find(only)

        async def produce(send: SendChunk) -> None:
            with self.feed.watch() as happenings:
                await send(b'{"event":"watching"}\n')
                async for event in happenings:
                    if only in ("", event["call_id"]):
                        await send(json.dumps(event, ensure_ascii=False, default=str).encode() + b"\n")
                    if only == event["call_id"] and event["event"] == "call.ended":
                        return

        return Streaming(produce)

    def _find(self, call_id: str) -> Call:
        call = next((call for call in self.switchboard.active if call.call_id == call_id), None)
        if call is None:
            fix = "GET /v1/calls lists those in progress; another worker may have it"
            raise Declined(f"there is no call {call_id} in progress here", status=404, fix=fix)
        return call


def _call_id(request: WebRequest) -> str:
    return unquote(request.path.split("/")[3])


def _actor(request: WebRequest) -> str:
    """Return who says that they do this; the token's owner where nobody is named."""
    named = unquote(request.headers.get("x-voiced-actor", ""))[:LONGEST_ACTOR]
    return "".join(each for each in named if each.isprintable()).strip() or "operator"


def _summary(call: Call) -> dict[str, Any]:
    state, row, session = call.engine.state, call.journal.call, call.session
    return {
        "call_id": call.call_id,
        "flow": row.flow,
        "step": state.step,
        "doing": state.mode or "listening",
        "line": session is not None and session.live,
        "muted": state.muted,
        "consent": state.consent,
        "caller": row.caller_masked,
        "called": row.called,
        "provider": row.provider,
        "config": row.config_version,
        "started_at": round(row.started_at, 3),
        "seconds": round(call.journal.at(), 1),
    }


def _details(call: Call) -> dict[str, Any]:
    state = call.engine.state
    lines = [{"role": line.role, "text": line.text} for line in state.lines]
    return {**_summary(call), "values": dict(state.said), "lines": lines}
