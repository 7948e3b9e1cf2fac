"""A desk with a folder of its own, at half past two."""

from pathlib import Path

import pytest
import structlog

from voiced.plugin import ToolContext


class DeskHost:
    """A Host that runs everything inline, at a fixed hour."""

    def __init__(self, folder: Path) -> None:
        self.data_dir = folder / "data"
        self.cache_dir = folder / "cache"
        self.log = structlog.get_logger("frontdesk")

    def now(self) -> float:
        return 1_700_000_000.0

    def monotonic(self) -> float:
        return 0.0

    async def offload(self, function, *args):
        return function(*args)

    async def infer(self, model, method, *args):
        raise AssertionError(f"the front desk infers nothing: {model}.{method}{args}")


@pytest.fixture
def host(tmp_path):
    return DeskHost(tmp_path)


@pytest.fixture
def caller():
    """The same call each time; `key` names the act."""

    def make(key="call-1/appointment", number="+33612345678"):
        return ToolContext(call_id="call-1", idempotency_key=key, caller=number, called="+33123456789")

    return make
