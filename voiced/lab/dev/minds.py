"""What the emulated vendors hear, think and speak by: the embedded models of this machine, or what stands in for them.

The models run here, in threads, reached through the plugin `local` as the inference process reaches them.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import trio

from voiced.audio import MULAW_8K
from voiced.config.catalogue import Plugins, specs
from voiced.daemon.host import WorkerHost
from voiced.errors import ProviderError, Unavailable
from voiced.inference.models import Models
from voiced.lab.dev.school import School
from voiced.lab.vendors import embedded_voice
from voiced.lab.voices import recorded
from voiced.observe.log import logger
from voiced.plugin import Finalise, Heard, Kind, Packet, PluginSpec, Stt, SttInput
from voiced.testing.emulator.hear import Hear
from voiced.testing.emulator.hum import Phrase, Speak, hum
from voiced.testing.mistral import Brain, rules

PLUGIN = "local"
EARS, ENCODER = "whisper", "use"
LIGHT: Mapping[str, Any] = {"beam": 3, "pad": 5.0}
"""Options of the plugin: half the work of its defaults, since a worker is there too; with less, words are lost."""
PARTS: Mapping[str, tuple[str, str]] = {
    "ears": ("the embedded recogniser", "whatever is said is taken for the next of some lines"),
    "brain": ("the embedded brain", "a few rules: the tool that shares most words with the caller"),
    "voice": ("the embedded voice", "a hum as long as the text"),
}
"""What the vendors have, by the embedded models and without them."""
TAIL = 0.3
"""Seconds of silence after a phrase, which may be cut off right after its last sound."""
FIRST_WORDS = "kok_f_s01.wav"
"""What is listened to before the first caller: the first time takes longer."""
NOT_WANTED = "as asked"
LINES = ("Oui.", "Quels sont vos horaires ?", "Merci, au revoir.")
"""What callers are taken to say, one an utterance and over again, where nobody really listens."""


@dataclass(frozen=True, slots=True)
class Minds:
    """What vendors hear, think and speak by. `missing`: which of `PARTS` has no model, and why, with the fix."""

    hear: Hear | None
    brain: Brain
    speak: Speak
    missing: Mapping[str, str]
    school: School | None = None
    """Where the brain learns; it must be run."""
    lines: tuple[str, ...] = LINES
    """What callers are taken to say without `hear`, one an utterance, over again."""

    def following(self, lines: tuple[str, ...]) -> Minds:
        """Return minds that take callers to say these lines."""
        return replace(self, hear=None, lines=lines, missing={**self.missing, "ears": "lines were given"})

    @property
    def described(self) -> list[str]:
        """A line for each part: what it goes by."""
        return [
            f"{part:<6} {PARTS[part][1]}: {self.missing[part]}" if part in self.missing else f"{part:<6} {real}"
            for part, (real, _) in PARTS.items()
        ]


class OwnModels:
    """The models of a plugin in this process. Reached as the inference process is."""

    def __init__(self, spec: PluginSpec, host: WorkerHost) -> None:
        options = spec.options(**LIGHT)
        self._threads = host.threads
        self._models = Models({model.name: partial(model.load, options, host) for model in spec.models})

    async def call(self, model: str, method: str, *args: Any) -> Any:
        """Call `method` of `model` in a thread."""
        return await self._models.call(model, method, args, self._threads)

    async def load(self, model: str) -> None:
        """Load a model. Raises `Unavailable`."""
        await self._models.get(model, self._threads)


class OwnHost(WorkerHost, frozen=True):
    """A host whose models are in this process."""

    models: OwnModels | None = None

    async def infer(self, model: str, method: str, *args: Any) -> Any:
        """Ask the model."""
        assert self.models is not None
        return await self.models.call(model, method, *args)


def stand_ins(why: str = NOT_WANTED) -> Minds:
    """Return what needs no model: sound that spells its text is read, rules choose, a hum speaks."""
    return Minds(None, rules, lambda text: hum(text, [Phrase(text)], MULAW_8K), dict.fromkeys(PARTS, why))


async def embedded(plugins: Plugins, tell: Callable[[str, int], None]) -> Minds:
    """Load the embedded models, and return what they make; what is not there is `missing`, and something stands in.

    `tell` hears of the brain's lessons.
    """
    spec = specs(plugins).get(PLUGIN)
    if spec is None:
        return stand_ins(f"the plugin {PLUGIN} is not installed")
    plain = stand_ins()
    place, threads = Path(tempfile.gettempdir()), trio.CapacityLimiter(2)
    models = OwnModels(spec, WorkerHost(place, _cache(), logger(PLUGIN), threads))
    missing: dict[str, str] = {}
    async with trio.open_nursery() as nursery:
        nursery.start_soon(_load, models, "ears", EARS, missing)
        nursery.start_soon(_load, models, "brain", ENCODER, missing)
    voice = await trio.to_thread.run_sync(embedded_voice, plugins)
    if voice is None:
        missing["voice"] = "the voice Pico is not installed — pip install 'voiced[pico]'"
    host = OwnHost(place, _cache(), logger(PLUGIN), threads, models=models)
    school = None if "brain" in missing else School(_provider(spec, "llm", host), tell)
    hear = None if "ears" in missing else heard_by(_provider(spec, "stt", host))
    if hear is not None:
        await hear(recorded(FIRST_WORDS))
    return Minds(
        hear,
        school.think if school else plain.brain,
        voice or plain.speak,
        missing,
        school,
    )


async def _load(models: OwnModels, what: str, model: str, missing: dict[str, str]) -> None:
    try:
        await models.load(model)
    except Unavailable as error:
        missing[what] = str(error)


def _cache() -> Path:
    from platformdirs import user_cache_path  # noqa: PLC0415 - only where models are used

    return Path(user_cache_path("voiced")) / "dev"


def _provider(spec: PluginSpec, kind: Kind, host: WorkerHost) -> Any:
    provider = next(each for each in spec.providers if each.kind == kind)
    return provider.make(spec.options(), host)


def heard_by(stt: Stt) -> Hear:
    """Return what lets a recogniser of any kind listen to one phrase after the other; one that fails hears nothing."""

    async def hear(sound: bytes) -> str:
        said, audio = trio.open_memory_channel[SttInput](2)
        said.send_nowait(Packet(sound + MULAW_8K.silence * MULAW_8K.size(TAIL)))
        said.send_nowait(Finalise())
        said.close()
        told, heard = trio.open_memory_channel[Heard](math.inf)
        words: list[Heard] = []
        try:
            async with told, heard:
                await stt.transcribe(audio, told)
                words = [heard.receive_nowait() for _ in range(heard.statistics().current_buffer_used)]
        except* ProviderError:
            pass
        return " ".join(each.text for each in words if each.final and each.text)

    return hear
