"""What the person on an emulated call holds in the hand.

A person is an async function, `async def behave(phone): ...`: it begins when the call is answered, it is cancelled when
the other side ends the call, and when it returns the person hangs up. Sound is mu-law at 8 kHz, time is in seconds
since the answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

import trio

from voiced.testing.caller.journal import Journal
from voiced.testing.caller.line import Line
from voiced.testing.caller.playout import RATE
from voiced.testing.caller.tape import Tape


@dataclass(frozen=True, slots=True)
class Key:
    """A key that was pressed."""

    digit: str


@dataclass(frozen=True, slots=True)
class Speech:
    """Words that were said, where the speaker's script knows them."""

    transcript: str


Input = Key | Speech


class Held(Protocol):
    """The leg that a phone is the end of, of whichever carrier."""

    line: Line
    journal: Journal
    drop_stream: Callable[[], None]

    @property
    def sid(self) -> str:
        """The carrier's id of the call."""
        ...

    def tell(self, what: Input) -> Any:
        """Take what the person does besides speaking."""
        ...

    def hang_up(self, by: str) -> Any:
        """End the call."""
        ...


class Phone:
    """The receiver of one call."""

    def __init__(self, leg: Held) -> None:
        self._leg = leg
        self._line = leg.line

    @property
    def now(self) -> float:
        """Seconds since the call was answered."""
        return self._line.now

    @property
    def call_sid(self) -> str:
        """The call's identifier at the carrier."""
        return self._leg.sid

    @property
    def tape(self) -> Tape:
        """What both sides sounded like so far."""
        return self._line.tape

    @property
    def journal(self) -> Journal:
        """Everything that happened so far."""
        return self._leg.journal

    def drop_stream(self) -> None:
        """Lose the media stream, but not the call: Twilio goes on behind `<Connect>`, Vonage asks what follows.

        How it looks to the application is up to `Faults.ending`.
        """
        self._leg.drop_stream()

    def talk(self, sound: bytes, transcript: str = "") -> float:
        """Begin to say `sound`, after what is being said; return when it will have been said (seconds).

        `transcript` is what `<Gather input="speech">` understands.
        """
        spoken = self._line.mouth.speak(sound, self.now, transcript)
        return spoken.end / RATE

    async def say(self, sound: bytes, transcript: str = "") -> None:
        """Say `sound` and return when the last of it was spoken."""
        await self.wait_until(self.talk(sound, transcript))
        if transcript:
            self._leg.tell(Speech(transcript))

    def hush(self) -> None:
        """Stop in the middle of the word."""
        self._line.mouth.hush(self.now)

    def press(self, digits: str) -> None:
        """Press keys (0-9, * and #), one right after the other."""
        for digit in digits:
            self._leg.journal.note("key", digit=digit)
            self._leg.tell(Key(digit))

    def hang_up(self) -> None:
        """Put the receiver down. What follows in the behaviour is cancelled."""
        self._leg.hang_up("phone")

    async def wait_until(self, at: float) -> None:
        """Return at `at` seconds since the answer."""
        await trio.sleep(at - self.now if at > self.now else 0)

    async def wait(self, seconds: float) -> None:
        """Stay on the line for `seconds`."""
        await trio.sleep(seconds)

    async def wait_for_agent(self, seconds: float = 10.0) -> float:
        """Return once the agent can be heard (now, or from now on), with the time at which it became audible.

        Raises `trio.TooSlowError` after `seconds`.
        """
        began = self._line.now - 0.1
        with trio.fail_after(seconds):
            while True:
                heard = self.tape.agent_audible_until
                if heard is not None and heard / RATE > began:
                    return self.tape.agent_onsets[-1] / RATE
                await self._line.wait_moved()

    async def wait_quiet(self, seconds: float, within: float = 60.0) -> float:
        """Return once the agent could not be heard for `seconds`, with the time at which it fell silent.

        Measured on the sound that was played out: what the agent has queued does not count, nor does its silence.
        Raises `trio.TooSlowError` after `within` seconds.
        """
        with trio.fail_after(within):
            while True:
                last = (self.tape.agent_audible_until or 0) / RATE
                if self.now - last >= seconds:
                    return last
                await self._line.wait_moved()

    async def wait_end(self) -> None:
        """Stay on the line until the other side ends the call."""
        await trio.sleep_forever()

    def agent_audio(self, start: float = 0.0, end: float | None = None) -> bytes:
        """Return what the agent sounded like from `start` to `end` (seconds; now), as mu-law."""
        last = self.now if end is None else end
        return self.tape.agent.cut(round(start * RATE), round(last * RATE))


Behaviour = Callable[[Phone], Awaitable[None]]
"""What a person does once the call is answered; the person hangs up when it returns."""
