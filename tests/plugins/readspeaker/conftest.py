"""The plugin, talking to the emulated speechCloud."""

from dataclasses import replace

import pytest

from voiced.net import Network
from voiced.plugin import MULAW_8K
from voiced.testing.fakes.host import FakeHost
from voiced.testing.readspeaker import Account, emulated
from voiced.testing.readspeaker.account import KEY
from voiced.testing.readspeaker.order import read
from voiced.testing.readspeaker.sound import made
from voiced_readspeaker import ReadSpeakerOptions, make


@pytest.fixture
async def cloud():
    """The emulated host."""
    async with emulated(Account()) as host:
        yield host


@pytest.fixture
async def fake_host(tmp_path):
    net = Network("readspeaker")
    yield FakeHost(tmp_path, tmp_path, net=net)
    await net.aclose()


@pytest.fixture
def voice(cloud, fake_host):
    """Build the provider, with other options where they are given."""

    def built(**options):
        return make(replace(ReadSpeakerOptions(api_key=KEY, url=cloud.url), **options), fake_host)

    return built


CODINGS = {"mulaw": "ulaw", "alaw": "alaw", "pcm16": "pcm"}


@pytest.fixture
def hummed():
    """The sound of texts, one after the other."""

    def sound(*texts, format=MULAW_8K):
        fields = {"lang": "fr_fr", "audioformat": CODINGS[format.encoding], "samplerate": str(format.rate)}
        fields |= {"container": "none", "streaming": "0"}
        return b"".join(made(read({**fields, "text": text}, Account()), None).data for text in texts)

    return sound
