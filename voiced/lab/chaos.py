"""Vendors that die or stall in the middle of a call: does the caller hear something soon, an answer, and a goodbye?

The call is the demonstration's, with the emulated clouds of Twilio, Gladia, Mistral and ElevenLabs; for each of the
last three another stands in. What strikes is the line to the vendor (`voiced.testing.emulator.proxy`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import trio

from voiced.config.catalogue import Plugins
from voiced.lab.bad_line import bad_line
from voiced.lab.cases import Case, Kind
from voiced.lab.thinking import scripted_brain
from voiced.lab.vendors import Vendors, embedded_voice
from voiced.testing import acapela, elevenlabs, gladia, mistral, speechmatics
from voiced.testing.emulator.prompter import Prompter, Said
from voiced.testing.emulator.proxy import Wire, proxied
from voiced.testing.scenario import Scenario
from voiced.testing.speechmatics.manner import REAL as SPEECHMATICS_DELAYS

SLOW = 1.5
"""How many times faster than it plays sound comes from the voice: so slowly that it can die within a sentence."""
WITHIN = 0.5
"""Seconds into the line of the moment at which it strikes."""
SOUND = 4000
"""Bytes from the voice after which it is within a sentence: a third of a second of sound, as its socket writes it."""

Blow = Callable[[Case], Awaitable[bool]]
"""Strikes; says whether that was felt."""


@dataclass(slots=True)
class Misfortune:
    """Strikes once, at its moment; knows how far the caller's script has come."""

    case: Case
    script: Sequence[Said]
    nursery: trio.Nursery
    at: int = -1
    """Line of the script that the caller began last."""
    struck: bool = False
    blows: Mapping[Kind, Blow] = field(default_factory=dict)
    """What strikes whom; made with the vendors."""

    def says(self, words: str) -> None:
        """Take note that the caller begins a line."""
        self.at += 1
        if not self.struck and self.case.cue in words:
            self.nursery.start_soon(self._strike)

    async def _strike(self) -> None:
        await trio.sleep(WITHIN)
        self.struck = await self.blows[self.case.kind](self.case)

    def rest(self) -> Iterator[Said]:
        """Give the lines that whoever begins to listen now will hear, in order."""
        index = self.at
        while True:
            yield self.script[min(max(index, 0), len(self.script) - 1)]
            index = max(self.at, index + 1)


def _by(wire: Wire) -> Blow:
    """Return what strikes the vendor behind `wire`."""

    async def blow(case: Case) -> bool:
        if case.within_sentence:
            await wire.wait_given(wire.given + SOUND)
        wire.cut() if case.how == "cut" else wire.stall()
        return True

    return blow


@asynccontextmanager
async def unlucky(scenario: Scenario, fate: Misfortune, plugins: Plugins, url: str) -> AsyncIterator[Vendors]:
    """Emulate the vendors of the worker at `url`, and those who stand in for them, for as long as the context lasts."""
    speak = embedded_voice(plugins)
    ears = gladia.Gladia(lines=fate.script, latency=gladia.EUROPE)
    brain = mistral.Mistral(latency=mistral.SMALL, brain=scripted_brain(scenario))
    account = elevenlabs.Account(speak=speak, profiles=elevenlabs.REAL, pace=SLOW)
    async with (
        gladia.running(ears) as hearing,
        mistral.running(brain) as thinking,
        elevenlabs.emulated(account) as speaking,
        proxied(hearing.port) as stt,
        proxied(thinking.port) as llm,
        proxied(speaking.port) as tts,
        bad_line(url) as carrier,
        _standing_in(scenario, fate, plugins) as others,
    ):
        ears.ws_url = stt.ws_url
        fate.blows = {
            "stt": _by(stt), "llm": _by(llm), "tts": _by(tts), "line": carrier.break_line, "api": carrier.lose_unnoticed
        }  # fmt: skip
        env = {
            **carrier.env,
            "GLADIA_API_KEY": ears.key,
            "MISTRAL_API_KEY": brain.house.key,
            "ELEVENLABS_API_KEY": account.keys[0],
        }
        voice = {"api_key": "${ELEVENLABS_API_KEY}", "url": tts.url, "voice": next(iter(account.voices))}
        options = {
            "twilio": carrier.options,
            "gladia": {"api_key": "${GLADIA_API_KEY}", "url": stt.url},
            "mistral": {"api_key": "${MISTRAL_API_KEY}", "url": llm.url},
            "elevenlabs": voice,
        }
        chosen = {"stt": "gladia", "llm": "mistral", "tts": "elevenlabs"}
        everybody = {**options, **others.plugins}
        yield Vendors(lambda _url: carrier.twilio, {**env, **others.env}, chosen, everybody, fallback=others.fallback)


@dataclass(frozen=True, slots=True)
class Others:
    """Those who stand in: their secrets and options, and for which kind."""

    env: Mapping[str, str]
    plugins: Mapping[str, Mapping[str, Any]]
    fallback: Mapping[str, Sequence[str]]


@asynccontextmanager
async def _standing_in(scenario: Scenario, fate: Misfortune, plugins: Plugins) -> AsyncIterator[Others]:
    ears = speechmatics.Speechmatics(prompter=Prompter(fate.rest()), latency=SPEECHMATICS_DELAYS)
    house = mistral.House(dialect="openai")
    brain = mistral.Mistral(house=house, latency=mistral.SMALL, brain=scripted_brain(scenario))
    account = acapela.Account(speak=embedded_voice(plugins), tempo=acapela.REAL)
    email, password = next(iter(account.logins.items()))
    async with (
        speechmatics.running(ears) as hearing,
        mistral.running(brain) as thinking,
        acapela.emulated(account) as speaking,
    ):
        env = {
            "SPEECHMATICS_API_KEY": ears.house.key, "OPENAI_API_KEY": house.key, "ACAPELA_PASSWORD": password
        }  # fmt: skip
        options = {
            "speechmatics": {"api_key": "${SPEECHMATICS_API_KEY}", "url": f"{hearing.ws_url}/v2"},
            "openai": {"api_key": "${OPENAI_API_KEY}", "url": f"{thinking.url}/v1", "model": house.models[0]},
            "acapela": {"email": email, "password": "${ACAPELA_PASSWORD}", "url": speaking.url},
        }
        behind = {"stt": ["speechmatics"], "llm": ["openai"], "tts": ["acapela"]}
        yield Others(env, options, behind)
