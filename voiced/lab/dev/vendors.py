"""Each vendor's emulator at its port, and what `voiced.yaml` and the environment must say to use it."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from voiced.lab.dev.faults import fault
from voiced.lab.dev.minds import Minds
from voiced.lab.dev.show import Show
from voiced.lab.dev.slowness import all_later, chat_delays, gladia_delays, playing, roads, slower, speechmatics_delays
from voiced.lab.dev.wishes import Vendor, Wish
from voiced.testing import acapela, elevenlabs, gladia, mistral, readspeaker, speechmatics, twilio, vonage
from voiced.testing.emulator.hear import Hear
from voiced.testing.emulator.hum import Speak
from voiced.testing.emulator.prompter import Prompter
from voiced.testing.mistral import Brain, ChatRequest, Reply

PACE = 10.0
"""How many times faster than it plays sound comes from ElevenLabs."""
PATIENCE = 2.5
"""Seconds that words may take where a recogniser of this machine hears them, which has other things to do."""
CONNECTIONS = 10_000
"""Connections to Speechmatics that get the fault that was wished for: each has a fault of its own."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A vendor that answers: what a worker must be told of it."""

    url: str
    options: Mapping[str, Any]
    """Of its plugin, secrets as `${NAME}`."""
    env: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Setting:
    """What vendors are opened with. `key` is that of the Vonage application (PEM)."""

    minds: Minds
    show: Show
    key: str = ""

    def how(self, vendor: Vendor, wish: Wish) -> dict[str, Any]:
        """Return what a server is told."""
        return {"port": wish.port, "watch": self.show.watch(vendor)}

    def speak(self, vendor: Vendor) -> Speak:
        """Return the voice, told of."""

        def speak(text: str) -> bytes:
            self.show.act(vendor, "spoke", text, characters=len(text))
            return self.minds.speak(text)

        return speak

    def hear(self, vendor: Vendor) -> Hear | None:
        """Return the recogniser, told of; None without one."""
        heard = self.minds.hear
        if heard is None:
            return None

        async def hear(sound: bytes) -> str:
            text = await heard(sound)
            self.show.act(vendor, "heard", text, seconds=round(len(sound) / 8000, 1), words=len(text.split()))
            return text

        return hear

    @property
    def lines(self) -> tuple[str, ...]:
        """What callers are taken to say; nothing where somebody listens."""
        return () if self.minds.hear else self.minds.lines

    def brain(self, vendor: Vendor) -> Brain:
        """Return the brain, told of."""

        async def think(request: ChatRequest) -> Reply:
            reply = self.minds.brain(request)
            reply = reply if isinstance(reply, Reply) else await reply
            chosen = " ".join(call.name for call in reply.calls)
            self.show.act(vendor, f"chose {chosen}" if chosen else "answered", reply.text, tools=len(request.tools))
            return reply

        return think


@asynccontextmanager
async def _twilio(wish: Wish, setting: Setting) -> AsyncIterator[Opened]:
    options = twilio.Options(callees=Everybody(twilio.Callee()), roads=roads(wish.slowness, wish.seed))
    account = twilio.Twilio(options=options)
    async with twilio.open_rest(account, **setting.how("twilio", wish)) as rest:
        rest.faults = fault("twilio", wish.fault)
        told = {"account_sid": "${TWILIO_ACCOUNT_SID}", "auth_tokens": ["${TWILIO_AUTH_TOKEN}"], "url": rest.url}
        env = {"TWILIO_ACCOUNT_SID": twilio.ACCOUNT_SID, "TWILIO_AUTH_TOKEN": twilio.AUTH_TOKEN}
        yield Opened(rest.url, told, env)


@asynccontextmanager
async def _vonage(wish: Wish, setting: Setting) -> AsyncIterator[Opened]:
    application = vonage.Application(private_key=setting.key)
    options = vonage.Options(callees=Everybody(vonage.Callee()), roads=roads(wish.slowness, wish.seed))
    account = vonage.Vonage(vonage.Hooks(""), application=application, options=options)
    faults = fault("vonage", wish.fault)
    async with vonage.open_rest(account, faults=faults, **setting.how("vonage", wish)) as (served, _):
        told = {
            "api_key": application.api_key,
            "api_secret": "${VONAGE_API_SECRET}",
            "application_id": application.id,
            "signature_secrets": ["${VONAGE_SIGNATURE_SECRET}"],
            "private_key": "${VONAGE_PRIVATE_KEY}",
            **dict.fromkeys(("url", "numbers_url", "applications_url"), served.url),
        }
        env = {
            "VONAGE_API_SECRET": application.api_secret,
            "VONAGE_SIGNATURE_SECRET": application.signature_secret,
            "VONAGE_PRIVATE_KEY": setting.key.strip().replace("\n", "\\n"),
        }
        yield Opened(served.url, told, env)


class Everybody(dict[str, Any]):
    """Whoever is called: all are alike, and answer."""

    def __init__(self, one: Any) -> None:
        super().__init__()
        self._one = one

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ARG002 - the mapping's own signature
        """Return the one."""
        return self._one


