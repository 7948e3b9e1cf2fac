"""Playing a screenplay on the stage: a generator that is asked once for each frame of 20 ms, and never waits itself.

A line that does not come true ends the performance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from voiced.call.feed import Feed
from voiced.errors import ProviderOverloaded
from voiced.testing.fakes import noise, spell
from voiced.testing.scenario import (
    Agent,
    Caller,
    Ends,
    Keys,
    Line,
    Scenario,
    ToolUse,
    agent_line,
    caller_line,
    ends_line,
    keys_line,
    tool_line,
)
from voiced.testing.stage.carrier import Carrier
from voiced.testing.stage.house import Cast
from voiced.text.normalise import bare
from voiced.text.pronunciations import Pronunciations

TOLD = 100
"""Characters of what was heard that a failure repeats."""
UTTERANCE = 30.0
"""Seconds that an utterance may take, besides what its line allows for it to begin."""
TOOL = 15.0

Frames = Iterator[None]


class Happenings(Feed):
    """The call's live feed, kept."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[dict[str, Any]] = []

    def publish(self, event: dict[str, Any]) -> None:
        """Keep an event."""
        self.events.append(event)
        super().publish(event)

    def of(self, name: str) -> list[dict[str, Any]]:
        """Return the events of one kind."""
        return [event for event in self.events if event["event"] == name]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened on the stage, while the line with this index was played."""

    at: float
    who: str
    text: str


def _end(text: str) -> str:
    """Return the end of what was heard: the transcript has all of it."""
    words = text.strip()
    return words if len(words) <= TOLD else f"... {words[-TOLD:].partition(' ')[2]}"


class Unmet(Exception):
    """A line did not come true."""


@dataclass(slots=True)
class Script:
    """One performance of a screenplay."""

    scenario: Scenario
    carrier: Carrier
    cast: Cast
    happenings: Happenings
    clock: Callable[[], float]
    said: Pronunciations
    """How the flow has words said: what a line wants to hear may be written, or as it is said."""
    entries: list[Entry] = field(default_factory=list)
    began: list[float] = field(default_factory=list)
    """When each line that was reached began."""
    failure: str = ""
    _cursor: int = 0  # how much of what was heard earlier lines have taken
    _since: float = 0.0  # the end of the line before

    def frames(self) -> Frames:
        """Play; each step is one frame."""
        for line in self.scenario.call:
            self.began.append(self.clock())
            try:
                yield from self._perform(line)
            except Unmet as unmet:
                self.failure = str(unmet)
                return

    def _perform(self, line: Line) -> Frames:
        if (agent := agent_line(line)) is not None:
            yield from self._hear(agent)
        elif (said := caller_line(line)) is not None:
            yield from self._say(said)
        elif (keys := keys_line(line)) is not None:
            yield from self._press(keys)
        elif (tool := tool_line(line)) is not None:
            yield from self._tool(tool)
        elif (ends := ends_line(line)) is not None:
            yield from self._ends(ends)
        elif line.dial is not None:
            yield from self._dial(line)
        else:
            yield from self._plain(line)

    def _plain(self, line: Line) -> Frames:
        """Play a line that expects nothing."""
        if line.unheard is not None:
            self._unheard(line.unheard)
        elif line.silence is not None:
            yield from self._pass(line.silence)
        elif line.noise is not None:
            yield from self._voice(noise(line.noise), "(sound without words)")
        elif line.drop:
            self._note("stage", "the line drops")
            self.carrier.drop(self.clock())
        elif line.hangup:
            self._note("caller", "(hangs up)")
            self.carrier.hang_up()
        else:
            self._provider(line.fails or line.works or "", broken=line.fails is not None)

    # --- waiting ---

    def _pass(self, seconds: float) -> Frames:
        until = self.clock() + seconds
        while self.clock() < until:
            yield
        self._since = self.clock()

    def _until(self, condition: Callable[[], bool], deadline: float) -> Iterator[None]:
        """Wait; raise `Unmet` without words after the deadline."""
        while not condition():
            if self.clock() > deadline:
                raise Unmet
            yield

    def _turn(self, over: float | None, after: float, what: str) -> Frames:
        """Wait for the moment to do `what`."""
        phone = self.carrier.phone
        try:
            if over is None:
                yield from self._until(lambda: self._quiet(after), self.clock() + 2 * UTTERANCE)
            else:
                yield from self._until(lambda: phone.hearing.speaking(self.clock()), self.clock() + UTTERANCE)
                yield from self._pass(phone.hearing.utterances[-1].start + over - self.clock())
        except Unmet:
            raise Unmet(f"the moment to {what} did not come") from None
        if self.carrier.state != "talking":
            raise Unmet(f"the line was closed before the moment to {what}")

    def _quiet(self, seconds: float) -> bool:
        phone, at = self.carrier.phone, self.clock()
        if self.carrier.state == "over":
            return True
        return (
            self.carrier.state == "talking"
            and not phone.talking
            and at - max(phone.hearing.quiet_since, phone.spoke_until) >= seconds
        )

    # --- lines ---

    def _hear(self, agent: Agent) -> Frames:
        hearing, looked, says = self.carrier.phone.hearing, self._cursor, self.said.respell(agent.says)
        while True:
            end = hearing.words_end(self._cursor)
            if end > looked and hearing.may_end(says, looked, end):
                found = hearing.find(says, self._cursor, looked)
                if found is not None:
                    break
            looked = max(looked, end)
            if self.clock() > self._since + agent.within + UTTERANCE or self._silent_for_good():
                raise Unmet(f"expected to hear {agent.says!r}, heard {_end(hearing.text[self._cursor :])!r}")
            yield
        start, self._cursor = found
        if start > self._since + agent.within:
            raise Unmet(f"{agent.says!r} began {start - self._since:.1f} s after the line before")
        self._since = self.clock()

    def _silent_for_good(self) -> bool:
        over = self.carrier.state == "over"
        return over and not self.carrier.phone.hearing.speaking(self.clock())

    def _say(self, said: Caller) -> Frames:
        yield from self._turn(said.over, said.after, f"say {said.says!r}")
        yield from self._voice(spell(said.interim or said.says), said.says)

    def _voice(self, sound: bytes, text: str) -> Frames:
        phone = self.carrier.phone
        self._note("caller", text)
        phone.say(sound)
        while phone.talking and self.carrier.state == "talking":
            yield
        self._since = self.clock()

    def _press(self, keys: Keys) -> Frames:
        yield from self._turn(keys.over, keys.after, f"press {keys.keys}")
        self._note("caller", f"(presses {keys.keys})")
        for key in keys.keys:
            self.carrier.phone.tell(f"key {key}")
            yield from self._pass(0.2)

    def _unheard(self, words: str) -> None:
        if bare(self.said.respell(words)) in bare(self.carrier.phone.hearing.text):
            raise Unmet(f"{words!r} was heard")

    def _tool(self, wanted: ToolUse) -> Frames:
        tool = self.cast.tools.get(wanted.name)
        if tool is None:
            raise Unmet(f"no step of the flow and nothing in the scenario knows the tool {wanted.name}")

        def used() -> bool:
            return any(
                all(_same(use.arguments.get(key), value) for key, value in wanted.with_.items()) for use in tool.used
            )

        try:
            yield from self._until(used, self.clock() + TOOL)
        except Unmet:
            seen = [dict(use.arguments) for use in tool.used]
            raise Unmet(f"expected tool {wanted.name} with {wanted.with_}, saw {seen or 'no use'}") from None

    def _dial(self, line: Line) -> Frames:
        assert line.dial is not None
        try:
            yield from self._until(lambda: self.carrier.state == "ringing", self.clock() + UTTERANCE)
        except Unmet:
            raise Unmet("no transfer was begun") from None
        self._note("stage", f"the person called: {line.dial}")
        self.carrier.answer(line.dial)
        self._since = self.clock()

    def _ends(self, ends: Ends) -> Frames:
        if ends.by == "transfer":
            yield from self._over(lambda: self.carrier.state in {"ringing", "over"}, ends)
            self.carrier.answer("answered")
        yield from self._over(lambda: bool(self.happenings.of("call.ended")), ends)
        by = self.happenings.of("call.ended")[-1]["by"]
        if by != ends.by:
            raise Unmet(f"expected the call to be ended by {ends.by}, was ended by {by}")

    def _over(self, condition: Callable[[], bool], ends: Ends) -> Frames:
        try:
            yield from self._until(condition, self._since + ends.within + UTTERANCE)
        except Unmet:
            raise Unmet(f"expected the call to be ended by {ends.by}, was not ended") from None

    def _provider(self, kind: str, *, broken: bool) -> None:
        self._note("stage", f"{kind} {'fails' if broken else 'works again'}")
        error = ProviderOverloaded(f"{kind} is down", provider="scripted") if broken else None
        self.cast.fail(kind, error)

    def _note(self, who: str, text: str) -> None:
        self.entries.append(Entry(self.clock(), who, text))


def _same(given: Any, wanted: Any) -> bool:
    if isinstance(given, str) and isinstance(wanted, str):
        return bare(given) == bare(wanted)
    return bool(given == wanted)
