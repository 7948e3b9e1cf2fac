"""What an operator may set for Gladia in `voiced.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from voiced.plugin import checked_url, option


@dataclass(frozen=True, slots=True)
class GladiaOptions:
    """The options of the plugin `gladia`. Without a key the provider is unavailable."""

    api_key: Annotated[str, option("Key of the account that pays", secret=True)] = ""
    url: Annotated[str, option("Address of the API")] = "https://api.gladia.io"
    region: Annotated[Literal["eu-west", "us-west"], option("Where sound is understood")] = "eu-west"
    model: Annotated[str, option("Model, by its name", min_length=1, max_length=64)] = "solaria-1"
    language: Annotated[str, option("Language that is spoken (ISO 639-1)", pattern="^[a-z]{2}$")] = "fr"
    endpointing: Annotated[
        float, option("Seconds of silence that end an utterance; its words are final then", ge=0.01, le=2)
    ] = 0.1
    patience: Annotated[
        float,
        option(
            "Seconds that the words before a pause may take to be final; then they are taken as they are", gt=0, le=2.5
        ),
    ] = 1.5
    intensity: Annotated[
        float, option("How much the words of the flow are favoured, 0 to 1; too much hears them everywhere", ge=0, le=1)
    ] = 0.5
    keep: Annotated[
        bool,
        option("Whether sound and words of calls stay in the account; else each session is deleted after its call"),
    ] = False

    def __post_init__(self) -> None:
        """Check the address."""
        checked_url(self.url, "https")
