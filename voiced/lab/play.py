"""Playing a scenario against a running worker: an emulated caller with real speech, over real sockets.

The caller goes by what is heard at their ear; whether the lines were right is read from what the worker tells.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import trio

from voiced.lab.happenings import Happening, Happenings
from voiced.lab.voices import Voice, recorded
from voiced.testing.scenario import (
    Caller,
    Keys,
    Line,
    Scenario,
    agent_line,
    caller_line,
    ends_line,
    keys_line,
    tool_line,
)
from voiced.testing.twilio import Phone
from voiced.text.normalise import bare

UTTERANCE = 30.0
"""Seconds that an utterance may take, besides what its line allows for it to begin."""
TOOL = 15.0
TAIL = 1.0


@dataclass(slots=True)
class Play:
    """One performance of a scenario."""

    scenario: Scenario
    happenings: Happenings
    voice: Voice
    beside: Path | None = None
    saying: Callable[[str], None] = lambda _words: None
    """Told when the caller begins to say something."""
    failures: list[str] = field(default_factory=list)
    _sounds: dict[str, bytes] = field(default_factory=dict)
    _cursor: int = 0  # the first event that no line has been matched with
    _line: int = 0  # the line under way
    _said_until: float = -math.inf  # when the caller last fell silent

    async def prepare(self) -> None:
        """Make the sound of every sentence before the phone rings."""
        for line in self.scenario.call:
            said = caller_line(line)
            if said is not None and said.says not in self._sounds:
                self._sounds[said.says] = await self._sound(said)

    def script(self) -> list[tuple[str, bytes]]:
        """Return what the caller will say, in order, each with its sound; after `prepare`."""
        spoken = [said.says for line in self.scenario.call if (said := caller_line(line)) is not None]
        return [(words, self._sounds[words]) for words in spoken]

    async def behave(self, phone: Phone) -> None:
        """Be the caller. A line that does not come true ends the call."""
        while self._line < len(self.scenario.call) and not self.failures:
            self._note(await self._perform(self.scenario.call[self._line], phone))
        await phone.wait(TAIL)

    async def finish(self) -> None:
        """Look at the lines that were left when the call ended: nothing can be said any more, much can be checked."""
        while self._line < len(self.scenario.call) and not self.failures:
            line = self.scenario.call[self._line]
            spoken = caller_line(line) or line.dtmf or line.hangup
            self._note("the call ended before it" if spoken else await self._check(line))
        self.failures += unmet(self.scenario, self.happenings)

    def _note(self, fault: str | None) -> None:
        self._line += 1
        if fault is not None:
            self.failures.append(f"line {self._line}: {fault}")

    async def _sound(self, said: Caller) -> bytes:
        return recorded(said.audio, self.beside) if said.audio else await self.voice(said.says)

    async def _perform(self, line: Line, phone: Phone) -> str | None:
        said = caller_line(line)
        if said is not None:
            return await self._speak(said, phone)
        keys = keys_line(line)
        if keys is not None:
            return await self._press(keys, phone)
        if line.silence is not None:
            await phone.wait(line.silence)
        elif line.hangup:
            phone.hang_up()
        else:
            return await self._check(line)
        return None

    async def _check(self, line: Line) -> str | None:
        agent, tool, ends = agent_line(line), tool_line(line), ends_line(line)
        if agent is not None:
            return await self._expect_words(agent.says, agent.within)
        if tool is not None:
            return await self._expect_tool(tool.name, tool.with_)
        if ends is not None:
            return await self._expect_end(ends.by, ends.within)
        if line.unheard is not None:
            return self._unheard(line.unheard)
        return None if line.silence is not None else "this line can only be played in virtual time"

    async def _speak(self, said: Caller, phone: Phone) -> str | None:
        sound = self._sounds.get(said.says) or await self._sound(said)
        try:
            if said.over is None:
                await phone.wait_until(self._said_until + said.after)  # let the agent begin to answer what was said
                await phone.wait_quiet(said.after)
            else:
                began = await phone.wait_for_agent(UTTERANCE)
                await phone.wait_until(began + said.over)
        except trio.TooSlowError:
            return f"the agent was not {'quiet' if said.over is None else 'heard'} in time to say {said.says!r}"
        self.saying(said.says)
        await phone.say(sound, said.says)
        self._said_until = phone.now
        return None

    async def _press(self, keys: Keys, phone: Phone) -> str | None:
        try:
            if keys.over is None:
                await phone.wait_quiet(keys.after)
            else:
                await phone.wait_until(await phone.wait_for_agent(UTTERANCE) + keys.over)
        except trio.TooSlowError:
            return f"the time to press {keys.keys} did not come"
        phone.press(keys.keys)
        return None

    async def _expect_words(self, words: str, within: float) -> str | None:
        wanted = bare(words)
        index = await self.happenings.wait_for(
            lambda event: event["event"] == "agent.said" and wanted in bare(event["text"]),
            self._cursor,
            within + UTTERANCE,
        )
        if index is None:
            heard = [
                event["text"] for event in self.happenings.events[self._cursor :] if event["event"] == "agent.said"
            ]
            return f"expected to hear {words!r}, heard {heard or 'nothing'}"
        self._cursor = index + 1
        return None

    async def _expect_tool(self, name: str, arguments: dict[str, Any]) -> str | None:
        def called(event: Happening) -> bool:
            given = event.get("arguments", {})
            fits = all(_same(given.get(key), value) for key, value in arguments.items())
            return event["event"] == "tool.returned" and event["name"] == name and fits

        if await self.happenings.wait_for(called, 0, TOOL) is None:
            seen = [(event["name"], event["arguments"]) for event in self.happenings.of("tool.returned")]
            return f"expected tool {name} with {arguments}, saw {seen or 'none'}"
        return None

    async def _expect_end(self, by: str, within: float) -> str | None:
        index = await self.happenings.wait_for(lambda event: event["event"] == "call.ended", 0, within + UTTERANCE)
        ended = None if index is None else self.happenings.events[index]["by"]
        return None if ended == by else f"expected the call to be ended by {by}, was {ended or 'not ended'}"

    def _unheard(self, words: str) -> str | None:
        heard = any(bare(words) in bare(event["text"]) for event in self.happenings.of("agent.said"))
        return f"{words!r} was heard" if heard else None


def _same(given: Any, wanted: Any) -> bool:
    if isinstance(given, str) and isinstance(wanted, str):
        return bare(given) == bare(wanted)
    return bool(given == wanted)


def _answers(happenings: Happenings) -> list[Happening]:
    """Return what the agent said in answer to a turn: neither the greeting nor what followed it."""
    return [event for event in happenings.of("agent.said") if event["latency"] and not event.get("opening")]


def unmet(scenario: Scenario, happenings: Happenings) -> list[str]:
    """Return what of the scenario's outcome is not so."""
    decisions = [event["decision"] for event in happenings.of("consent")]
    consent = decisions[-1] if decisions else "unknown"
    wanted = scenario.expect.consent
    faults = [] if wanted in {None, consent} else [f"consent is {consent}, not {wanted}"]
    limit = scenario.expect.gap
    gaps = [event["latency"].get("first_played", 0) / 1000 for event in _answers(happenings)]
    if limit is not None and gaps and max(gaps) > limit:
        faults.append(f"the caller waited {max(gaps):.2f} s, more than {limit} s")
    return faults
