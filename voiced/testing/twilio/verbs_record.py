"""`<Record>` and `<Start><Recording>`."""

from __future__ import annotations

import trio

from voiced.testing.caller.phone import Key
from voiced.testing.caller.playout import RATE
from voiced.testing.caller.tones import tone
from voiced.testing.twilio.leg import Leg
from voiced.testing.twilio.recording import Recording
from voiced.testing.twilio.steps import Step, action
from voiced.testing.twilio.twiml import Verb
from voiced.testing.twilio.webhook import absolute

BEEP_SECONDS = 0.3


def recording_of(leg: Leg, verb: Verb, base: str, source: str) -> Recording:
    """Return the recording that a verb with `recordingStatusCallback` and its kin asks for."""
    callback = verb.get("recordingStatusCallback")
    return Recording(
        call_sid=leg.sid,
        start=leg.now,
        source=source,
        track=verb.get("track", "both"),
        callback=absolute(base, callback) if callback else "",
        callback_method=verb.get("recordingStatusCallbackMethod", "POST").upper(),
        callback_events=frozenset(verb.get("recordingStatusCallbackEvent", "completed").split()),
    )


async def start(leg: Leg, verb: Verb, base: str) -> Step | None:
    """Begin recordings in the background; they end with the call."""
    await trio.lowlevel.checkpoint()
    for child in verb.children:
        recording = recording_of(leg, child, base, "StartCallRecordingTwiML")
        recording.channels = 1 if child.get("channels", "dual") == "mono" else 2
        leg.record(recording)
    return None


async def record(leg: Leg, verb: Verb, base: str) -> Step | None:
    """Record the caller until silence, a key or the limit; then `action` with the recording's address."""
    if verb.flag("playBeep", default=True):
        await leg.line.play_out(tone(BEEP_SECONDS, 1000.0))
    recording = recording_of(leg, verb, base, "RecordVerb")
    recording.track = "inbound"
    leg.record(recording)
    keys = verb.get("finishOnKey", "1234567890*#")
    with trio.move_on_after(verb.number("maxLength", 3600)):
        key = await _wait_enough(leg, recording.start, verb.number("timeout", 5), keys)
        recording_key = {"Digits": key} if key else {}
        return _done(leg, verb, base, recording, recording_key)
    return _done(leg, verb, base, recording, {})


def _done(leg: Leg, verb: Verb, base: str, recording: Recording, key: dict[str, str]) -> Step:
    leg.end_recording(recording)
    fields = {
        "RecordingUrl": leg.recording_url(recording),
        "RecordingSid": recording.sid,
        "RecordingDuration": str(round(recording.seconds(leg.now))),
    }
    return action(verb, base, fields | key)


async def _wait_enough(leg: Leg, start: int, timeout: float, keys: str) -> str:  # noqa: ASYNC109 -- TwiML's own word
    """Return the key that ended it, or "" after `timeout` seconds of silence."""
    pressed = ""

    async def listen() -> None:
        nonlocal pressed
        async for what in heard:
            if isinstance(what, Key) and what.digit in keys:
                pressed = what.digit
                nursery.cancel_scope.cancel()

    with leg.listening() as heard:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(listen)
            while leg.now - max(start, leg.line.tape.caller_audible_until) < timeout * RATE:
                await leg.line.wait_moved()
            nursery.cancel_scope.cancel()
    return pressed
