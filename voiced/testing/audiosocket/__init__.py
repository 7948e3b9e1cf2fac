"""An emulator of Asterisk as a carrier: a dialplan that asks by HTTP, and AudioSocket, with faults on demand."""

from voiced.testing.audiosocket.asterisk import Asterisk, Report
from voiced.testing.audiosocket.checklist import CHECKLIST
from voiced.testing.audiosocket.faults import Faults

__all__ = ["CHECKLIST", "Asterisk", "Faults", "Report"]
