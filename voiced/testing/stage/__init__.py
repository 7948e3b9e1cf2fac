"""The stage: calls in virtual time. The product's own switchboard, session and engine; a scripted carrier and cast."""

from voiced.testing.stage.carrier import PROVIDER, Carrier
from voiced.testing.stage.hearing import Hearing
from voiced.testing.stage.house import Cast, Ledger, StagePlan, fresh_book, stray
from voiced.testing.stage.performance import Performance, cast_for, perform, play
from voiced.testing.stage.phone import Phone
from voiced.testing.stage.script import Entry, Happenings, Script

__all__ = [
    "PROVIDER", "Carrier", "Cast", "Entry", "Happenings", "Hearing", "Ledger", "Performance", "Phone", "Script",
    "StagePlan", "cast_for", "fresh_book", "perform", "play", "stray",
]  # fmt: skip
