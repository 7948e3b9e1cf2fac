"""One telephone's leg: its names, its line, its events, and who may end or redirect it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import trio

from voiced.testing.caller.inputs import Inputs
from voiced.testing.caller.journal import Journal
from voiced.testing.caller.line import TICK, Line, Marks
from voiced.testing.caller.playout import sample
from voiced.testing.twilio.recording import Recording
from voiced.testing.vonage import events
from voiced.testing.vonage.delivery import Delivery
from voiced.testing.vonage.events import Parties
from voiced.testing.vonage.faults import Faults
from voiced.testing.vonage.ncco import Action
from voiced.testing.vonage.room import Room
from voiced.testing.vonage.settings import Application, Hooks, Options, new_uuid


@dataclass(frozen=True, slots=True)
class Account:
    """What all legs of an account share."""

    application: Application
    options: Options
    legs: dict[str, Leg] = field(default_factory=dict)
    """Every telephone's leg so far, by uuid, live or over."""
    sockets: dict[str, Callable[[], None]] = field(default_factory=dict)
    """How to end each WebSocket's leg that is open, by uuid."""


class Leg(Inputs):
    """A leg from its first ring to its end."""

    def __init__(self, account: Account, parties: Parties, hooks: Hooks, faults: Faults, *, noise: bytes = b"") -> None:
        self.account, self.parties, self.hooks, self.faults = account, parties, hooks, faults
        self.number, roads = len(account.legs), account.options.roads
        account.legs[parties.uuid] = self
        self.status = "started"
        self.journal = Journal(trio.current_time)
        marks = Marks(drawn=roads.delays("mark", self.number))
        self.line = Line(self.journal, limit=faults.queue * TICK, marks=marks, noise=noise)
        late = roads.delays("webhook", self.number)
        self.delivery = Delivery(account.application, hooks, account.options.routes, faults, self.journal, late)
        self.room = Room(parties.conversation)
        self.recordings: dict[str, Recording] = {}
        self.callees: list[Leg] = []
        self.answered, self.over, self.streaming = trio.Event(), trio.Event(), trio.Event()
        self.nursery: trio.Nursery
        self.background: trio.Nursery
        self.actions = trio.CancelScope()
        """The actions that are being executed; cancelled to execute others."""
        self.playing = trio.CancelScope()
        """What the API plays into the leg."""
        self.redirection: Sequence[Action] | str | None = None
        self.drop_stream: Callable[[], None] = lambda: None
        """Lose the WebSocket, if there is one, while the call goes on."""
        self.error: Exception | None = None
        self.duration = 0.0
        self._program = trio.CancelScope()
        self._told = 0
        self._posted = trio.Event()
        self._posted.set()
        self._completed = False

    @property
    def sid(self) -> str:
        """The leg's uuid."""
        return self.parties.uuid

    @property
    def live(self) -> bool:
        """Whether the leg is not over."""
        return self.status not in events.OVER

    @property
    def now(self) -> int:
        """The sample at which the line stands."""
        return sample(self.line.now)

    def becomes(self, status: str, url: str = "") -> None:
        """Reach a status, and tell of it."""
        self.status = status
        self.journal.note("call", status=status)
        self.tell_event(events.event(self.parties, status), url)

    def answer(self, url: str = "") -> None:
        """Pick up: the line begins. Idempotent."""
        if not self.answered.is_set():
            self.nursery.start_soon(self.line.run)
            self.room.join(self.line)
            self.answered.set()
            self.becomes("answered", url)

    def hang_up(self, by: str) -> None:
        """End the leg, in the name of `by`. Idempotent."""
        if not self._program.cancel_called:
            self.journal.note("call", hung_up_by=by)
            self._program.cancel()

    def redirect(self, what: Sequence[Action] | str) -> None:
        """Leave the conversation, and go on with these actions, or those at this address (the API's transfer)."""
        self.redirection = what
        self.actions.cancel()

    def tell_event(self, fields: Mapping[str, Any], url: str = "") -> None:
        """Deliver an event in the background, as often and disorderly as the faults say."""
        to = url or self.hooks.event_url
        if to:
            late = 0.3 if self.faults.events == "shuffled" and self._told % 2 == 0 else 0.0
            self._told += 1
            before, self._posted = self._posted, trio.Event()
            self.background.start_soon(self._deliver, to, fields, late, before, self._posted)

    async def wait_posted(self) -> None:
        """Return when every event so far was delivered."""
        await self._posted.wait()

    async def _deliver(
        self, url: str, fields: Mapping[str, Any], late: float, before: trio.Event, posted: trio.Event
    ) -> None:
        """Post an event behind those `before` it, unless the faults put it late."""
        if fields.get("status") == "completed":
            late += self.faults.completed_late
        await trio.sleep(late)
        if self.faults.events != "shuffled":
            await before.wait()
        await self._post(url, fields)
        posted.set()

    async def _post(self, url: str, fields: Mapping[str, Any]) -> None:
        jti = new_uuid() if self.faults.events == "twice" else ""
        await self.delivery.ask(url, fields, "event", jti=jti)
        if self.faults.events.startswith("twice"):
            await self.delivery.ask(url, fields, "event", jti=jti)

    def move(self, conversation: str) -> None:
        """Leave the conversation for another, where nobody is yet."""
        self.room.leave(self.line)
        self.parties = replace(self.parties, conversation=conversation)
        self.room = Room(conversation)
        self.room.join(self.line)

    async def run(
        self,
        program: Callable[[], Awaitable[str]],
        behave: Callable[[], Awaitable[None]],
        url: str = "",
        *,
        quiet: bool = False,
    ) -> None:
        """Live: `program` is what Vonage does with the leg, and gives its final status; `behave`, what the person does.

        Events go to `url`, or else to the application's; `quiet`: who called tells that nobody answered. Returns when
        the leg is over and every event was delivered.
        """
        async with self.delivery, trio.open_nursery() as self.background:
            status = "completed"
            async with trio.open_nursery() as self.nursery:
                self.nursery.start_soon(self._behave, behave)
                self.nursery.start_soon(self._limit)
                with self._program:
                    status = await program()
                if self._program.cancelled_caught and not self.answered.is_set():
                    status = "cancelled"
                self.duration = self.line.now
                self.nursery.cancel_scope.cancel()
            self._finish(status, url, quiet=quiet)

    def _finish(self, status: str, url: str, *, quiet: bool) -> None:
        self.room.leave(self.line)
        self.status = status
        self.journal.note("call", status=status)
        self.over.set()
        if status == "completed":
            self.tell_completed(url)
        elif status == "cancelled" or not quiet:
            self.tell_event(events.event(self.parties, status), url)

    def tell_completed(self, url: str = "") -> None:
        """Tell that the leg is completed. Idempotent."""
        if not self._completed:
            self._completed = True
            self.tell_event(events.completed(self.parties, self.duration or self.line.now), url)

    async def _behave(self, behave: Callable[[], Awaitable[None]]) -> None:
        """Whatever the script raises ends the call in good order and is raised by it afterwards."""
        await self.answered.wait()
        try:
            await behave()
        except Exception as error:  # noqa: BLE001 -- a script may raise anything; `error` hands it on
            self.error = error
        self.hang_up("phone")

    async def _limit(self) -> None:
        await self.answered.wait()
        await trio.sleep(self.faults.max_duration)
        self.hang_up("limit")
