"""`connect`: a WebSocket, or a person who is called."""

from __future__ import annotations

from typing import Any

import trio

from voiced.testing.caller.phone import Phone
from voiced.testing.vonage import events
from voiced.testing.vonage.actions import HANDLERS, conversation
from voiced.testing.vonage.events import Parties
from voiced.testing.vonage.interpreter import Handler, Interpreter, Replacement
from voiced.testing.vonage.leg import Leg
from voiced.testing.vonage.ncco import LONGEST_CALL, Action, url_of
from voiced.testing.vonage.settings import Callee
from voiced.testing.vonage.socket import MediaSocket

UNOPENED = {"refused": "failed", "timeout": "unanswered"}
"""What becomes of a WebSocket's leg that could not be opened."""


async def connect(run: Interpreter, action: Action, rest: list[Action]) -> Replacement:
    """Connect the call to its one endpoint."""
    run.leg.answer()
    [endpoint] = action["endpoint"]
    if endpoint["type"] == "websocket":
        return await _websocket(run, action, endpoint, rest)
    return await _phone(run, action, endpoint)


async def _websocket(run: Interpreter, action: Action, endpoint: Action, rest: list[Action]) -> Replacement:
    """Hold the call on a WebSocket; when the application closes it, ask what follows."""
    leg = run.leg
    url = url_of(action) or leg.hooks.event_url
    patience = min(float(action.get("timeout", 60)), leg.account.options.stream_connect)
    socket = MediaSocket(leg, endpoint, patience)
    leg.tell_event(events.event(socket.parties, "started"), url)
    began = trio.current_time()
    await _live(run, socket, action, rest)
    if not socket.opened.is_set():
        failed = events.event(socket.parties, UNOPENED.get(socket.end, "failed"))
        if action.get("eventType") == "synchronous":
            return await run.ask_event(url, failed)
        leg.tell_event(failed, url)
        return None
    if socket.end != "application":
        return []
    follows = await run.ask_event(url, events.event(socket.parties, "disconnected"))
    leg.tell_event(events.completed(socket.parties, trio.current_time() - began), url)
    return follows


async def _live(run: Interpreter, socket: MediaSocket, action: Action, rest: list[Action]) -> None:
    """Let the socket live, with what stands behind it; whoever ends the action ends the socket in good order first."""
    leg, began = run.leg, trio.current_time()
    url = url_of(action) or leg.hooks.event_url
    leg.drop_stream = socket.lose
    leg.account.sockets[socket.parties.uuid] = socket.stop
    leg.background.start_soon(socket.run)
    try:
        with trio.move_on_after(float(action.get("limit", LONGEST_CALL))):
            await _opened_or_done(socket)
            if socket.opened.is_set():
                leg.tell_event(events.event(socket.parties, "answered"), url)
                await _beside(run, socket, rest)
    finally:
        with trio.CancelScope(shield=True):
            if leg.faults.completed == "before" and not socket.end:
                leg.tell_completed()
                await trio.sleep(0.1)
            socket.stop()
            await socket.done.wait()
        del leg.account.sockets[socket.parties.uuid]
        if socket.end == "vonage" and socket.opened.is_set():
            leg.tell_event(events.completed(socket.parties, trio.current_time() - began), url)


async def _beside(run: Interpreter, socket: MediaSocket, rest: list[Action]) -> None:
    """Wait for the end of the socket; actions behind it run meanwhile, where they do not wait for it."""
    if run.leg.faults.trailing == "after" or not rest:
        await socket.done.wait()
        return
    taken, rest[:] = list(rest), []
    async with trio.open_nursery() as nursery:
        nursery.start_soon(_cancel_after, socket.done, nursery.cancel_scope)
        while taken:
            await run.execute(taken.pop(0), taken)
        await socket.done.wait()


async def _opened_or_done(socket: MediaSocket) -> None:
    async with trio.open_nursery() as nursery:
        for event in (socket.opened, socket.done):
            nursery.start_soon(_cancel_after, event, nursery.cancel_scope)


