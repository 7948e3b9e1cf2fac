"""The options of the embedded models, under `plugins: local:` in `voiced.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from voiced.plugin import option
from voiced.plugin.voice import Pause, Pitch, Speed, Volume


@dataclass(frozen=True, slots=True)
class Options:
    """What may be chosen; the defaults are what was measured best on two cores."""

    voice: Annotated[
        Literal["claire", "pico"],
        option("Who speaks: `claire` is natural and needs half a core, `pico` is robotic and answers at once"),
    ] = "claire"
    fallback: Annotated[
        Literal["pico", "none"],
        option("Who speaks where the weights of `claire` are missing; `none`: the provider is then unavailable"),
    ] = "pico"
    speed: Speed = 1.0
    pitch: Pitch = 1.0
    volume: Volume = 1.0
    pause: Pause = 0.0
    threads: Annotated[int, option("Threads for each sentence that `claire` speaks", ge=1, le=16)] = 1
    pad: Annotated[
        float,
        option(
            "Silence in seconds given to the recogniser after the speech; 30 is slowest, under 5 costs words",
            ge=3,
            le=30,
        ),
    ] = 8.0
    beam: Annotated[
        int, option("Hypotheses that the recogniser follows; 1 is fastest, and costs words", ge=1, le=20)
    ] = 8
    vad_level: Annotated[
        float,
        option("Level in dBFS above which sound may be speech, for both detectors", ge=-70, le=-20),
    ] = -50.0
