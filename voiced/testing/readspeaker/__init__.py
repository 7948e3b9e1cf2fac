"""ReadSpeaker speechCloud on this machine: one address that speaks, lists and redirects, and its faults."""

from voiced.testing.readspeaker.account import REAL, Account
from voiced.testing.readspeaker.checklist import CHECKLIST
from voiced.testing.readspeaker.faults import Faults
from voiced.testing.readspeaker.house import House
from voiced.testing.readspeaker.server import ReadSpeaker, emulated

__all__ = ["CHECKLIST", "REAL", "Account", "Faults", "House", "ReadSpeaker", "emulated"]
