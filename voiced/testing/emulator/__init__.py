"""What the emulators of providers are made of: a server for HTTP and WebSockets on one port, delays, checklists.

An emulator is a provider as its page describes it, on this machine: the provider's own client can talk to it.
"""

from voiced.testing.emulator.checklist import Checklist, Item
from voiced.testing.emulator.latency import Delays, Profile
from voiced.testing.emulator.lines import Line, current_line
from voiced.testing.emulator.roads import EUROPE, NEAR, Roads
from voiced.testing.emulator.server import EmulatorServer, Served, serving
from voiced.testing.emulator.socket import Gone, Peer

__all__ = [
    "EUROPE", "NEAR", "Checklist", "Delays", "EmulatorServer", "Gone", "Item", "Line", "Peer", "Profile", "Roads",
    "Served", "current_line", "serving",
]  # fmt: skip
