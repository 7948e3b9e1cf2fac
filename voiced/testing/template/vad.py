"""Acme's voice detector: what is loud is speech. Put a real one in its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from voiced.audio import dbfs
from voiced.plugin import HERE, Host, Packet, PluginSpec, ProviderSpec, Vad, VadStream, hookimpl, option


@dataclass(frozen=True, slots=True)
class AcmeOptions:
    """What `voiced.yaml` may say below `plugins: acme:`."""

    audible: Annotated[float, option("Level in dBFS above which sound is speech", ge=-80, le=0)] = -45.0
    lingers: Annotated[float, option("Seconds for which speech is taken to go on", ge=0, le=1)] = 0.1


class AcmeStream:
    """Implements `VadStream`: one call, with what is remembered from frame to frame."""

    def __init__(self, options: AcmeOptions) -> None:
        self._options = options
        self._left = 0.0

    def probability(self, packet: Packet) -> float:
        """Return 1 for speech, 0 for anything else. Called for every frame of every call: it must cost microseconds."""
        loud = dbfs(packet.data, packet.format.encoding) > self._options.audible
        self._left = self._options.lingers if loud else self._left - packet.seconds
        return 1.0 if loud or self._left > 0 else 0.0


class AcmeVad:
    """Implements `Vad`."""

    def __init__(self, options: AcmeOptions) -> None:
        self._options = options

    def start(self) -> VadStream:
        """Return a fresh stream for one call."""
        return AcmeStream(self._options)


def make(options: AcmeOptions, host: Host) -> Vad:  # noqa: ARG001 - the contract's form
    """Build the detector. Import what is heavy here: voiced looks at all installed plugins."""
    return AcmeVad(options)


@hookimpl
def voiced_plugin() -> PluginSpec:
    """Declare the plugin."""
    about = "Finds speech by its level"
    return PluginSpec(
        name="acme",
        about=about,
        providers=(ProviderSpec("vad", "acme", make, about),),
        options=AcmeOptions,
        goes_to=lambda _options: HERE,  # where what callers say goes; for a service: by_host(options.url, "Acme", ...)
    )
