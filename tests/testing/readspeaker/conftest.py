"""The emulated speechCloud, and requests that are written by hand, as its reference has them."""

from urllib.parse import urlencode

import pytest

from voiced.net import Network
from voiced.testing.readspeaker import emulated
from voiced.testing.readspeaker.account import KEY

PLAIN = {"lang": "fr_fr", "voice": "Roxane", "audioformat": "ulaw", "container": "none", "streaming": "0"}
"""What gives plain mu-law."""


@pytest.fixture
async def net():
    made = Network("readspeaker")
    yield made
    await made.aclose()


@pytest.fixture
async def host():
    async with emulated() as made:
        yield made


@pytest.fixture
def ask(net, host):
    """Ask for something, with the key and these fields alone."""

    async def asked(method="POST", accept="*/*", encoding="utf-8", **fields):
        said = {"key": KEY, **fields}
        said = urlencode({name: value for name, value in said.items() if value is not None}, encoding=encoding)
        url, headers = f"{host.url}/a/speak", {"accept": accept}
        if method == "GET":
            return await net.request("GET", f"{url}?{said}", headers=headers)
        headers["content-type"] = "application/x-www-form-urlencoded"
        return await net.request("POST", url, headers=headers, body=said.encode())

    return asked


@pytest.fixture
def speak(ask):
    """Have a text spoken as plain mu-law, but for these fields."""

    async def spoken(text="Bonjour.", method="POST", **fields):
        return await ask(method, **{**PLAIN, "text": text, **fields})

    return spoken
