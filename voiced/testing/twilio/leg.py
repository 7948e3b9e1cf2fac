"""One leg of a call: its names, its state, its line, and who may end or redirect it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import trio

from voiced.testing.caller.inputs import Inputs
from voiced.testing.caller.journal import Journal
from voiced.testing.caller.line import Line, Marks
from voiced.testing.caller.playout import sample
from voiced.testing.twilio.delivery import Delivery, Target
from voiced.testing.twilio.faults import Faults, callback_delays
from voiced.testing.twilio.recording import Recording
from voiced.testing.twilio.settings import Hooks, Options
from voiced.testing.twilio.webhook import TERMINAL, Parties, Status, status_fields, voice_fields

if TYPE_CHECKING:
    from voiced.testing.twilio.steps import Step


@dataclass(frozen=True, slots=True)
class Account:
    """What all legs of an account share."""

    sid: str
    target: Target
    options: Options
    legs: dict[str, Leg] = field(default_factory=dict)
    """Every leg so far, by CallSid, live or over."""


class Leg(Inputs):
    """A leg from its first ring to its end."""

    def __init__(self, account: Account, parties: Parties, hooks: Hooks, faults: Faults, *, noise: bytes = b"") -> None:
        self.account = account
        self.number = len(account.legs)
        """How many calls of the account were before it."""
        account.legs[parties.call_sid] = self
        self.parties = parties
        self.hooks = hooks
        self.faults = faults
        self.status: Status = "ringing"
        self.answered_by = ""
        self.created = datetime.now(UTC)
        self.ended: datetime | None = None
        self.journal = Journal(trio.current_time)
        roads = account.options.roads
        marks = Marks(faults.mark_delay, roads.delays("mark", self.number))
        self.line = Line(self.journal, limit=faults.queue_limit, marks=marks, noise=noise)
        self.delivery = Delivery(account.target, self.journal, roads.delays("webhook", self.number))
        self.recordings: list[Recording] = []
        self.dialled: list[Leg] = []
        self.answered = trio.Event()
        self.over = trio.Event()
        self.settled = trio.Event()
        """The leg is over and every callback was delivered."""
        self.streaming = trio.Event()
        """A media stream was started."""
        self.nursery: trio.Nursery
        self.background: trio.Nursery
        self.verbs = trio.CancelScope()
        self.drop_stream: Callable[[], None] = lambda: None
        """Lose the media stream, if there is one, while the call goes on."""
        self.redirection: Step | None = None
        self.error: Exception | None = None
        self.duration = 0.0
        self._program = trio.CancelScope()
        self._callbacks = 0
        self._sequence = 0

    @property
    def sid(self) -> str:
        """The CallSid."""
        return self.parties.call_sid

    @property
    def live(self) -> bool:
        """Whether the call is still going on."""
        return self.status not in TERMINAL

    @property
    def now(self) -> int:
        """The sample at which the line stands."""
        return sample(self.line.now)

    def fields(self) -> dict[str, str]:
        """Return what every webhook of this leg repeats."""
        fields = voice_fields(self.parties, self.status)
        return fields | ({"AnsweredBy": self.answered_by} if self.answered_by else {})

    def becomes(self, status: Status) -> None:
        """Reach a status before the answer; its callback carries the same name."""
        self.status = status
        self.journal.note("call", status=status)
        self.status_changed(status)

    def answer(self) -> None:
        """Pick up: the line begins. Idempotent."""
        if not self.answered.is_set():
            self.status = "in-progress"
            self.nursery.start_soon(self.line.run)
            self.answered.set()
            self.journal.note("call", status="in-progress")
            self.status_changed("answered")

    def hang_up(self, by: str) -> None:
        """End the leg, in the name of `by`. Idempotent."""
        if not self._program.cancel_called:
            self.journal.note("call", hung_up_by=by)
            self._program.cancel()

    def redirect(self, step: Step) -> None:
        """Leave the current verb and go on with `step` (the REST API's update)."""
        self.redirection = step
        self.verbs.cancel()

    def status_changed(self, event: str) -> None:
        """Send the status callback of `event` if the hooks ask for it."""
        if self.hooks.status_url and event in self.hooks.status_events:
            fields = status_fields(
                self.parties, self.status, sequence=self._sequence, now=datetime.now(UTC), duration=self.duration
            )
            self._sequence += 1
            self.call_back(self.hooks.status_url, fields, self.hooks.status_method)

    def call_back(self, url: str, fields: dict[str, str], method: str = "POST") -> None:
        """Deliver a status callback in the background, as late, often and disorderly as the faults say."""
        for delay in callback_delays(self._callbacks, self.faults):
            self.background.start_soon(self._deliver, delay, url, fields, method)
        self._callbacks += 1

    async def _deliver(self, delay: float, url: str, fields: dict[str, str], method: str) -> None:
        await trio.sleep(delay)
        await self.delivery.request(url, fields, method=method)

    async def run(self, program: Callable[[], Awaitable[Status]], behave: Callable[[], Awaitable[None]]) -> None:
        """Live: `program` is what Twilio does with the leg, and gives its final status; `behave`, what the person does.

        Returns when the leg is over and every callback was delivered.
        """
        async with self.delivery, trio.open_nursery() as self.background:
            status: Status = "completed"
            async with trio.open_nursery() as self.nursery:
                self.nursery.start_soon(self._behave, behave)
                self.nursery.start_soon(self._limit)
                with self._program:
                    status = await program()
                if self._program.cancelled_caught and not self.answered.is_set():
                    status = "canceled"
                self.duration = self.line.now
                self.nursery.cancel_scope.cancel()
            self._finish(status)
        self.settled.set()

    def _finish(self, status: Status) -> None:
        for recording in self.recordings:
            self.end_recording(recording)
        self.status = status
        self.ended = datetime.now(UTC)
        self.journal.note("call", status=status)
        self.over.set()
        self.status_changed("completed")

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

    def record(self, recording: Recording) -> None:
        """Begin a recording."""
        self.recordings.append(recording)
        self._recording_changed(recording, "in-progress")

    def end_recording(self, recording: Recording) -> None:
        """End a recording. Idempotent."""
        if recording.end is None:
            recording.stop(self.now)
            self._recording_changed(recording, "completed")

    def recording_url(self, recording: Recording) -> str:
        """Return the address that callbacks give for the sound (without `.wav`)."""
        return f"https://api.twilio.com/2010-04-01/Accounts/{self.account.sid}/Recordings/{recording.sid}"

    def _recording_changed(self, recording: Recording, status: str) -> None:
        if not recording.callback or status not in recording.callback_events:
            return
        fields = {
            "AccountSid": self.account.sid,
            "CallSid": self.sid,
            "RecordingSid": recording.sid,
            "RecordingUrl": self.recording_url(recording),
            "RecordingStatus": status,
            "RecordingDuration": str(round(recording.seconds(self.now))),
            "RecordingChannels": str(recording.channels),
            "RecordingSource": recording.source,
            "RecordingStartTime": self.created.strftime("%a, %d %b %Y %H:%M:%S +0000"),
            "RecordingTrack": recording.track,
        }
        self.call_back(recording.callback, fields, recording.callback_method)
