"""Vendors that die or stall in the middle of a call: does the caller hear something soon, an answer, and a goodbye?

The call is the demonstration's, with the emulated clouds of Twilio, Gladia, Mistral and ElevenLabs; for each of the
last three another stands in. What strikes is the line to the vendor (`voiced.testing.emulator.proxy`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

import trio

from voiced.config.catalogue import Plugins
from voiced.lab.thinking import scripted_brain
from voiced.lab.vendors import Vendors, embedded_voice, twilio_at
from voiced.testing import acapela, elevenlabs, gladia, mistral, speechmatics
from voiced.testing.emulator.prompter import Prompter, Said
from voiced.testing.emulator.proxy import Wire, proxied
from voiced.testing.scenario import Scenario
from voiced.testing.speechmatics.manner import REAL as SPEECHMATICS_DELAYS
from voiced.testing.twilio import ACCOUNT_SID, AUTH_TOKEN

Kind = Literal["stt", "llm", "tts"]
How = Literal["cut", "stall"]
SOON = 2.5
"""Seconds of silence that a caller may hear after a vendor has died."""
SLOW = 1.5
"""How many times faster than it plays sound comes from the voice: so slowly that it can die within a sentence."""
MOMENTS: dict[Kind, str] = {"stt": "horaires", "llm": "horaires", "tts": "mardi prochain"}
"""A word of the line during which the vendor dies: the voice, while it says what it understood of that."""
WITHIN = 0.5
"""Seconds into that line."""


@dataclass(frozen=True, slots=True)
class Case:
    """One misfortune."""

    kind: Kind
    how: How
    within_sentence: bool = False
    """The voice dies while it speaks, not before."""
    moment: str = ""
    """A word of the line during which it strikes, where that is another than usual."""

    @property
    def name(self) -> str:
        """What it is called."""
        verb = {"cut": "dies", "stall": "stalls"}[self.how]
        vendor = {"stt": "the recogniser", "llm": "the model", "tts": "the voice"}[self.kind]
        return f"{vendor} {verb}{' within a sentence' if self.within_sentence else ''}"


CASES = (
    Case("stt", "cut"), Case("stt", "stall"), Case("llm", "cut"), Case("llm", "stall"), Case("tts", "cut"),
    Case("tts", "stall"), Case("tts", "cut", within_sentence=True), Case("tts", "stall", within_sentence=True),
)  # fmt: skip


@dataclass(slots=True)
class Misfortune:
    """Strikes once, at its moment; knows how far the caller's script has come."""

    case: Case
    script: Sequence[Said]
    nursery: trio.Nursery
    now: Callable[[], float] = trio.current_time
    at: int = -1
    """Line of the script that the caller began last."""
    struck: float | None = None
    """When it struck, on trio's clock."""
    wires: dict[Kind, Wire] = field(default_factory=dict)

    def says(self, words: str) -> None:
        """Take note that the caller begins a line."""
        self.at += 1
        if self.struck is None and (self.case.moment or MOMENTS[self.case.kind]) in words:
            self.nursery.start_soon(self._strike)

    async def _strike(self) -> None:
        await trio.sleep(WITHIN)
        wire = self.wires[self.case.kind]
        if self.case.within_sentence:
            await wire.wait_given(wire.given + SOUND)
        wire.cut() if self.case.how == "cut" else wire.stall()
        self.struck = self.now()

    def rest(self) -> Iterator[Said]:
        """Give the lines that whoever begins to listen now will hear, in order."""
        index = self.at
        while True:
            yield self.script[min(max(index, 0), len(self.script) - 1)]
            index = max(self.at, index + 1)


SOUND = 4000
"""Bytes from the voice after which it is within a sentence: a third of a second of sound, as its socket writes it."""


@asynccontextmanager
async def unlucky(scenario: Scenario, fate: Misfortune, plugins: Plugins) -> AsyncIterator[Vendors]:
    """Emulate the vendors and those who stand in for them, for as long as the context lasts."""
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
        _standing_in(scenario, fate, plugins) as others,
    ):
        ears.ws_url = stt.ws_url
        fate.wires = {"stt": stt, "llm": llm, "tts": tts}
        env = {
            "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
            "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
            "GLADIA_API_KEY": ears.key,
            "MISTRAL_API_KEY": brain.house.key,
            "ELEVENLABS_API_KEY": account.keys[0],
        }
        voice = {"api_key": "${ELEVENLABS_API_KEY}", "url": tts.url, "voice": next(iter(account.voices))}
        options = {
            "gladia": {"api_key": "${GLADIA_API_KEY}", "url": stt.url},
            "mistral": {"api_key": "${MISTRAL_API_KEY}", "url": llm.url},
            "elevenlabs": voice,
        }
        chosen = {"stt": "gladia", "llm": "mistral", "tts": "elevenlabs"}
        everybody = {**options, **others.plugins}
        yield Vendors(twilio_at, {**env, **others.env}, chosen, everybody, fallback=others.fallback)


@asynccontextmanager
async def _standing_in(scenario: Scenario, fate: Misfortune, plugins: Plugins) -> AsyncIterator[Vendors]:
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
        yield Vendors(twilio_at, env, plugins=options, fallback=behind)
