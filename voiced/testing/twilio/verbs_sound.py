"""`<Say>`, `<Play>`, `<Pause>` and `<Redirect>`."""

from __future__ import annotations

import trio

from voiced.audio import g711
from voiced.audio.wav import read_wav
from voiced.errors import BadInput
from voiced.testing.caller.tones import keys, read_aloud
from voiced.testing.twilio.leg import Leg
from voiced.testing.twilio.steps import Fetch, Step
from voiced.testing.twilio.twiml import Verb
from voiced.testing.twilio.webhook import HTTP_FAILURE, absolute

MEDIA_FAILURE = 12300
"""Twilio's error about a file that `<Play>` cannot play."""


async def say(leg: Leg, verb: Verb, _base: str) -> Step | None:
    """Read the text aloud, as often as `loop` says."""
    for _ in range(max(1, int(verb.number("loop", 1)))):
        await leg.line.play_out(read_aloud(verb.text))
    return None


async def pause(leg: Leg, verb: Verb, _base: str) -> Step | None:
    """Wait for `length` seconds."""
    assert leg.answered.is_set()
    await trio.sleep(verb.number("length", 1))
    return None


async def play(leg: Leg, verb: Verb, base: str) -> Step | None:
    """Play keys, or a WAV file at 8 kHz."""
    if digits := verb.get("digits"):
        await leg.line.play_out(keys(digits))
        return None
    sound = await _fetch_sound(leg, absolute(base, verb.text))
    for _ in range(max(1, int(verb.number("loop", 1)))):
        await leg.line.play_out(sound)
    return None


async def _fetch_sound(leg: Leg, url: str) -> bytes:
    answer = await leg.delivery.get(url)
    if answer.code:
        leg.journal.error(HTTP_FAILURE, f"status {answer.status} for {url}")
        return b""
    try:
        wav = read_wav(answer.body, url)
    except BadInput:
        leg.journal.error(MEDIA_FAILURE, f"{url} is no sound")
        return b""
    if wav.format.rate != 8000 or wav.channels != 1:
        leg.journal.error(MEDIA_FAILURE, f"{url} is not mono at 8 kHz, the only WAV this emulator plays")
        return b""
    return g711.encode(g711.decode(wav.data, wav.format.encoding), "mulaw")


def redirect(verb: Verb, base: str, redirects: int) -> Fetch:
    """Return where a `<Redirect>` leads, `redirects` having led here."""
    return Fetch(absolute(base, verb.text), verb.get("method", "POST").upper(), redirects=redirects + 1)
