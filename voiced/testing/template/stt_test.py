"""The recogniser keeps the contract of `voiced.plugin.Stt`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from voiced.testing.conformance import SttRig, check_stt
from voiced.testing.fakes import FakeHost
from voiced.testing.template.stt import AcmeOptions, make


def sound(sentence: str) -> bytes:
    """Return sound in which each word is a tone of a quarter of a second."""
    return b"".join(b"\x10\x90" * 1000 + b"\xff" * 800 for _ in sentence.split())


def understood(sentence: str) -> str:
    """Return what must be heard of it."""
    return " ".join("mot" for _ in sentence.split())


@asynccontextmanager
async def rig(_fault: str) -> AsyncIterator[SttRig]:
    """Build the recogniser, as voiced does. Where it has a service, start an emulator of it here, with the fault."""
    host = FakeHost(Path("data"), Path("cache"))
    yield SttRig(make(AcmeOptions(), host), sound, understood=understood)


def test_it_keeps_its_contract() -> None:
    """Everything that the contract promises is tried."""
    check_stt(rig)
