"""Speechmatics' realtime recognition on this machine: API v2, and its agent mode.

emulator = Speechmatics()
async with running(emulator) as served:
...  # the API is at f"{served.ws_url}/v2"; `emulator.journal` tells what came in
"""

from voiced.testing.speechmatics.checklist import CHECKLIST
from voiced.testing.speechmatics.ear import Ear, Spoken
from voiced.testing.speechmatics.manner import FAULTLESS, REAL, Faults, House, Latency, Manner
from voiced.testing.speechmatics.recogniser import Config, Recogniser
from voiced.testing.speechmatics.server import Speechmatics, Visit, running
from voiced.testing.speechmatics.session import Session

__all__ = [
    "CHECKLIST", "FAULTLESS", "REAL", "Config", "Ear", "Faults", "House", "Latency", "Manner", "Recogniser", "Session",
    "Speechmatics", "Spoken", "Visit", "running",
]  # fmt: skip
