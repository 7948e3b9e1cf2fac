"""What an operator may set for ElevenLabs in `voiced.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec

from voiced.plugin import checked_url, option
from voiced.plugin.voice import Pause, Pitch, Speed, Stability, Volume

Dictionary = Annotated[str, msgspec.Meta(pattern=r"^[\w-]+:[\w-]+$")]

ON_HTTP_ONLY = ("eleven_v3", "eleven_v4")
"""Beginnings of the names of models that the socket does not have; they take no break tags either."""
SPEEDS = (0.7, 1.2)
"""The slowest and the fastest pace that ElevenLabs takes."""


@dataclass(frozen=True, slots=True)
class ElevenLabsOptions:
    """The options of the plugin `elevenlabs`. Without a key or a voice the provider is unavailable."""

    api_key: Annotated[str, option("Key of the workspace that pays; a residency has its own", secret=True)] = ""
    voice: Annotated[str, option("Id of a voice of the account", pattern=r"^[\w-]*$")] = ""
    model: Annotated[str, option("Model, by its name", pattern=r"^[\w-]+$")] = "eleven_flash_v2_5"
    url: Annotated[
        str, option("Address of the API; `https://api.eu.residency.elevenlabs.io` keeps data in the European Union")
    ] = "https://api.elevenlabs.io"
    transport: Annotated[
        Literal["socket", "http"],
        option("`socket`: kept warm, the fastest; `http`: a request for each clause, for models without socket"),
    ] = "socket"
    language: Annotated[str, option("Language that is spoken (ISO 639-1)", pattern=r"^[a-z]{2}$")] = "fr"
    speed: Speed = 1.0
    pitch: Pitch = 1.0
    volume: Volume = 1.0
    pause: Pause = 0.0
    stability: Stability = 0.5
    similarity: Annotated[float, option("Closeness to the voice's recordings, 0 to 1", ge=0, le=1)] = 0.75
    style: Annotated[float, option("Exaggeration of the voice's style, 0 to 1; above 0 it is slower", ge=0, le=1)] = 0.0
    speaker_boost: Annotated[bool, option("Closer to the speaker, at the cost of some time")] = False
    dictionaries: Annotated[
        tuple[Dictionary, ...],
        option("Pronunciation dictionaries of the account, as `id:version`; the first match counts", max_length=3),
    ] = ()
    normalization: Annotated[
        Literal["auto", "on", "off"],
        option("Whether the model spells out numbers and dates itself; voiced does it before"),
    ] = "auto"
    logging: Annotated[
        bool, option("Whether ElevenLabs keeps what is spoken; false is zero retention, for Enterprise accounts only")
    ] = True

    def __post_init__(self) -> None:
        """Check the address, and what ElevenLabs and the model cannot do."""
        checked_url(self.url, "https")
        slowest, fastest = SPEEDS
        if not slowest <= self.speed <= fastest:
            raise ValueError(f"speed: ElevenLabs speaks at {slowest:g} to {fastest:g} of a voice's own pace")
        if self.pitch != 1.0:
            raise ValueError("pitch: ElevenLabs changes no voice's height; leave it at 1 and choose another voice")
        if self.model.startswith(ON_HTTP_ONLY):
            if self.transport == "socket":
                raise ValueError(f"model: {self.model} has no socket; set transport to http")
            if self.pause:
                raise ValueError(f"pause: {self.model} takes no pauses; set it to 0")
