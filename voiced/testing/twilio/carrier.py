"""An emulated Twilio account: place calls to the application under test as Twilio would."""

from __future__ import annotations

from dataclasses import dataclass

import trio

from voiced.testing.caller.phone import Behaviour, Phone
from voiced.testing.caller.report import Report
from voiced.testing.twilio.delivery import Target
from voiced.testing.twilio.faults import Faults
from voiced.testing.twilio.interpreter import Interpreter
from voiced.testing.twilio.leg import Account, Leg
from voiced.testing.twilio.recording import new_sid
from voiced.testing.twilio.settings import Hooks, Options
from voiced.testing.twilio.steps import Execute, Fetch
from voiced.testing.twilio.verbs import HANDLERS
from voiced.testing.twilio.webhook import Parties, Status

ACCOUNT_SID = "AC" + "0" * 31 + "1"
AUTH_TOKEN = "0123456789abcdef" * 2


@dataclass(frozen=True, slots=True, kw_only=True)
class CallReport(Report):
    """What one call was like.

    Attributes:
        call_sid: Its identifier.
        status: How it ended: `completed`, `busy`, `failed`...
        dialled: The legs that `<Dial>` made, each with a journal and a line of its own.
    """

    call_sid: str
    status: Status
    dialled: tuple[Leg, ...] = ()


class Twilio:
    """An account with one application behind its numbers.

    Args:
        voice_url: The webhook of incoming calls; its fragment may hold overrides (`#ct=2000&rp=all`).
        status_url: Told when a call is over; empty for nobody.
        fallback_url: Asked when the voice URL fails; empty for none.
        account_sid: The account.
        auth_token: Signs every request.
        faults: What goes wrong on every call, unless `call` is given others.
        options: What holds for every call.
    """

    def __init__(
        self,
        voice_url: str = "",
        *,
        status_url: str = "",
        fallback_url: str = "",
        account_sid: str = ACCOUNT_SID,
        auth_token: str = AUTH_TOKEN,
        faults: Faults | None = None,
        options: Options | None = None,
    ) -> None:
        self.hooks = Hooks(voice_url, status_url=status_url, fallback_url=fallback_url)
        self.numbers: dict[str, Hooks] = {}
        """Webhooks of single numbers, in place of `hooks`; the REST double writes them."""
        self.faults = faults or Faults()
        self.options = options or Options()
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.legs: dict[str, Leg] = {}
        """Every call so far, by CallSid, live or over."""

    async def call(
        self,
        phone: Behaviour,
        *,
        caller: str = "+33612345678",
        called: str = "+33912345678",
        faults: Faults | None = None,
        noise: bytes = b"",
    ) -> CallReport:
        """Call `called` as `phone` behaves; return when the call and all its callbacks are over.

        Args:
            phone: What the caller does once answered. What it raises is raised here, after the call ended.
            caller: Shown to the application, unless the faults withhold it.
            called: One of the account's numbers.
            faults: What goes wrong on this call.
            noise: The caller's surroundings, mu-law, repeated without end.
        """
        faults = faults or self.faults
        shown = "anonymous" if faults.anonymous else caller
        parties = Parties(self.account_sid, new_sid("CA"), shown, called)
        leg = self.make_leg(parties, self.numbers.get(called, self.hooks), faults, noise=noise)
        step = Fetch(leg.hooks.voice_url, leg.hooks.voice_method, twice=faults.duplicate_webhook == "retry")

        async def program() -> Status:
            if faults.duplicate_webhook == "late":
                leg.nursery.start_soon(_repeat_webhook, leg, step)
            return await Interpreter(leg, HANDLERS).run(step)

        await leg.run(program, lambda: phone(Phone(leg)))
        raise_errors(leg)
        return report(leg)

    def make_leg(self, parties: Parties, hooks: Hooks, faults: Faults, *, noise: bytes = b"") -> Leg:
        """Return a new leg of this account, known by its CallSid from now on."""
        target = Target(self.auth_token, self.options.routes, faults.keep_port)
        return Leg(Account(self.account_sid, target, self.options, self.legs), parties, hooks, faults, noise=noise)


async def _repeat_webhook(leg: Leg, step: Fetch) -> None:
    """Ask for the call's TwiML again while its stream is alive; a `<Connect>` in the answer replaces the stream."""
    await leg.streaming.wait()
    await trio.sleep(0.1)
    answer = await leg.delivery.request(step.url, leg.fields(), method=step.method)
    if b"<Connect" in answer.body:
        leg.redirect(Execute(answer.body, step.url))


def raise_errors(leg: Leg) -> None:
    """Raise what the behaviour of a person on this call raised."""
    for person in (leg, *leg.dialled):
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
        dialled=tuple(leg.dialled),
    )
