"""The plugin, talking to the emulated Acapela Cloud."""

from dataclasses import replace

import pytest

from voiced.net import Network
from voiced.plugin import MULAW_8K
from voiced.testing.acapela import Account, emulated
from voiced.testing.acapela.account import PASSWORD
from voiced.testing.acapela.order import read
from voiced.testing.acapela.sound import made
from voiced.testing.fakes.host import FakeHost
from voiced_acapela import AcapelaOptions, make


@pytest.fixture
async def cloud():
    """The emulated host."""
    async with emulated(Account()) as host:
        yield host


@pytest.fixture
async def fake_host(tmp_path):
    net = Network("acapela")
    yield FakeHost(tmp_path, tmp_path, net=net)
    await net.aclose()


@pytest.fixture
def voice(cloud, fake_host):
    """Build the provider, with other options where they are given."""

    def built(**options):
        chosen = AcapelaOptions(email="accueil@example.fr", password=PASSWORD, url=cloud.url)
        return make(replace(chosen, **options), fake_host)

    return built


TYPES = {"mulaw": "mulaw", "alaw": "alaw", "pcm16": "s16le"}


@pytest.fixture
def hummed():
    """The sound of texts, one after the other."""

    def sound(*texts, format=MULAW_8K, **fields):
        order = {"voice": "Manon22k_NT", "type": TYPES[format.encoding], "samplerate": format.rate, **fields}
        return b"".join(made(read({**order, "text": text}, ["Manon22k_NT"]), None).data for text in texts)

    return sound
