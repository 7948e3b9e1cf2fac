"""Gladia's live transcription (v2) on this machine.

emulator = Gladia(finals={"je voudrai un rendé-vous": "Je voudrais un rendez-vous."})
async with running(emulator) as served:
...  # the API is at served.url; `emulator.session.audio` is what the last session heard
"""

from voiced.testing.gladia.checklist import CHECKLIST
from voiced.testing.gladia.faults import EUROPE, Faults, Latency, Manner
from voiced.testing.gladia.server import Asked, Gladia, running
from voiced.testing.gladia.session import Session

__all__ = ["CHECKLIST", "EUROPE", "Asked", "Faults", "Gladia", "Latency", "Manner", "Session", "running"]
