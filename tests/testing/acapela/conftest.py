"""The emulated Acapela Cloud, and requests that are written by hand, as its page has them."""

import json
from urllib.parse import urlencode

import pytest

from voiced.net import Network
from voiced.testing.acapela import emulated
from voiced.testing.acapela.account import PASSWORD


@pytest.fixture
async def net():
    made = Network("acapela")
    yield made
    await made.aclose()


@pytest.fixture
async def host():
    async with emulated() as made:
        yield made


def read(answer):
    return answer.status, json.loads(answer.body)


@pytest.fixture
def login(net, host):
    """Log in; return the status, and what was said."""

    async def logged_in(email="accueil@example.fr", password=PASSWORD, form="json"):
        fields = {"email": email, "password": password}
        kind = {"json": "application/json", "form": "application/x-www-form-urlencoded"}[form]
        body = json.dumps(fields) if form == "json" else urlencode(fields)
        url = f"{host.url}/api/login/"
        return read(await net.request("POST", url, headers={"content-type": kind}, body=body.encode()))

    return logged_in


@pytest.fixture
def ask(net, host):
    """Ask for something with a token; return the status, and what was said."""

    async def asked(path, token, query=""):
        headers = {"authorization": f"Token {token}"} if token else {}
        return read(await net.request("GET", f"{host.url}/api/{path}/{query}", headers=headers))

    return asked


@pytest.fixture
def command(net, host):
    """Have a text spoken, logged in; fields as they are given, and no others but the voice."""

    async def commanded(text="Bonjour.", method="POST", **fields):
        said = {"voice": "Manon22k_NT", "text": text, **fields}
        said = {name: value for name, value in said.items() if value is not None}
        headers = {"authorization": f"Token {host.enter('accueil@example.fr')}"}
        url = f"{host.url}/api/command/"
        if method == "GET":
            return await net.request("GET", f"{url}?{urlencode(said)}", headers=headers)
        headers["content-type"] = "application/json"
        return await net.request("POST", url, headers=headers, body=json.dumps(said).encode())

    return commanded
