"""The tool keeps the contract of `voiced.plugin.Tool`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from voiced.testing.conformance import ToolRig, check_tool
from voiced.testing.fakes import FakeHost
from voiced.testing.template.tool import AcmeOptions, make


@asynccontextmanager
async def rig(_fault: str) -> AsyncIterator[ToolRig]:
    """Build the tool, as voiced does. Where it has a service, start an emulator of it here, with the fault."""
    host = FakeHost(Path("data"), Path("cache"))
    yield ToolRig(make(AcmeOptions(), host), ({"day": "mardi"}, {"day": "samedi"}))


def test_it_keeps_its_contract() -> None:
    """Everything that the contract promises is tried."""
    check_tool(rig)
