"""An emulated Asterisk: it takes a caller, and does what the dialplan of the plugin's page does."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlencode
from uuid import uuid4

import trio

from voiced.errors import ProviderError
from voiced.net import Network
from voiced.testing.audiosocket.channel import Channel, Far
from voiced.testing.audiosocket.faults import Faults
from voiced.testing.caller.journal import Journal
from voiced.testing.caller.line import Line
from voiced.testing.caller.phone import Behaviour, Input, Key, Phone
from voiced.testing.caller.report import Report as OfCaller
from voiced.testing.emulator.roads import NEAR, Roads, far

ASK_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(OfCaller):
    """What one call was like: `answers` are the lines that the dialplan was told, in order."""

    uuid: str
    answers: tuple[str, ...]


class Leg:
    """The caller's channel, for as long as it is up. See `voiced.testing.caller.phone.Held`."""

    def __init__(self, faults: Faults, noise: bytes, roads: Roads, number: int) -> None:
        self.roads, self.number = roads, number
        self.sid = str(uuid4())
        self.journal = Journal(trio.current_time)
        self.line = Line(self.journal, noise=noise)
        self.faults = faults
        self.drop_stream: Callable[[], None] = lambda: None
        self.far: Far = lambda stream: stream
        self.channel: Channel | None = None
        self.plan = trio.CancelScope()
        self._keys, self.pressed = trio.open_memory_channel[str](50)

    def tell(self, what: Input) -> None:
        """Take a key."""
        if isinstance(what, Key):
            self._keys.send_nowait(what.digit)

    def hang_up(self, by: str) -> None:
        """End the call."""
        self.journal.note("call", hung_up_by=by)
        self.plan.cancel()


class Asterisk:
    """A telephone system with one dialplan.

    Args:
        url: Where voiced listens: `http://127.0.0.1:8080`.
        key: Its password.
        callees: The `DIALSTATUS` of the people who can be dialled; others do not answer.
        roads: How long its questions and the sound take; there are no marks.
    """

    def __init__(self, url: str, key: str, *, callees: Mapping[str, str] | None = None, roads: Roads = NEAR) -> None:
        self._roads, self._calls = roads, count()
        self._url = f"{url}/voice/audiosocket"
        self._headers = {"authorization": "Basic " + base64.b64encode(f"asterisk:{key}".encode()).decode()}
        self._callees = dict(callees or {})

    async def call(
        self,
        behave: Behaviour,
        *,
        caller: str = "+33612345678",
        called: str = "+33912345678",
        faults: Faults | None = None,
        noise: bytes = b"",
    ) -> Report:
        """Let `caller` call `called` and behave so; return when the call is over."""
        leg = Leg(faults or Faults(), noise, self._roads, next(self._calls))
        who = {"uuid": leg.sid, "from": caller, "to": called}
        call = _Call(leg, Asking(self._url, self._headers, who, leg), self._callees)
        async with trio.open_nursery() as nursery:
            leg.far = lambda stream: far(stream, leg.roads, leg.number, nursery)
            nursery.start_soon(leg.line.run)
            nursery.start_soon(_keys, leg)
            nursery.start_soon(_behave, leg, behave)
            await call.live()
            seconds = leg.line.now
            nursery.cancel_scope.cancel()
        return Report(
            uuid=leg.sid,
            seconds=seconds,
            journal=leg.journal,
            tape=leg.line.tape,
            spoken=tuple(leg.line.mouth.spoken),
            answers=tuple(call.answers),
        )


class Asking:
    """What `CURL()` does in the dialplan."""

    def __init__(self, url: str, headers: Mapping[str, str], who: Mapping[str, str], leg: Leg) -> None:
        self._url, self._headers, self._who, self._journal = url, headers, who, leg.journal
        self._late = leg.roads.delays("webhook", leg.number)
        self._net = Network("asterisk")

    async def __call__(self, path: str, **fields: str) -> str:
        """Ask; return the answer's body, "" when there is none, as `CURL()` does."""
        url = f"{self._url}/{path}?{urlencode({**self._who, **fields})}"
        body, late = "", await self._late.wait()
        try:
            with trio.move_on_after(ASK_SECONDS):
                body = (await self._net.request("GET", url, headers=self._headers)).body.decode()
        except ProviderError as error:
            self._journal.note("curl.failed", path=path, error=type(error).__name__)
        self._journal.note("curl", path=path, fields=fields, answer=body, late=late)
        return body

    async def close(self) -> None:
        """Give the connections back."""
        await self._net.aclose()


class _Call:
    """The dialplan, as one caller goes through it."""

    def __init__(self, leg: Leg, ask: Asking, callees: Mapping[str, str]) -> None:
        self._leg, self._ask, self._callees = leg, ask, callees
        self.answers: list[str] = []

    async def live(self) -> None:
        """From the first priority to the `h` extension."""
        try:
            with self._leg.plan:
                follows = await self._ask("inbound")
                while follows:
                    self.answers.append(follows)
                    follows = await self._step(follows.split("|"))
        finally:
            with trio.CancelScope(shield=True):
                await self._ask("over")
                await self._ask.close()

    async def _step(self, line: Sequence[str]) -> str:
        match line:
            case ["stream", place]:
                return await self._open(*place.split("/"))
            case ["dial", number, _seconds, _caller_id]:
                return await self._ask("dialled", result=self._callees.get(number, "NOANSWER"))
            case ["hangup" | "sorry" | "busy"]:
                return ""
        self._leg.journal.failure(f"the dialplan knows no {line[0]}")
        return ""

    async def _open(self, address: str, call: str) -> str:
        leg = self._leg
        leg.channel = Channel(leg.line, leg.journal, leg.faults, leg.far)
        with trio.CancelScope() as dropped:
            leg.drop_stream = dropped.cancel
            result = await leg.channel.run(address, call)
            if result != "ended" and leg.faults.form == "app":
                leg.hang_up("the stream broke")  # AudioSocket() returned -1
                await trio.lowlevel.checkpoint()
        leg.channel = None
        return await self._ask("after")


async def _keys(leg: Leg) -> None:
    async for digit in leg.pressed:
        if leg.channel is not None:
            await leg.channel.press(digit)


async def _behave(leg: Leg, behave: Behaviour) -> None:
    await behave(Phone(leg))
    leg.hang_up("phone")
