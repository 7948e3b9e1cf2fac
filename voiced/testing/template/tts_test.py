"""The voice keeps the contract of `voiced.plugin.Tts`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from voiced.testing.conformance import TtsRig, check_tts
from voiced.testing.fakes import FakeHost
from voiced.testing.template.tts import AcmeOptions, make


@asynccontextmanager
async def rig(_fault: str) -> AsyncIterator[TtsRig]:
    """Build the voice, as voiced does. Where it has a service, start an emulator of it here, with the fault."""
    host = FakeHost(Path("data"), Path("cache"))
    yield TtsRig(make(AcmeOptions(), host))


def test_it_keeps_its_contract() -> None:
    """Everything that the contract promises is tried."""
    check_tts(rig)
