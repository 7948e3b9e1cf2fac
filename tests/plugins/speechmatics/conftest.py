"""A call to the plugin over real sockets: the emulator reads the sound, which spells what is said."""

from contextlib import asynccontextmanager

import pytest

from voiced.testing.speechmatics import Speechmatics, running
from voiced_speechmatics import make
from voiced_speechmatics.options import SpeechmaticsOptions


@pytest.fixture
def provider(host):
    @asynccontextmanager
    async def provider(hints=(), options=None, **emulated):
        emulator = Speechmatics(**emulated)
        async with running(emulator) as served:
            chosen = SpeechmaticsOptions(api_key="test-key", url=f"{served.ws_url}/v2", **(options or {}))
            yield make(chosen, host), emulator

    return provider
