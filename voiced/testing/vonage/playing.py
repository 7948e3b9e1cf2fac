"""What the API plays into a leg: words, a file, keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import trio

from voiced.testing.caller.tones import keys, read_aloud
from voiced.testing.vonage.actions import STREAMED
from voiced.testing.vonage.leg import Leg

NAMES = {"talk": "Talk", "stream": "Stream"}


def play(leg: Leg, what: str, body: Mapping[str, Any]) -> str:
    """Begin to play, and return Vonage's words for it. Raises LookupError for a request that is none."""
    match what:
        case "talk":
            sound = read_aloud(body["text"])
        case "stream":
            [_url] = body["stream_url"]
            sound = STREAMED
        case "dtmf":
            sound = keys(body["digits"].replace("p", "w"))
        case _:
            raise LookupError(what)
    leg.journal.note("played", what=what)
    leg.nursery.start_soon(_play, leg, sound, int(body.get("loop", 1)) or 1000)
    return "DTMF sent" if what == "dtmf" else f"{NAMES[what]} started"


def stop(leg: Leg, what: str) -> str:
    """Stop what plays, and return Vonage's words for it."""
    leg.playing.cancel()
    return f"{NAMES[what]} stopped"


async def _play(leg: Leg, sound: bytes, times: int) -> None:
    with trio.CancelScope() as leg.playing:
        for _ in range(times):
            await leg.line.play_out(sound)
