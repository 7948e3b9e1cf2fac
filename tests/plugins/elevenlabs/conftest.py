"""The plugin, talking to the emulated ElevenLabs."""

from dataclasses import replace

import pytest

from voiced.net import Network
from voiced.testing.elevenlabs import Account, emulated
from voiced.testing.fakes.host import FakeHost
from voiced_elevenlabs import ElevenLabsOptions, make


@pytest.fixture
async def eleven():
    """The emulated host."""
    async with emulated(Account(pace=200.0)) as host:
        yield host


@pytest.fixture
async def fake_host(tmp_path):
    net = Network("elevenlabs")
    yield FakeHost(tmp_path, tmp_path, net=net)
    await net.aclose()


@pytest.fixture
def voice(eleven, fake_host):
    """Build the provider, with other options where they are given."""

    def built(**options):
        chosen = ElevenLabsOptions(api_key="xi-key", voice="fr-camille", url=eleven.url)
        return make(replace(chosen, **options), fake_host)

    return built
