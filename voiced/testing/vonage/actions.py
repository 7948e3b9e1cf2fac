"""The actions that make or take sound: talk, stream, wait, notify, input, record, conversation."""

from __future__ import annotations

from typing import Any

import trio

from voiced.testing.caller.phone import Key, Speech
from voiced.testing.caller.playout import RATE
from voiced.testing.caller.tones import read_aloud, tone
from voiced.testing.twilio.recording import Recording
from voiced.testing.vonage import events
from voiced.testing.vonage.interpreter import Handler, Interpreter, Replacement
from voiced.testing.vonage.leg import Leg
from voiced.testing.vonage.ncco import Action, url_of

STREAMED = tone(0.2, 523.0)
"""What every file that is streamed sounds like here."""


async def talk(run: Interpreter, action: Action, _rest: list[Action]) -> Replacement:
    """Read a text aloud; with `bargeIn`, until a key is pressed or the person speaks."""
    await _play(run.leg, read_aloud(action["text"]), action)
    return None


async def stream(run: Interpreter, action: Action, _rest: list[Action]) -> Replacement:
    """Play a file: a short tone here, whatever it holds."""
    await _play(run.leg, STREAMED, action)
    return None


async def _play(leg: Leg, sound: bytes, action: Action) -> None:
    leg.answer()
    async with trio.open_nursery() as nursery:
        if action.get("bargeIn"):
            nursery.start_soon(_until_interrupted, leg, nursery.cancel_scope)
        for _ in range(int(action.get("loop", 1)) or 1000):
            await leg.line.play_out(sound)
        nursery.cancel_scope.cancel()


async def _until_interrupted(leg: Leg, scope: trio.CancelScope) -> None:
    with leg.listening() as heard:
        await heard.receive()
    scope.cancel()


async def wait(run: Interpreter, action: Action, _rest: list[Action]) -> Replacement:
    """Wait for `timeout` seconds."""
    run.leg.answer()
    await trio.sleep(float(action.get("timeout", 10)))
    return None


async def notify(run: Interpreter, action: Action, _rest: list[Action]) -> Replacement:
    """Tell the application something of its own; the answer may replace what follows."""
    parties = run.leg.parties
    more = {"conversation_uuid": parties.conversation, "timestamp": events.now()}
    return await run.ask_event(url_of(action), {"payload": action.get("payload", {}), **more})


async def take_input(run: Interpreter, action: Action, _rest: list[Action]) -> Replacement:
    """Listen for keys and words; the answer to what came may replace what follows."""
    leg = run.leg
    leg.answer()
    digits, words = await _listen(leg, action)
    fields: dict[str, Any] = events.event(leg.parties, "input")
    del fields["status"]
    if "dtmf" in action["type"]:
        fields["dtmf"] = {"digits": digits, "timed_out": not digits}
    if "speech" in action["type"]:
        results = [{"text": words, "confidence": "0.93"}] if words else []
        fields["speech"] = {
            "results": results,
            "timeout_reason": "end_on_silence_timeout" if words else "start_timeout",
        }
    return await run.ask_event(url_of(action) or leg.hooks.event_url, fields)


async def _listen(leg: Leg, action: Action) -> tuple[str, str]:
    """Return the keys and the words that came in time."""
    how, speech = action.get("dtmf", {}), action.get("speech", {})
    patience, most = float(how.get("timeOut", 3)), int(how.get("maxDigits", 4))
    pause = float(speech.get("endOnSilence", 2))
    digits, words = "", ""
    with leg.listening() as heard:
        while len(digits) < most:
            with trio.move_on_after(pause if words else patience) as late:
                what = await heard.receive()
            if late.cancelled_caught or (isinstance(what, Key) and what.digit == "#" and how.get("submitOnHash", True)):
                break
            if isinstance(what, Speech) and "speech" in action["type"]:
                words = f"{words} {what.transcript}".strip()
            elif isinstance(what, Key) and "dtmf" in action["type"]:
                digits += what.digit
    return digits, words


async def record(run: Interpreter, action: Action, _rest: list[Action]) -> Replacement:
    """Begin to record, and go on; it ends by its own rules, or with the call, and is told."""
    leg = run.leg
    leg.answer()
    channels = 2 if action.get("split") == "conversation" else 1
    recording = Recording(leg.sid, leg.now, "record", channels)
    leg.recordings[recording.sid] = recording
    leg.background.start_soon(_record, leg, recording, action)
    await trio.lowlevel.checkpoint()
    return None


async def _record(leg: Leg, recording: Recording, action: Action) -> None:
    began = events.now()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(_cancel_after, leg.over, nursery.cancel_scope)
        if "endOnKey" in action:
            nursery.start_soon(_until_key, leg, action["endOnKey"], nursery.cancel_scope)
        if "endOnSilence" in action:
            nursery.start_soon(_until_silence, leg, float(action["endOnSilence"]), nursery.cancel_scope)
        await trio.sleep(float(action.get("timeOut", 7200)))
        nursery.cancel_scope.cancel()
    recording.stop(leg.now)
    size = len(recording.wav(leg.line.tape))
    url = f"https://api.nexmo.com/v1/files/{recording.sid}"
    told = {"recording_url": url, "recording_uuid": recording.sid, "size": size, "start_time": began}
    more = {"end_time": events.now(), "conversation_uuid": leg.parties.conversation, "timestamp": events.now()}
    leg.tell_event({**told, **more}, url_of(action))


async def _cancel_after(event: trio.Event, scope: trio.CancelScope) -> None:
    await event.wait()
    scope.cancel()


async def _until_key(leg: Leg, digit: str, scope: trio.CancelScope) -> None:
    with leg.listening() as heard:
        async for what in heard:
            if isinstance(what, Key) and what.digit == digit:
                scope.cancel()


async def _until_silence(leg: Leg, seconds: float, scope: trio.CancelScope) -> None:
    began = leg.now
    while leg.now - max(began, leg.line.tape.caller_audible_until) < seconds * RATE and not leg.over.is_set():
        await leg.line.wait_moved()
    scope.cancel()


async def conversation(run: Interpreter, action: Action, _rest: list[Action]) -> Replacement:
    """Enter a conversation by its name, and stay."""
    leg = run.leg
    leg.answer()
    leg.journal.note("conversation", name=action.get("name", ""))
    return await trio.sleep_forever()


HANDLERS: dict[str, Handler] = {
    "talk": talk,
    "stream": stream,
    "wait": wait,
    "notify": notify,
    "input": take_input,
    "record": record,
}
"""What any leg may do; only a caller's enters conversations and connects."""