@asynccontextmanager
async def _gladia(wish: Wish, setting: Setting) -> AsyncIterator[Opened]:
    emulator = gladia.Gladia(
        lines=setting.lines,
        faults=fault("gladia", wish.fault),
        latency=gladia_delays(wish.slowness),
        hear=setting.hear("gladia"),
        seed=wish.seed,
    )
    async with gladia.running(emulator, **setting.how("gladia", wish)) as served:
        options: dict[str, Any] = {"api_key": "${GLADIA_API_KEY}", "url": served.url}
        if setting.minds.hear is not None:
            options["patience"] = PATIENCE
        yield Opened(served.url, options, {"GLADIA_API_KEY": emulator.key})


@asynccontextmanager
async def _speechmatics(wish: Wish, setting: Setting) -> AsyncIterator[Opened]:
    emulator = speechmatics.Speechmatics(
        faults=[fault("speechmatics", wish.fault)] * CONNECTIONS,
        latency=speechmatics_delays(wish.slowness),
        prompter=Prompter(itertools.cycle(setting.lines)) if setting.lines else None,
        hear=setting.hear("speechmatics"),
        seed=wish.seed,
    )
    async with speechmatics.running(emulator, **setting.how("speechmatics", wish)) as served:
        url = f"{served.ws_url}/v2"
        options = {"api_key": "${SPEECHMATICS_API_KEY}", "url": url}
        yield Opened(url, options, {"SPEECHMATICS_API_KEY": emulator.house.key})


def _chat(vendor: Vendor, house: mistral.House, wish: Wish, setting: Setting) -> mistral.Mistral:
    return mistral.Mistral(
        house=house,
        faults=fault(vendor, wish.fault),
        latency=chat_delays(wish.slowness),
        brain=setting.brain(vendor),
        seed=wish.seed,
    )


@asynccontextmanager
async def _mistral(wish: Wish, setting: Setting) -> AsyncIterator[Opened]:
    house = mistral.House()
    async with mistral.running(_chat("mistral", house, wish, setting), **setting.how("mistral", wish)) as served:
        options = {"api_key": "${MISTRAL_API_KEY}", "url": served.url}
        yield Opened(served.url, options, {"MISTRAL_API_KEY": house.key})


@asynccontextmanager
async def _openai(wish: Wish, setting: Setting) -> AsyncIterator[Opened]:
    house = mistral.House(dialect="openai", models=("gpt-dev",))
    async with mistral.running(_chat("openai", house, wish, setting), **setting.how("openai", wish)) as served:
        url = f"{served.url}/v1"
        options = {"api_key": "${OPENAI_API_KEY}", "url": url, "model": house.models[0]}
        yield Opened(url, options, {"OPENAI_API_KEY": house.key})


@asynccontextmanager
async def _elevenlabs(wish: Wish, setting: Setting) -> AsyncIterator[Opened]:
    account = elevenlabs.Account(
        profiles=all_later(elevenlabs.REAL, wish.slowness),
        pace=slower(PACE, wish.slowness),
        speak=setting.speak("elevenlabs"),
        seed=wish.seed,
    )
    async with elevenlabs.emulated(account, **setting.how("elevenlabs", wish)) as host:
        host.faults = fault("elevenlabs", wish.fault)
        options = {"api_key": "${ELEVENLABS_API_KEY}", "url": host.url, "voice": next(iter(account.voices))}
        yield Opened(host.url, options, {"ELEVENLABS_API_KEY": account.keys[0]})


@asynccontextmanager
async def _acapela(wish: Wish, setting: Setting) -> AsyncIterator[Opened]:
    tempo = playing(acapela.REAL, wish.slowness)
    account = acapela.Account(tempo=tempo, speak=setting.speak("acapela"), seed=wish.seed)
    email, password = next(iter(account.logins.items()))
    async with acapela.emulated(account, **setting.how("acapela", wish)) as host:
        host.faults = fault("acapela", wish.fault)
        options = {"email": email, "password": "${ACAPELA_PASSWORD}", "url": host.url}
        yield Opened(host.url, options, {"ACAPELA_PASSWORD": password})


@asynccontextmanager
async def _readspeaker(wish: Wish, setting: Setting) -> AsyncIterator[Opened]:
    tempo = playing(readspeaker.REAL, wish.slowness)
    account = readspeaker.Account(tempo=tempo, speak=setting.speak("readspeaker"), seed=wish.seed)
    async with readspeaker.emulated(account, **setting.how("readspeaker", wish)) as host:
        host.faults = fault("readspeaker", wish.fault)
        options = {"api_key": "${READSPEAKER_API_KEY}", "url": host.url}
        yield Opened(host.url, options, {"READSPEAKER_API_KEY": account.keys[0]})


Opens = Callable[[Wish, Setting], AbstractAsyncContextManager[Opened]]
OPENS: Mapping[Vendor, Opens] = {
    "twilio": _twilio,
    "vonage": _vonage,
    "gladia": _gladia,
    "speechmatics": _speechmatics,
    "mistral": _mistral,
    "openai": _openai,
    "elevenlabs": _elevenlabs,
    "acapela": _acapela,
    "readspeaker": _readspeaker,
}
