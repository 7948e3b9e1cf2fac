"""A telephone that rings: what becomes of a leg that Twilio dials."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import trio

from voiced.testing.caller.phone import Phone
from voiced.testing.twilio.leg import Leg
from voiced.testing.twilio.settings import Callee
from voiced.testing.twilio.webhook import Status


async def ring(leg: Leg, callee: Callee, patience: float) -> Status:
    """Ring for at most `patience` seconds; return `in-progress` once answered, else the final status."""
    leg.becomes("initiated")
    leg.becomes("ringing")
    with trio.move_on_after(patience) as ringing:
        await trio.sleep(callee.rings)
        if callee.outcome == "no-answer":
            await trio.sleep_forever()
    if ringing.cancelled_caught:
        return "no-answer"
    if callee.outcome in {"busy", "failed"}:
        return callee.outcome
    leg.answer()
    return "in-progress"


def person(leg: Leg, callee: Callee) -> Callable[[], Awaitable[None]]:
    """Return what the callee does on this leg."""

    async def behave() -> None:
        if callee.behave:
            await callee.behave(Phone(leg))
        else:
            await trio.sleep_forever()

    return behave
