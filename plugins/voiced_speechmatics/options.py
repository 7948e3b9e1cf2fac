"""What an operator may set for Speechmatics in `voiced.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from voiced.plugin import checked_url, option


@dataclass(frozen=True, slots=True)
class SpeechmaticsOptions:
    """The options of the plugin `speechmatics`. Without a key the provider is unavailable."""

    api_key: Annotated[str, option("Key of the account that pays", secret=True)] = ""
    url: Annotated[str, option("Address of the realtime API; the default is in the European Union")] = (
        "wss://eu2.rt.speechmatics.com/v2"
    )
    language: Annotated[str, option("Language that is spoken, as Speechmatics names it", min_length=2)] = "fr"
    model: Annotated[Literal["enhanced", "standard"], option("Model: `standard` costs less and understands less")] = (
        "enhanced"
    )
    max_delay: Annotated[
        float,
        option(
            "Seconds after which words are final without being asked for; less costs accuracy in long sentences, more "
            "means that more is heard again after a lost connection",
            ge=0.7,
            le=4.0,
        ),
    ] = 2.0
    max_delay_mode: Annotated[
        Literal["flexible", "fixed"], option("Whether numbers and dates may take longer than `max_delay`")
    ] = "flexible"
    settle: Annotated[
        float,
        option(
            "Seconds of sound after a pause before its words are asked for; more keeps spelled names whole", ge=0, le=1
        ),
    ] = 0.0
    sounds_like: Annotated[
        Mapping[str, tuple[str, ...]],
        option("Words to recognise beside those of the flow, each with the ways it is pronounced (may be empty)"),
    ] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check the address."""
        checked_url(self.url, "wss")
