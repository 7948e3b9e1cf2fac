"""An emulated Vonage application: place calls to the application under test as Vonage would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import trio

from voiced.testing.caller.phone import Behaviour, Phone
from voiced.testing.caller.report import Report
from voiced.testing.vonage.connect import CALLER_HANDLERS
from voiced.testing.vonage.events import Parties
from voiced.testing.vonage.faults import Faults
from voiced.testing.vonage.interpreter import Interpreter
from voiced.testing.vonage.leg import Account, Leg
from voiced.testing.vonage.settings import Application, Hooks, Options, new_uuid


@dataclass(frozen=True, slots=True, kw_only=True)
class CallReport(Report):
    """What one call was like.

    Attributes:
        call_sid: The uuid of the caller's leg.
        status: How it ended: `completed`, `cancelled`...
        dialled: The legs of the people whom `connect` called, each with a journal and a line of its own.
    """

    call_sid: str
    status: str
    dialled: tuple[Leg, ...] = ()

    @property
    def told(self) -> list[dict[str, Any]]:
        """The webhooks' fields, in order, retries and repetitions too."""
        return [entry.data["fields"] for entry in self.journal.of("http.request")]


class Vonage:
    """An account with one application behind its numbers."""

    def __init__(
        self,
        hooks: Hooks,
        *,
        application: Application | None = None,
        faults: Faults | None = None,
        options: Options | None = None,
    ) -> None:
        """`faults` go wrong on every call, unless `call` is given others."""
        self.hooks, self.faults = hooks, faults or Faults()
        self.account = Account(application or Application(), options or Options())

    @property
    def application(self) -> Application:
        """The application."""
        return self.account.application

    @property
    def legs(self) -> dict[str, Leg]:
        """Every telephone's leg so far, by uuid."""
        return self.account.legs

    async def call(
        self,
        phone: Behaviour,
        *,
        caller: str = "+33612345678",
        called: str = "+33912345678",
        faults: Faults | None = None,
        noise: bytes = b"",
    ) -> CallReport:
        """Call `called` as `phone` behaves; return when the call and all its events are over.

        Args:
            phone: What the caller does once answered. What it raises is raised here, after the call ended.
            caller: Shown to the application, unless the faults withhold it.
            called: One of the application's numbers.
            faults: What goes wrong on this call.
            noise: The caller's surroundings, mu-law, repeated without end.
        """
        faults = faults or self.faults
        shown = "anonymous" if faults.anonymous else caller.removeprefix("+")
        parties = Parties(shown, called.removeprefix("+"), f"CON-{new_uuid()}")
        leg = Leg(self.account, parties, self.hooks, faults, noise=noise)
        await leg.run(lambda: inbound(leg), lambda: phone(Phone(leg)))
        raise_errors(leg)
        return report(leg)


async def inbound(leg: Leg) -> str:
    """Live an incoming call: tell that it rings, ask for an NCCO, execute it."""
    for status in ("started", "ringing"):
        leg.becomes(status)
    interpreter = Interpreter(leg, CALLER_HANDLERS)
    asked = answer_fields(leg)
    jti = new_uuid() if leg.faults.duplicate_webhook == "same token" else ""
    actions = await interpreter.fetch(leg.hooks.answer_url, asked, jti=jti)
    if leg.faults.duplicate_webhook != "none":
        actions = await interpreter.fetch(leg.hooks.answer_url, asked, jti=jti)
    await interpreter.run(actions or ())
    return "completed" if leg.answered.is_set() else "failed"


def answer_fields(leg: Leg) -> dict[str, str]:
    """Return what an answer webhook says."""
    parties = leg.parties
    region = f"https://api-{leg.account.application.region}.vonage.com"
    names = {"uuid": parties.uuid, "conversation_uuid": parties.conversation}
    return {"to": parties.called, "from": parties.caller, **names, "endpoint_type": "phone", "region_url": region}


def raise_errors(leg: Leg) -> None:
    """Raise what the behaviour of a person on this call raised."""
    for person in (leg, *leg.callees):
        if person.error:
            raise person.error


def report(leg: Leg) -> CallReport:
    """Return the report of a leg that is over."""
    return CallReport(
        call_sid=leg.sid,
        status=leg.status,
        seconds=leg.duration,
        journal=leg.journal,
        tape=leg.line.tape,
        spoken=tuple(leg.line.mouth.spoken),
        dialled=tuple(leg.callees),
    )


async def settled(leg: Leg) -> None:
    """Wait until a leg is over."""
    with trio.fail_after(30):
        await leg.over.wait()
