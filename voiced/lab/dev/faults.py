"""What may go wrong with a vendor on demand: an HTTP status that refuses everything, or one of a few accidents. Pure.

`throttled`: too much is asked, and it says when to come again (a plain 429 does not). `slow`: the first answer comes
seconds late. `cut`: the connection breaks in the middle. `stall`: nothing comes any more after the beginning.
`silence`: answers without words, or without sound. `malformed`: what comes cannot be read. `codec`: the sound is
another than was agreed. `idle`: a connection is closed as soon as nothing goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from voiced.testing import acapela, elevenlabs, gladia, mistral, readspeaker, speechmatics
from voiced.testing.twilio import RestFaults as TwilioFaults
from voiced.testing.vonage.faults import RestFaults as VonageFaults

LATE = 4.0
"""Seconds by which `slow` comes late."""
SPOKEN = 2.0
"""Seconds of a caller's sound after which a recogniser's connection breaks."""

AGAIN = 3
"""Seconds after which who was `throttled` may come again."""
HUSH = 0.2
"""Seconds without a message after which a connection is idle: less than between two pieces of a caller's silence."""

_NAMED: Mapping[str, Mapping[str, Any]] = {
    "twilio": {
        "throttled": TwilioFaults(throttled=True, retry_after=str(AGAIN)),
        "slow": TwilioFaults(late=LATE),
    },
    "vonage": {
        "throttled": VonageFaults(status=429, retry_after=str(AGAIN)),
        "slow": VonageFaults(late=LATE),
    },
    "gladia": {
        "throttled": gladia.Faults(status=429, retry_after=AGAIN),
        "slow": gladia.Faults(post_late=LATE),
        "cut": gladia.Faults(cut="reset", cut_at=round(SPOKEN * 8000)),
        "stall": gladia.Faults(cut="stall", cut_at=round(SPOKEN * 8000)),
        "silence": gladia.Faults(transcripts=False),
        "malformed": gladia.Faults(nonsense=True, bare=True),
        "codec": gladia.Faults(wrong_codec=True),
        "idle": gladia.Faults(idle=HUSH),
    },
    "speechmatics": {
        "throttled": speechmatics.Faults(status=429, retry_after=str(AGAIN)),
        "slow": speechmatics.Faults(start_late=LATE),
        "cut": speechmatics.Faults(after=SPOKEN, then="reset"),
        "stall": speechmatics.Faults(after=SPOKEN, then="stall"),
        "silence": speechmatics.Faults(after=SPOKEN, then="silence"),
        "malformed": speechmatics.Faults(after=SPOKEN, then="malformed"),
        "codec": speechmatics.Faults(refuses="invalid_audio_type"),
        "idle": speechmatics.Faults(after=SPOKEN, then="error", kind="idle_timeout"),
    },
    "mistral": {
        "throttled": mistral.Faults(status=429, retry_after=AGAIN),
        "slow": mistral.Faults(first_late=LATE),
        "cut": mistral.Faults(then="reset"),
        "stall": mistral.Faults(then="stall"),
        "malformed": mistral.Faults(then="malformed"),
    },
    "elevenlabs": {
        "throttled": elevenlabs.Faults(status=429, retry_after=str(AGAIN)),
        "slow": elevenlabs.Faults(slow_first_byte=LATE),
        "cut": elevenlabs.Faults(trouble="cut", body="cut"),
        "stall": elevenlabs.Faults(trouble="half_open"),
        "silence": elevenlabs.Faults(trouble="silence", body="empty"),
        "malformed": elevenlabs.Faults(trouble="malformed", body="json"),
        "codec": elevenlabs.Faults(wrong_codec=True),
    },
    "acapela": {
        "throttled": acapela.Faults(status=429, retry_after=str(AGAIN)),
        "slow": acapela.Faults(late=LATE),
        "cut": acapela.Faults(trouble="cut"),
        "stall": acapela.Faults(trouble="stall"),
        "silence": acapela.Faults(trouble="empty"),
        "malformed": acapela.Faults(instead="html"),
        "codec": acapela.Faults(wrong_codec=True),
    },
    "readspeaker": {
        "throttled": readspeaker.Faults(status=429, retry_after=str(AGAIN)),
        "slow": readspeaker.Faults(late=LATE),
        "cut": readspeaker.Faults(trouble="cut"),
        "stall": readspeaker.Faults(trouble="stall"),
        "silence": readspeaker.Faults(trouble="empty"),
        "malformed": readspeaker.Faults(words="Sorry."),
        "codec": readspeaker.Faults(wrong_codec=True),
    },
}
_KINDS: Mapping[str, Any] = {
    "twilio": TwilioFaults,
    "vonage": VonageFaults,
    "gladia": gladia.Faults,
    "speechmatics": speechmatics.Faults,
    "mistral": mistral.Faults,
    "elevenlabs": elevenlabs.Faults,
    "acapela": acapela.Faults,
    "readspeaker": readspeaker.Faults,
}
_LIKE = {"openai": "mistral"}


def known_faults(vendor: str, name: str = "") -> tuple[str, ...]:
    """Return the accidents that `vendor` has; with a name, those of that name, an HTTP status included."""
    if name.isdecimal():
        return (name,) if 400 <= int(name) <= 599 else ()
    every = tuple(_NAMED.get(_LIKE.get(vendor, vendor), ()))
    return tuple(each for each in every if not name or each == name)


def fault(vendor: str, name: str) -> Any:
    """Return the faults of the emulator of `vendor` that `name` stands for; "": none."""
    vendor = _LIKE.get(vendor, vendor)
    if name.isdecimal() and vendor == "twilio":
        return TwilioFaults(throttled=True, retry_after="") if name == "429" else TwilioFaults(outage=int(name))
    if name.isdecimal():
        return _KINDS[vendor](status=int(name))
    return _NAMED[vendor][name] if name else _KINDS[vendor]()
