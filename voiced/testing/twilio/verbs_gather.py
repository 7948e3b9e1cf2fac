"""`<Gather>`."""

from __future__ import annotations

import trio

from voiced.testing.caller.phone import Input, Key
from voiced.testing.twilio.gather import Gather, Gathered
from voiced.testing.twilio.leg import Leg
from voiced.testing.twilio.steps import Step, action
from voiced.testing.twilio.twiml import Verb
from voiced.testing.twilio.verbs_sound import pause, play, say

_PROMPTS = {"Say": say, "Play": play, "Pause": pause}


async def gather(leg: Leg, verb: Verb, base: str) -> Step | None:
    """Prompt, listen, and ask `action` with what came; nothing came: the next verb, unless asked otherwise."""
    state = Gather(verb)
    with leg.listening() as heard:
        first = await _prompt(leg, verb, base, heard)
        state.prompted(trio.current_time())
        result = await _listen(state, first, heard)
    if result.empty and not verb.flag("actionOnEmptyResult", default=False):
        return None
    return action(verb, base, state.fields(result))


async def _prompt(leg: Leg, verb: Verb, base: str, heard: trio.MemoryReceiveChannel[Input]) -> Input | None:
    """Play what is nested within; return the input that cut it short, if any did and may."""
    first: list[Input] = []

    async def listen() -> None:
        first.append(await heard.receive())
        nursery.cancel_scope.cancel()

    async with trio.open_nursery() as nursery:
        if verb.flag("bargeIn", default=True):
            nursery.start_soon(listen)
        for child in verb.children:
            await _PROMPTS[child.name](leg, child, base)
        nursery.cancel_scope.cancel()
    return first[0] if first else None


async def _listen(state: Gather, first: Input | None, heard: trio.MemoryReceiveChannel[Input]) -> Gathered:
    what = first
    while True:
        if what is None:
            with trio.move_on_at(state.deadline):
                what = await heard.receive()
        if what is None:
            return state.expire()
        at = trio.current_time()
        result = state.digit(what.digit, at) if isinstance(what, Key) else state.speech(what.transcript, at)
        if result:
            return result
        what = None
