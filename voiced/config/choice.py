"""Which provider of each kind a call gets, decided when it is picked up. Pure.

The number's own choice wins over the flow's, that over the draw of the canaries, that over the active provider. The
draw is a function of the call's id: the same call draws the same, whichever worker asks, however often.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from voiced.config.settings import Override, Settings
from voiced.plugin import Kind

KINDS: tuple[Kind, ...] = ("stt", "tts", "llm")
"""The kinds that may differ from call to call, and have stand-ins."""

Why = Literal["number", "flow", "canary", "active"]


class Chosen(Struct, frozen=True):
    """The provider of one kind, why it is that one, and who stands in for it, in order."""

    name: str
    why: Why
    stand_ins: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[str, ...]:
        """It and its stand-ins."""
        return (self.name, *self.stand_ins)


def choose(settings: Settings, flow: str, called: str, call_id: str) -> dict[Kind, Chosen]:
    """Return the choice for each kind, for the call `call_id` to the number `called`, which `flow` answers.

    Without a `call_id` no canary is drawn.
    """
    return {kind: _with_stand_ins(settings, kind, *_first(settings, kind, flow, called, call_id)) for kind in KINDS}


def _first(settings: Settings, kind: Kind, flow: str, called: str, call_id: str) -> tuple[str, Why]:
    number = settings.numbers.get(called) or settings.numbers.get("default")
    if number is not None and (name := getattr(number.providers, kind)):
        return name, "number"
    if name := getattr(settings.flow_providers.get(flow, Override()), kind):
        return name, "flow"
    if call_id and (drawn := draw(getattr(settings.canary, kind), f"{kind}:{call_id}")):
        return drawn, "canary"
    return getattr(settings.providers, kind), "active"


def possible(settings: Settings, kind: Kind, flow: str) -> tuple[str, ...]:
    """Return every provider that some call to `flow` may get first: what must be ready before it rings."""
    own = getattr(settings.flow_providers.get(flow, Override()), kind)
    canaries = (name for name, share in getattr(settings.canary, kind).items() if share)
    others = (own,) if own else (getattr(settings.providers, kind), *canaries)
    stated = [getattr(number.providers, kind) for number in settings.numbers.values() if number.flow == flow]
    names = (*stated, *others) if "" in stated else stated
    return tuple(dict.fromkeys(name for name in names if name))


def draw(shares: Mapping[str, int], key: str) -> str:
    """Return the provider that `key` draws, "" for none; each of `shares` gets its percentage of all keys."""
    drawn = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") % 100
    for name in sorted(shares):
        if drawn < shares[name]:
            return name
        drawn -= shares[name]
    return ""


def _with_stand_ins(settings: Settings, kind: Kind, name: str, why: Why) -> Chosen:
    """Add the stand-ins. A provider on trial has the active one behind it; what a number or a flow wants has not."""
    active = (getattr(settings.providers, kind),) if why == "canary" else ()
    others = (each for each in (*active, *getattr(settings.fallback, kind)) if each != name)
    return Chosen(name, why, tuple(dict.fromkeys(others)))
