"""The folder's helper module can be imported; an emulator can be asked over its wire."""

import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from voiced.net import Network
from voiced.testing.mistral import running

sys.path.insert(0, str(Path(__file__).parent))  # the tests of this folder share `asking`


@pytest.fixture
async def net():
    made = Network("mistral")
    yield made
    await made.aclose()


@pytest.fixture
def asked(net):
    """Serve an emulator, and give what asks it."""
    from asking import Asking  # noqa: PLC0415 - the path is made above

    @asynccontextmanager
    async def serve(emulator):
        async with running(emulator) as served:
            yield Asking(net, served.url)

    return serve
