"""How each vendor is to be: its port, how slow, what goes wrong. Read from the options of the command. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from voiced.errors import BadInput, Problem
from voiced.lab.dev.faults import known_faults

Vendor = Literal[
    "twilio", "vonage", "gladia", "speechmatics", "mistral", "openai", "elevenlabs", "acapela", "readspeaker"
]
VENDORS: tuple[Vendor, ...] = (
    "twilio", "vonage", "gladia", "speechmatics", "mistral", "openai", "elevenlabs", "acapela", "readspeaker"
)  # fmt: skip
"""In the order of their ports, from the first on."""
PROFILES: Mapping[str, float] = {"none": 0.0, "real": 1.0, "slow": 3.0}
"""Delays: none, as published, and how many times as long."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How one vendor is to be. `slowness` is a factor of its published delays; `fault` a name of `faults`, or none."""

    port: int = 0
    slowness: float = 1.0
    fault: str = ""
    seed: int = 1


def wishes(base_port: int, profiles: Sequence[str], faults: Sequence[str], seed: int) -> dict[Vendor, Wish]:
    """Return the wish for each vendor; with base port 0 each gets any free port.

    A profile is `slow` for all vendors, or `gladia=slow`; a fault is `gladia=429`. Raises `BadInput` for what is
    neither.
    """
    slow, wrong = _profiles(profiles), _faults(faults)
    return {
        vendor: Wish(base_port and base_port + place, PROFILES[slow[vendor]], wrong.get(vendor, ""), seed)
        for place, vendor in enumerate(VENDORS)
    }


def _profiles(written: Sequence[str]) -> dict[str, str]:
    chosen: dict[str, str] = dict.fromkeys(VENDORS, "real")
    for each in written:
        vendor, equals, name = each.rpartition("=")
        if name not in PROFILES or (equals and vendor not in VENDORS):
            fix = f"write one of {', '.join(PROFILES)}, or such as gladia=slow"
            raise BadInput([Problem("--profile", 0, 0, f"there is no profile {each!r}", fix)])
        chosen.update({vendor: name} if equals else dict.fromkeys(VENDORS, name))
    return chosen


def _faults(written: Sequence[str]) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for each in written:
        vendor, _, name = each.partition("=")
        if vendor not in VENDORS:
            fix = f"write such as gladia=429; vendors are {', '.join(VENDORS)}"
            raise BadInput([Problem("--fault", 0, 0, f"there is no vendor {vendor!r}", fix)])
        if not name or not known_faults(vendor, name):
            fix = " or ".join(["write an HTTP status from 400 to 599", *known_faults(vendor)])
            raise BadInput([Problem("--fault", 0, 0, f"{vendor} has no fault {name!r}", fix)])
        chosen[vendor] = name
    return chosen
