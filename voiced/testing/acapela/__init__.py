"""Acapela Cloud on this machine: logins and tokens, speech over HTTP with its codings and tags, its faults."""

from voiced.testing.acapela.account import REAL, Account, Journal
from voiced.testing.acapela.checklist import CHECKLIST
from voiced.testing.acapela.cloud import Cloud
from voiced.testing.acapela.faults import Faults
from voiced.testing.acapela.server import Acapela, emulated

__all__ = ["CHECKLIST", "REAL", "Acapela", "Account", "Cloud", "Faults", "Journal", "emulated"]
