"""Calls that the API places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import trio

from voiced.testing.caller.phone import Phone
from voiced.testing.vonage import events
from voiced.testing.vonage.carrier import Vonage, answer_fields
from voiced.testing.vonage.connect import CALLER_HANDLERS, ring
from voiced.testing.vonage.events import Parties
from voiced.testing.vonage.interpreter import Interpreter
from voiced.testing.vonage.leg import Leg
from voiced.testing.vonage.ncco import checked, url_of
from voiced.testing.vonage.settings import Callee, new_uuid

Order = Mapping[str, Any]


def place(vonage: Vonage, order: Order, nursery: trio.Nursery) -> Leg:
    """Place a call, and return its leg; it lives in `nursery`.

    Raises `NccoRefused`, `LookupError`, `TypeError` or `ValueError` for an order that is none.
    """
    [to] = order["to"]
    number = str(to["number"])
    if not number.isdecimal():
        raise ValueError("no number")
    actions = checked(order["ncco"]) if "ncco" in order else None
    hooks = replace(
        vonage.hooks,
        answer_url=url_of(order, "answer_url"),
        answer_method=order.get("answer_method", "GET"),
        event_url=url_of(order, "event_url") or vonage.hooks.event_url,
    )
    if actions is None and not hooks.answer_url:
        raise LookupError("neither ncco nor answer_url")
    parties = Parties(str(order["from"]["number"]), number, f"CON-{new_uuid()}", "outbound")
    leg = Leg(vonage.account, parties, hooks, vonage.faults)
    callee = vonage.account.options.callees.get(number, Callee("timeout"))

    async def program() -> str:
        status = await ring(leg, callee, float(order.get("ringing_timer", 60)), "")
        if status != "answered":
            return status
        if order.get("machine_detection") and callee.machine:
            leg.tell_event(events.machine(leg.parties))
            if order["machine_detection"] == "hangup":
                return "completed"
        run = Interpreter(leg, CALLER_HANDLERS)
        given = await run.fetch(hooks.answer_url, answer_fields(leg)) if actions is None else actions
        with trio.move_on_after(float(order.get("length_timer", 7200))):
            await run.run(given or ())
        return "completed"

    nursery.start_soon(leg.run, program, lambda: _behave(leg, callee))
    return leg


async def _behave(leg: Leg, callee: Callee) -> None:
    if callee.behave:
        await callee.behave(Phone(leg))
    else:
        await trio.sleep_forever()
