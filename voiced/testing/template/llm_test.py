"""The model keeps the contract of `voiced.plugin.Llm`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from voiced.testing.conformance import LlmRig, check_llm
from voiced.testing.fakes import FakeHost
from voiced.testing.template.llm import AcmeOptions, make


@asynccontextmanager
async def rig(_fault: str) -> AsyncIterator[LlmRig]:
    """Build the model, as voiced does. Where it has a service, start an emulator of it here, with the fault."""
    host = FakeHost(Path("data"), Path("cache"))
    yield LlmRig(make(AcmeOptions(), host))


def test_it_keeps_its_contract() -> None:
    """Everything that the contract promises is tried."""
    check_llm(rig)
