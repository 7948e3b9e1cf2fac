"""Which handler answers."""

from __future__ import annotations

import pytest

from voiced.plugin import WebRequest, WebResponse
from voiced.web import Router


def saying(word: str):
    async def handler(request: WebRequest) -> WebResponse:
        return WebResponse(body=word.encode())

    return handler


ROUTER = Router(
    {
        "/calls": {"GET": saying("calls"), "POST": saying("new call")},
        "/calls/*": {"GET": saying("a call")},
        "/calls/special/*": {"GET": saying("a special call")},
        "/calls/special": {"GET": saying("special")},
        "/calls/{id}/say": {"POST": saying("say")},
        "/calls/special/say": {"POST": saying("say something special")},
    }
)


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/calls", 200, b"calls"),
        ("HEAD", "/calls", 200, b"calls"),
        ("POST", "/calls", 200, b"new call"),
        ("GET", "/calls/1", 200, b"a call"),
        ("GET", "/calls/", 200, b"a call"),
        ("GET", "/calls/special", 200, b"special"),
        ("GET", "/calls/special/1", 200, b"a special call"),
        ("POST", "/calls/1/say", 200, b"say"),
        ("POST", "/calls/special/say", 200, b"say something special"),
        ("GET", "/calls/1/say", 405, b""),
        ("GET", "/calls//say", 200, b"a call"),
        ("GET", "/calls/1/say/", 200, b"a call"),
        ("GET", "/", 404, b""),
        ("GET", "/callsign", 404, b""),
        ("POST", "/calls/1", 405, b""),
    ],
)
async def test_routes(method: str, path: str, status: int, body: bytes):
    answer = await ROUTER.answer(WebRequest(method, "http://a.example" + path, path, "", {}))
    assert (answer.status, answer.body) == (status, body)


async def test_another_method_is_told_which_ones_there_are():
    answer = await ROUTER.answer(WebRequest("DELETE", "http://a.example/calls", "/calls", "", {}))
    assert answer.headers == {"allow": "GET, POST"}
