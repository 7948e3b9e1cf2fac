"""The vendors that a demonstration speaks to: none but an emulated carrier, or a set of emulated clouds.

Each is the emulator of `voiced.testing` with delays as they are published, reached over real sockets by the plugin that
would reach the vendor. The recogniser follows the script of the caller, the model the scenario's, the voice is ours.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from voiced.config.catalogue import Plugins, specs
from voiced.errors import Unavailable
from voiced.lab.thinking import scripted_brain
from voiced.testing import acapela, elevenlabs, gladia, mistral, speechmatics
from voiced.testing.caller.facts import BargeIn, Turn
from voiced.testing.caller.mouth import Spoken
from voiced.testing.caller.tape import Tape
from voiced.testing.emulator.hum import Speak
from voiced.testing.emulator.prompter import Prompter, Said
from voiced.testing.scenario import Scenario
from voiced.testing.speechmatics.manner import REAL as SPEECHMATICS_DELAYS
from voiced.testing.twilio import ACCOUNT_SID, AUTH_TOKEN, Behaviour, Twilio
from voiced.testing.vonage import API_KEY, APPLICATION_ID, SIGNATURE_SECRET, Hooks, Vonage

Name = Literal["embedded", "cloud", "europe"]
NAMES: tuple[Name, ...] = ("embedded", "cloud", "europe")
ABOUT: Mapping[Name, str] = {
    "embedded": "ears, brain and voice of this machine, calls over Twilio",
    "cloud": "Twilio, Gladia, Mistral, ElevenLabs",
    "europe": "Vonage, Speechmatics, Mistral, Acapela",
}
"""What each set consists of; all vendors are emulated."""


class Report(Protocol):
    """What an emulated carrier tells of a call that is over."""

    @property
    def failures(self) -> list[str]:
        """What the worker did that it must never do."""
        ...

    @property
    def tape(self) -> Tape:
        """Both sides as heard at the caller's ear."""
        ...

    @property
    def spoken(self) -> tuple[Spoken, ...]:
        """The caller's utterances."""
        ...

    @property
    def turns(self) -> list[Turn]:
        """How soon the caller was answered."""
        ...

    @property
    def barge_ins(self) -> list[BargeIn]:
        """How soon the agent was silent when the caller cut in."""
        ...

    def write_wav(self, path: Path | str) -> None:
        """Write both sides as a stereo WAV file."""
        ...


class Carrier(Protocol):
    """Places calls."""

    async def call(self, phone: Behaviour, *, caller: str, called: str) -> Report:
        """Call `called` as `phone` behaves; return when the call is over."""
        ...


@dataclass(frozen=True, slots=True)
class Vendors:
    """What a worker is told of its vendors."""

    carrier: Callable[[str], Carrier]
    """Makes the carrier whose number leads to the worker at an address."""
    env: Mapping[str, str]
    providers: Mapping[str, str] = field(default_factory=dict)
    plugins: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    fallback: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Who stands in, by kind."""


@asynccontextmanager
async def vendors(name: Name, scenario: Scenario, script: Sequence[Said], plugins: Plugins) -> AsyncIterator[Vendors]:
    """Emulate the vendors `name` for as long as the context lasts; `script` is what the caller will say."""
    if name == "embedded":
        yield Vendors(twilio_at, {"TWILIO_ACCOUNT_SID": ACCOUNT_SID, "TWILIO_AUTH_TOKEN": AUTH_TOKEN})
        return
    speak = embedded_voice(plugins)
    model = mistral.Mistral(latency=mistral.SMALL, brain=scripted_brain(scenario))
    async with mistral.running(model) as thinking:
        brain = {"mistral": {"api_key": "${MISTRAL_API_KEY}", "url": thinking.url}}
        hears_and_speaks = _cloud if name == "cloud" else _europe
        async with hears_and_speaks(script, speak) as found:
            env = {**found.env, "MISTRAL_API_KEY": model.house.key}
            providers = {**found.providers, "llm": "mistral"}
            yield Vendors(found.carrier, env, providers, {**found.plugins, **brain})


@asynccontextmanager
async def _cloud(script: Sequence[Said], speak: Speak | None) -> AsyncIterator[Vendors]:
    ears = gladia.Gladia(lines=script, latency=gladia.EUROPE)
    account = elevenlabs.Account(speak=speak, profiles=elevenlabs.REAL, pace=10.0)
    async with gladia.running(ears) as hearing, elevenlabs.emulated(account) as speaking:
        env = {
            "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
            "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
            "GLADIA_API_KEY": ears.key,
            "ELEVENLABS_API_KEY": account.keys[0],
        }
        options = {
            "gladia": {"api_key": "${GLADIA_API_KEY}", "url": hearing.url},
            "elevenlabs": {
                "api_key": "${ELEVENLABS_API_KEY}", "url": speaking.url, "voice": next(iter(account.voices))
            },
        }  # fmt: skip
        yield Vendors(twilio_at, env, {"telco": "twilio", "stt": "gladia", "tts": "elevenlabs"}, options)


@asynccontextmanager
async def _europe(script: Sequence[Said], speak: Speak | None) -> AsyncIterator[Vendors]:
    ears = speechmatics.Speechmatics(prompter=Prompter(iter(script)), latency=SPEECHMATICS_DELAYS)
    account = acapela.Account(speak=speak, tempo=acapela.REAL)
    email, password = next(iter(account.logins.items()))
    async with speechmatics.running(ears) as hearing, acapela.emulated(account) as speaking:
        env = {
            "VONAGE_SIGNATURE_SECRET": SIGNATURE_SECRET,
            "SPEECHMATICS_API_KEY": ears.house.key,
            "ACAPELA_PASSWORD": password,
        }
        options: dict[str, dict[str, Any]] = {
            "vonage": {
                "api_key": API_KEY,
                "application_id": APPLICATION_ID,
                "signature_secrets": ["${VONAGE_SIGNATURE_SECRET}"],
            },
            "speechmatics": {"api_key": "${SPEECHMATICS_API_KEY}", "url": f"{hearing.ws_url}/v2"},
            "acapela": {"email": email, "password": "${ACAPELA_PASSWORD}", "url": speaking.url},
        }
        yield Vendors(_vonage, env, {"telco": "vonage", "stt": "speechmatics", "tts": "acapela"}, options)


def twilio_at(url: str) -> Carrier:
    """Return an emulated Twilio whose number leads to the worker at `url`."""
    return Twilio(f"{url}/voice/inbound", status_url=f"{url}/voice/status")


def _vonage(url: str) -> Carrier:
    return Vonage(Hooks(f"{url}/voice/inbound", f"{url}/voice/status"))


def embedded_voice(plugins: Plugins) -> Speak | None:
    """Return the quick voice of this machine, for vendors' emulators; None where it is not installed: they hum."""
    spec = specs(plugins).get("local")
    model = next((each for each in spec.models if each.name == "pico"), None) if spec else None
    if spec is None or model is None:
        return None
    try:
        engine: Any = model.load(spec.options(), None)  # type: ignore[arg-type]  # the engine is its own host
    except Unavailable:
        return None
    return lambda text: bytes(engine.speak(text, 1.0, "mulaw", 8000))
