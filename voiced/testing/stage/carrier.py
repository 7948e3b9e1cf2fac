"""The carrier of the stage: it drives the real switchboard as webhooks and sockets would, in virtual time."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Literal

from voiced.call.switchboard import Switchboard
from voiced.plugin import Admission, AfterStream, CallOffer, Dial, DialResult
from voiced.testing.fakes import PlainLeg
from voiced.testing.stage.phone import Phone

PROVIDER = "stage"
WEBHOOK = 0.1
"""Seconds from the end of a stream to the webhook that asks what follows."""


@dataclass(slots=True)
class Carrier:
    """One call, as its carrier sees it."""

    switchboard: Switchboard
    phone: Phone
    offer: CallOffer
    state: Literal["new", "talking", "closing", "ringing", "over"] = "new"
    dialled: Dial | None = None
    """The transfer under way, or the last one."""
    streams: int = 0
    spoken: list[str] = field(default_factory=list)
    """What the carrier's own voice said."""
    _asks_at: float = 0.0
    _answers: deque[DialResult] = field(default_factory=deque)

    def ring(self) -> None:
        """Offer the call and open its stream. Raises `CallRefused`."""
        self._open(self.switchboard.offer(self.offer))

    def frame(self, at: float) -> None:
        """Live through 20 ms."""
        if self.state == "talking":
            self.phone.frame(at)
            if self.phone.closed:
                self._hung(at)
        elif self.state == "closing" and at >= self._asks_at:
            self._follow(self.switchboard.after_stream(self.offer), at)
        elif self.state == "ringing" and self._answers:
            result = self._answers.popleft()
            self._follow(self.switchboard.dialled(PROVIDER, self.offer.carrier_call_id, result), at)

    def answer(self, result: DialResult) -> None:
        """Let the transfer that is under way, or the next, end so."""
        self._answers.append(result)

    def drop(self, at: float) -> None:
        """Lose the media socket."""
        if self.state == "talking":
            self.phone.close()
            self._hung(at)

    def hang_up(self) -> None:
        """The caller hangs up."""
        if self.state == "over":
            return
        self.phone.tell("stop")
        self._over("completed")

    def _open(self, admission: Admission) -> None:
        ticket = self.switchboard.redeem(PROVIDER, admission.media_url.rpartition("/")[2])
        assert ticket is not None, "a fresh token opens its call"
        self.streams += 1
        ear = self.switchboard.connect(ticket, PlainLeg(), self.phone)
        self.phone.open(ear, self.offer.carrier_call_id, f"m{self.streams}")
        self.state = "talking"

    def _hung(self, at: float) -> None:
        assert self.phone.ear is not None
        self.phone.ear.closed("the socket is closed")
        self.state, self._asks_at = "closing", at + WEBHOOK

    def _follow(self, after: AfterStream, at: float) -> None:
        if isinstance(after, Admission):
            self._open(after)
            return
        if after.say:
            self.spoken.append(after.say)
            self.phone.hearing.say(after.say, at)
        if isinstance(after, Dial):
            self.dialled, self.state = after, "ringing"
        else:
            self._over("completed")

    def _over(self, status: str) -> None:
        self.state = "over"
        if self.phone.ear is not None and not self.phone.closed:
            self.phone.close()
            self.phone.ear.closed("the call is over")
        self.switchboard.over(PROVIDER, self.offer.carrier_call_id, status)
