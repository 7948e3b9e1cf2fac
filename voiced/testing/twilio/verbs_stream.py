"""`<Connect><Stream>`."""

from __future__ import annotations

import trio

from voiced.testing.twilio.leg import Leg
from voiced.testing.twilio.media import MediaStream
from voiced.testing.twilio.steps import Step, action
from voiced.testing.twilio.twiml import Verb


async def connect(leg: Leg, verb: Verb, base: str) -> Step | None:
    """Hold the call on the stream until the application closes it; then `action`, or the next verb.

    Whoever ends the verb from outside (a hang-up, an update) ends the stream in good order first.
    """
    described = verb.child("Stream")
    assert described is not None
    stream = MediaStream(leg, described, base)
    leg.drop_stream = stream.stop
    leg.nursery.start_soon(stream.run)
    try:
        await stream.done.wait()
    except trio.Cancelled:
        stream.stop()
        with trio.CancelScope(shield=True):
            await stream.done.wait()
        raise
    return action(verb, base, {}) if "action" in verb.attributes else None
