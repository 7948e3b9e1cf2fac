"""Runs NCCOs on a leg: fetch one, execute its actions, follow what they lead to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import trio

from voiced.testing.vonage import events
from voiced.testing.vonage.delivery import Answer, Kind
from voiced.testing.vonage.leg import Leg
from voiced.testing.vonage.ncco import Action, NccoRefused
from voiced.testing.vonage.settings import new_uuid

REFUSALS = frozenset({401, 403})
"""How an application may answer a webhook that it does not believe."""

Replacement = Sequence[Action] | None
"""The actions to execute in place of all that is left; None: go on."""

Handler = Callable[["Interpreter", Action, list[Action]], Awaitable[Replacement]]
"""Executes an action, and knows those behind it; what it takes of them is not executed again."""


class Interpreter:
    """Vonage's side of one leg. `handlers` are the actions it may use."""

    def __init__(self, leg: Leg, handlers: Mapping[str, Handler]) -> None:
        self.leg = leg
        self._handlers = handlers

    async def run(self, actions: Sequence[Action]) -> None:
        """Execute actions, and those that replace them, until none is left or the leg is over."""
        leg, rest = self.leg, list(actions)
        while rest:
            with trio.CancelScope() as leg.actions:
                while rest:
                    action = rest.pop(0)
                    replacement = await self.execute(action, rest)
                    rest = rest if replacement is None else list(replacement)
            if leg.redirection is not None:
                rest = await self._transferred()

    async def execute(self, action: Action, rest: list[Action]) -> Replacement:
        """Execute one action."""
        self.leg.journal.note("action", name=action["action"], action=dict(action))
        handler = self._handlers.get(action["action"])
        if handler is None:
            self._syntax(f"Syntax error in NCCO. {action['action']} is not allowed here")
            return []
        return await handler(self, action, rest)

    async def _transferred(self) -> list[Action]:
        """Leave the conversation for one of our own, and return what is to be executed there."""
        leg = self.leg
        what, leg.redirection = leg.redirection, None
        before = leg.parties.conversation
        after = f"CON-{new_uuid()}"
        leg.move(after)
        moved = events.event(leg.parties, "transfer", conversation_uuid_from=before, conversation_uuid_to=after)
        leg.tell_event(moved)
        if isinstance(what, str):
            return list(await self.fetch(what, events.event(leg.parties, "transfer")) or ())
        return list(what or ())

    async def fetch(self, url: str, fields: Mapping[str, Any], *, jti: str = "") -> Replacement:
        """Ask for an NCCO; when there is none, ask the fallback; when that fails too, the call ends."""
        leg = self.leg
        method, forgery = leg.hooks.answer_method, leg.faults.webhook
        answer = await leg.delivery.ask(url, fields, "answer", method=method, forgery=forgery, jti=jti)
        if forgery != "none":
            self._judge_refusal(answer)
        return await self._read(url, fields, "answer", answer)

    async def ask_event(self, url: str, fields: Mapping[str, Any]) -> Replacement:
        """Tell an event whose answer may be an NCCO; without one the flow goes on. It may come twice, as others."""
        await self.leg.wait_posted()
        events_come, jti = self.leg.faults.events, new_uuid()
        answer = await self.leg.delivery.ask(url, fields, "event", jti=jti)
        if events_come.startswith("twice"):  # the last answer counts
            answer = await self.leg.delivery.ask(url, fields, "event", jti=jti if events_come == "twice" else "")
        if answer.good and not answer.body:
            return None
        return await self._read(url, fields, "event", answer)

    async def _read(self, url: str, fields: Mapping[str, Any], kind: Kind, answer: Answer) -> Replacement:
        reason = answer.trouble or f"status {answer.status}"
        if answer.good:
            try:
                return answer.ncco()
            except NccoRefused as refused:
                reason = str(refused)
                self._syntax(reason)
        if self.leg.hooks.fallback_url:
            answer = await self.leg.delivery.ask_fallback(url, fields, kind, reason)
            try:
                return answer.ncco() if answer.good else self._failed(kind)
            except NccoRefused as refused:
                self._syntax(str(refused))
        return self._failed(kind)

    def _failed(self, kind: Kind) -> Replacement:
        """An answer that cannot be had ends the call; an event that cannot be told changes nothing."""
        return [] if kind == "answer" else None

    def _syntax(self, reason: str) -> None:
        leg = self.leg
        leg.journal.warning(0, reason)
        fields = {"reason": reason, "conversation_uuid": leg.parties.conversation, "timestamp": events.now()}
        leg.tell_event(fields)

    def _judge_refusal(self, answer: Answer) -> None:
        journal = self.leg.journal
        if answer.status not in REFUSALS:
            journal.failure(f"a request without a true token was answered {answer.status or answer.trouble}")
        if b'"action"' in answer.body:
            journal.failure("a request without a true token was answered with an NCCO")
