"""`<Dial>`: ring somebody, whisper, bridge both lines, and say how it went."""

from __future__ import annotations

import re

import trio

from voiced.testing.caller.line import Line
from voiced.testing.caller.mouth import MouthFrame
from voiced.testing.caller.phone import Key
from voiced.testing.twilio import verbs_gather, verbs_sound
from voiced.testing.twilio.interpreter import Handler, Interpreter
from voiced.testing.twilio.leg import Leg
from voiced.testing.twilio.recording import Recording, new_sid
from voiced.testing.twilio.ringing import person, ring
from voiced.testing.twilio.settings import Callee, Hooks
from voiced.testing.twilio.steps import Fetch, Step, action
from voiced.testing.twilio.twiml import Verb
from voiced.testing.twilio.verbs_record import recording_of
from voiced.testing.twilio.webhook import Parties, Status, absolute

BAD_NUMBER = 13224
"""Twilio's error about a number that cannot be dialled."""

WHISPER_HANDLERS: dict[str, Handler] = {
    "Gather": verbs_gather.gather,
    "Pause": verbs_sound.pause,
    "Play": verbs_sound.play,
    "Say": verbs_sound.say,
}
"""The verbs that `<Number url>` may use on the callee's leg."""


class Bridge:
    """Carries one line's frames to the other line's ear."""

    def __init__(self, other: Line) -> None:
        self._other = other

    async def frame(self, _index: int, frame: MouthFrame) -> None:
        """Let the other side hear the frame."""
        self._other.hear(frame.line)

    async def echo(self, _name: str) -> None:
        """There are no marks between telephones."""


class Dialled:
    """The callee's leg, and how far it came."""

    def __init__(self, leg: Leg, verb: Verb, base: str) -> None:
        self.verb = verb
        self.base = base
        number = verb.child("Number") or Verb("Number", text=verb.text)
        self.callee = leg.account.options.callees.get(number.text, Callee("no-answer"))
        self.whisper = absolute(base, number.get("url")) if number.get("url") else ""
        self.whisper_method = number.get("method", "POST").upper()
        status_url = number.get("statusCallback")
        hooks = Hooks(
            "",
            status_url=absolute(base, status_url) if status_url else "",
            status_method=number.get("statusCallbackMethod", "POST").upper(),
            status_events=frozenset(number.get("statusCallbackEvent", "completed").split()),
        )
        caller_id = verb.get("callerId", leg.parties.caller)
        parties = Parties(leg.account.sid, new_sid("CA"), caller_id, number.text, "outbound-dial", leg.sid)
        self.leg = Leg(leg.account, parties, hooks, leg.faults)
        self.ready = trio.Event()
        """The callee has answered and heard the whisper: both may talk."""

    async def program(self) -> Status:
        """Ring, whisper, and stay until somebody hangs up."""
        status = await ring(self.leg, self.callee, self.verb.number("timeout", 30))
        if status != "in-progress":
            return status
        if self.whisper:
            whispered = Interpreter(self.leg, WHISPER_HANDLERS)
            await whispered.run(Fetch(self.whisper, self.whisper_method))
            if whispered.hung_up:
                return "completed"
        self.ready.set()
        await self.leg.over.wait()
        return "completed"

    async def run(self) -> None:
        """Live the callee's leg."""
        await self.leg.run(self.program, person(self.leg, self.callee))

    def fields(self, bridged_for: float | None) -> dict[str, str]:
        """Return what the action is told."""
        fields = {
            "DialCallStatus": self.leg.status,
            "DialCallSid": self.leg.sid,
            "DialBridged": str(bridged_for is not None).lower(),
        }
        return fields | ({"DialCallDuration": str(round(bridged_for))} if bridged_for is not None else {})


async def dial(leg: Leg, verb: Verb, base: str) -> Step | None:
    """Connect the caller with somebody; then `action`, or the next verb."""
    dialled = Dialled(leg, verb, base)
    number = dialled.leg.parties.called
    if not re.fullmatch(r"\+[1-9]\d{6,14}", number):
        leg.journal.error(BAD_NUMBER, "the number to dial is not E.164")
        return _after(verb, base, {"DialCallStatus": "failed", "DialBridged": "false"})
    if len([child for child in verb.children if child.name == "Number"]) > 1:
        leg.journal.warning(0, "only the first <Number> rings on this emulator")
    leg.journal.note("dial", number=number, call_sid=dialled.leg.sid, journal=dialled.leg.journal)
    leg.dialled.append(dialled.leg)
    leg.background.start_soon(dialled.run)
    try:
        bridged_for = await _talk(leg, dialled)
    finally:
        dialled.leg.hang_up("dial")
        with trio.CancelScope(shield=True):
            await dialled.leg.over.wait()
    return _after(verb, base, dialled.fields(bridged_for))


def _after(verb: Verb, base: str, fields: dict[str, str]) -> Step | None:
    return action(verb, base, fields) if "action" in verb.attributes else None


async def _talk(leg: Leg, dialled: Dialled) -> float | None:
    """Bridge both lines once the callee is there, until it ends; return for how many seconds, None for never."""
    async with trio.open_nursery() as nursery:
        for event in (dialled.ready, dialled.leg.over):
            nursery.start_soon(_cancel_after, event, nursery.cancel_scope)
    if not dialled.ready.is_set() or dialled.leg.over.is_set():
        return None
    recording = _recording(leg, dialled)
    began = trio.current_time()
    leg.line.connect(Bridge(dialled.leg.line))
    dialled.leg.line.connect(Bridge(leg.line))
    try:
        with trio.move_on_after(dialled.verb.number("timeLimit", 14_400)):
            await _wait_hung_up(leg, dialled)
    finally:
        leg.line.connect(None)
        dialled.leg.line.connect(None)
        if recording:
            leg.end_recording(recording)
    return trio.current_time() - began


def _recording(leg: Leg, dialled: Dialled) -> Recording | None:
    """Begin the recording that the verb asks for (`record-from-answer`, `-dual`)."""
    asked = dialled.verb.get("record", "do-not-record")
    if asked in {"do-not-record", "false"}:
        return None
    recording = recording_of(leg, dialled.verb, dialled.base, "DialVerb")
    recording.channels = 2 if asked.endswith("dual") else 1
    leg.record(recording)
    return recording


async def _wait_hung_up(leg: Leg, dialled: Dialled) -> None:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(_cancel_after, dialled.leg.over, nursery.cancel_scope)
        with leg.listening() as heard:
            async for what in heard:
                if isinstance(what, Key) and what.digit == "*" and dialled.verb.flag("hangupOnStar", default=False):
                    nursery.cancel_scope.cancel()


async def _cancel_after(event: trio.Event, scope: trio.CancelScope) -> None:
    await event.wait()
    scope.cancel()
