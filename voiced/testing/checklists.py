"""The checklists of all emulators, by the emulator's name."""

from __future__ import annotations

from collections.abc import Mapping

from voiced.testing.acapela.checklist import CHECKLIST as ACAPELA
from voiced.testing.audiosocket.checklist import CHECKLIST as AUDIOSOCKET
from voiced.testing.elevenlabs.checklist import CHECKLIST as ELEVENLABS
from voiced.testing.emulator import Checklist
from voiced.testing.gladia.checklist import CHECKLIST as GLADIA
from voiced.testing.mistral.checklist import CHECKLIST as MISTRAL
from voiced.testing.readspeaker.checklist import CHECKLIST as READSPEAKER
from voiced.testing.speechmatics.checklist import CHECKLIST as SPEECHMATICS
from voiced.testing.twilio.checklist import CHECKLIST as TWILIO
from voiced.testing.vonage.checklist import CHECKLIST as VONAGE

CHECKLISTS: Mapping[str, Checklist] = {
    each.name: each
    for each in (TWILIO, VONAGE, AUDIOSOCKET, GLADIA, SPEECHMATICS, MISTRAL, ELEVENLABS, ACAPELA, READSPEAKER)
}
