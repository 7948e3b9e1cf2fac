"""A call to the plugin over real sockets: the emulator reads the sound, which spells what is said."""

from contextlib import asynccontextmanager

import pytest

from voiced.testing.gladia import Gladia, running
from voiced_gladia import make
from voiced_gladia.options import GladiaOptions


@pytest.fixture
def provider(host):
    @asynccontextmanager
    async def provider(hints=(), options=None, **emulated):
        emulator = Gladia(**emulated)
        async with running(emulator) as served:
            chosen = GladiaOptions(api_key="test-key", url=served.url, **(options or {}))
            yield make(chosen, host), emulator

    return provider
