"""Posts one call's webhooks as Twilio would: signed, timed, tried again, with the call's cookies."""

from __future__ import annotations

import secrets
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Self
from urllib.parse import urldefrag, urlencode, urlsplit

import httpx2
import trio

from voiced.testing.caller.journal import Journal
from voiced.testing.emulator.latency import Delays
from voiced.testing.twilio.signing import Signature, signature_headers, signed_url
from voiced.testing.twilio.webhook import HTTP_FAILURE, TIMED_OUT, Trouble, answer_trouble, is_web_url, overrides_of

USER_AGENT = "TwilioProxy/1.1"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a webhook came to. `code` is Twilio's error, 0 for success."""

    code: int
    status: int = 0
    content_type: str = ""
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Target:
    """Where requests go and how they are signed.

    `routes` maps an origin as configured (`https://agent.example.org`) to the one that is really asked
    (`http://127.0.0.1:8080`): requests are signed for the first.
    """

    token: str
    routes: Mapping[str, str] = field(default_factory=dict)
    keep_port: bool = False

    def real(self, url: str) -> str:
        """Return the URL to connect to: routed, without fragment."""
        bare = urldefrag(url).url
        parts = urlsplit(bare)
        origin = f"{parts.scheme}://{parts.netloc}"
        return self.routes[origin] + bare.removeprefix(origin) if origin in self.routes else bare


@cache
def tls() -> ssl.SSLContext:
    """Return the process's TLS context: making one takes longer than a call's first words should."""
    return ssl.create_default_context()


class Delivery:
    """One call's HTTP client. Use as an async context manager."""

    def __init__(self, target: Target, journal: Journal, late: Delays) -> None:
        self._target, self._late = target, late
        self._journal = journal
        self._client = httpx2.AsyncClient(verify=tls(), headers={"User-Agent": USER_AGENT}, trust_env=False)

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._client.__aexit__()

    async def request(
        self,
        url: str,
        fields: Mapping[str, str],
        *,
        method: str = "POST",
        signature: Signature = "right",
        token: str = "",
    ) -> Answer:
        """Make one webhook, with its retries; never raises for what the application does.

        Args:
            url: As configured: its fragment holds overrides.
            fields: The form, or the query of a GET.
            method: POST or GET.
            signature: Which one the request carries.
            token: The idempotency token; one is made when empty. Retries repeat it.
        """
        if not is_web_url(url):
            self._journal.note("http.response", url=url, status=0, code=HTTP_FAILURE, body=b"")
            return Answer(HTTP_FAILURE)
        overrides = overrides_of(url)
        token = token or secrets.token_hex(16)
        answer, late = Answer(TIMED_OUT), await self._late.wait()
        with trio.move_on_after(overrides.total) as total:
            for attempt in range(overrides.retries + 1):
                request = self._build(url, fields, method, signature, token)
                request.extensions["timeout"] = httpx2.Timeout(overrides.read, connect=overrides.connect).as_dict()
                answer, trouble = await self._attempt(request)
                if trouble is None or not overrides.tries_again(trouble, attempt):
                    break
        if total.cancelled_caught:
            answer = Answer(TIMED_OUT)
        said = {"status": answer.status, "code": answer.code, "body": answer.body, "late": late}
        self._journal.note("http.response", url=url, **said)
        return answer

    def _build(
        self, url: str, fields: Mapping[str, str], method: str, signature: Signature, token: str
    ) -> httpx2.Request:
        form = method == "POST"
        signed = signed_url(url, keep_port=self._target.keep_port)
        real = self._target.real(url)
        if not form:
            query = ("&" if urlsplit(signed).query else "?") + urlencode(fields)
            signed, real = signed + query, real + query
        headers = {"I-Twilio-Idempotency-Token": token}
        headers |= signature_headers(signature, self._target.token, signed, fields if form else None)
        self._journal.note(
            "http.request", method=method, url=real, signed_url=signed, fields=dict(fields), headers=headers
        )
        return self._client.build_request(method, real, data=dict(fields) if form else None, headers=headers)

    async def _attempt(self, request: httpx2.Request) -> tuple[Answer, Trouble | None]:
        try:
            response = await self._client.send(request)
        except (httpx2.ConnectTimeout, httpx2.ConnectError):
            return Answer(HTTP_FAILURE), "ct"
        except httpx2.TimeoutException:
            return Answer(TIMED_OUT), "rt"
        except httpx2.TransportError:
            return Answer(HTTP_FAILURE), "rt"
        trouble = answer_trouble(response.status_code)
        code = HTTP_FAILURE if trouble else 0
        content_type = response.headers.get("content-type", "")
        return Answer(code, response.status_code, content_type, response.content), trouble

    async def get(self, url: str) -> Answer:
        """Fetch a file for `<Play>`; unsigned, once."""
        if is_web_url(url):
            answer, _ = await self._attempt(self._client.build_request("GET", self._target.real(url)))
        else:
            answer = Answer(HTTP_FAILURE)
        self._journal.note("http.response", url=url, status=answer.status, code=answer.code)
        return answer
