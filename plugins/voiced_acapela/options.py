"""What an operator may set for Acapela Cloud in `voiced.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from voiced.plugin import checked_url, option
from voiced.plugin.voice import Pause, Pitch, Speed, Volume


@dataclass(frozen=True, slots=True)
class AcapelaOptions:
    """The options of the plugin `acapela`. Without a login the provider is unavailable."""

    email: Annotated[str, option("Login of the account that pays", pattern=r"^([^@\s]+@[^@\s]+)?$")] = ""
    password: Annotated[str, option("Password of the account", secret=True)] = ""
    voice: Annotated[
        str, option("Voice that the account has: `..22k_NT` is neural, `..22k_HQ` is not", pattern=r"^\w+$")
    ] = "Manon22k_NT"
    url: Annotated[str, option("Address of the API")] = "https://www.acapela-cloud.com"
    speed: Speed = 1.0
    pitch: Pitch = 1.0
    volume: Volume = 1.0
    pause: Pause = 0.0
    dictionary: Annotated[
        str, option("Pronunciation dictionary of the account, by its name; empty: none", pattern=r"^[\w.-]*$")
    ] = ""

    def __post_init__(self) -> None:
        """Check the address."""
        checked_url(self.url, "https")
