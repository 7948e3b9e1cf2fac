"""The person who calls, whichever carrier is emulated: a telephone in the hand, a line, and what was heard on it."""

from voiced.testing.caller.phone import Behaviour, Phone
from voiced.testing.caller.report import Report

__all__ = ["Behaviour", "Phone", "Report"]