async def _cancel_after(event: trio.Event, scope: trio.CancelScope) -> None:
    await event.wait()
    scope.cancel()


class Called:
    """Somebody who is called, and how far it came."""

    def __init__(self, leg: Leg, action: Action, endpoint: Action) -> None:
        self.number = str(endpoint["number"])
        self.callee = leg.account.options.callees.get(self.number, Callee("timeout"))
        self.url = url_of(action) or leg.hooks.event_url
        self._action, self._whisper = action, endpoint.get("onAnswer", {}).get("url", "")
        shown = str(action.get("from", leg.parties.called))
        parties = Parties(shown, self.number, leg.parties.conversation, "outbound")
        self.leg = Leg(leg.account, parties, leg.hooks, leg.faults)
        self.ready = trio.Event()
        """The callee has answered and heard the whisper: both may talk."""

    async def program(self) -> str:
        """Ring, whisper, and stay until somebody hangs up."""
        status = await ring(self.leg, self.callee, float(self._action.get("timeout", 60)), self.url)
        if status != "answered":
            return status
        detection = self._action.get("machineDetection")
        if detection and self.callee.machine:
            self.leg.tell_event(events.machine(self.leg.parties), self.url)
            if detection == "hangup":
                return "completed"
        if self._whisper:
            whisper = Interpreter(self.leg, HANDLERS)
            await whisper.run(await whisper.fetch(self._whisper, events.event(self.leg.parties, "answered")) or ())
        self.ready.set()
        await self.leg.over.wait()
        return "completed"

    async def run(self) -> None:
        """Live the callee's leg. What became of it, when nobody answered, is told by who called."""
        await self.leg.run(self.program, lambda: _behave(self), self.url, quiet=True)


async def ring(leg: Leg, callee: Callee, patience: float, url: str) -> str:
    """Ring for at most `patience` seconds; return `answered`, or what became of it."""
    leg.becomes("started", url)
    leg.becomes("ringing", url)
    with trio.move_on_after(patience):
        await trio.sleep(callee.rings)
        if callee.outcome == "timeout":
            await trio.sleep_forever()
        if callee.outcome == "answered":
            leg.answer(url)
        return callee.outcome
    return "timeout"


async def _behave(called: Called) -> None:
    if called.callee.behave:
        await called.callee.behave(Phone(called.leg))
    else:
        await trio.sleep_forever()


async def _phone(run: Interpreter, action: Action, endpoint: Action) -> Replacement:
    """Call somebody, and let both talk; nobody answers: the answer to that event may replace what follows."""
    leg, called = run.leg, Called(run.leg, action, endpoint)
    leg.callees.append(called.leg)
    leg.background.start_soon(called.run)
    try:
        await _talk(leg, called, float(action.get("limit", LONGEST_CALL)))
    finally:
        called.leg.hang_up("connect")
        with trio.CancelScope(shield=True):
            await called.leg.over.wait()
    fields: dict[str, Any] = events.event(called.leg.parties, called.leg.status)
    if called.leg.status in {"completed", "cancelled"}:
        return None
    if action.get("eventType") == "synchronous":
        return await run.ask_event(called.url, fields)
    leg.tell_event(fields, called.url)
    return None


async def _talk(leg: Leg, called: Called, limit: float) -> None:
    """Let both into the same room once the callee is there, until it ends."""
    async with trio.open_nursery() as nursery:
        for event in (called.ready, called.leg.over):
            nursery.start_soon(_cancel_after, event, nursery.cancel_scope)
    if not called.ready.is_set() or called.leg.over.is_set():
        return
    called.leg.room.leave(called.leg.line)
    leg.room.join(called.leg.line)
    called.leg.room = leg.room
    with trio.move_on_after(limit):
        await called.leg.over.wait()


CALLER_HANDLERS: dict[str, Handler] = {**HANDLERS, "connect": connect, "conversation": conversation}
"""What a caller's leg may do."""
