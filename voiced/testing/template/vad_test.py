"""The detector keeps the contract of `voiced.plugin.Vad`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from voiced.testing.conformance import VadRig, check_vad
from voiced.testing.fakes import FakeHost
from voiced.testing.template.vad import AcmeOptions, make

SPEECH = b"\x10\x90" * 8000
"""Two seconds of a loud tone; a real detector needs real speech."""


@asynccontextmanager
async def rig(_fault: str) -> AsyncIterator[VadRig]:
    """Build the detector, as voiced does."""
    host = FakeHost(Path("data"), Path("cache"))
    yield VadRig(make(AcmeOptions(), host), SPEECH)


def test_it_keeps_its_contract() -> None:
    """Everything that the contract promises is tried."""
    check_vad(rig)
