"""ElevenLabs on this machine: speech over HTTP and over its two sockets, the lists of voices and models, its faults."""

from voiced.testing.elevenlabs.account import REAL, Account, Asked, Journal
from voiced.testing.elevenlabs.checklist import CHECKLIST
from voiced.testing.elevenlabs.faults import Faults
from voiced.testing.elevenlabs.server import ElevenLabs, emulated

__all__ = ["CHECKLIST", "REAL", "Account", "Asked", "ElevenLabs", "Faults", "Journal", "emulated"]
