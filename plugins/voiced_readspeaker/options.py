"""What an operator may set for ReadSpeaker in `voiced.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from voiced.plugin import checked_url, option
from voiced.plugin.voice import Pause, Pitch, Speed, Volume


@dataclass(frozen=True, slots=True)
class ReadSpeakerOptions:
    """The options of the plugin `readspeaker`. Without a key the provider is unavailable."""

    api_key: Annotated[str, option("Key of the account that pays", secret=True)] = ""
    voice: Annotated[str, option("Voice that the account has; `..-DNN` are neural", pattern=r"^[\w-]+$")] = "Roxane"
    language: Annotated[
        str, option("Language and country of the voice, such as `fr_fr` or `fr_ca`", pattern=r"^[a-z]{2}_[a-z]{2}$")
    ] = "fr_fr"
    url: Annotated[str, option("Address of the API")] = "https://tts.readspeaker.com"
    speed: Speed = 1.0
    pitch: Pitch = 1.0
    volume: Volume = 1.0
    pause: Pause = 0.0
    dictionary: Annotated[bool, option("Whether the account's pronunciation dictionary is used")] = True
    coding: Annotated[
        Literal["line", "pcm"],
        option("`line`: in the carrier's own coding; `pcm`: as 16-bit samples, made into the carrier's here"),
    ] = "line"

    def __post_init__(self) -> None:
        """Check the address."""
        checked_url(self.url, "https")
