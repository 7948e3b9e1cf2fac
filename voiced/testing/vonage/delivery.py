"""Posts one call's webhooks as Vonage would: signed, timed, tried once more where it helps, then the fallback."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self
from urllib.parse import urlencode

import httpx2
import trio

from voiced.testing.caller.journal import Journal
from voiced.testing.emulator.latency import Delays
from voiced.testing.twilio.delivery import Target, tls
from voiced.testing.vonage.faults import Faults
from voiced.testing.vonage.ncco import Action, NccoRefused, parse
from voiced.testing.vonage.settings import Application, Hooks, new_uuid
from voiced.testing.vonage.tokens import Forgery, authorization, compact

USER_AGENT = "nexmo/1.0"
AGAIN = frozenset({429, 503, 504})
"""Statuses after which a webhook is tried once more."""

Kind = Literal["answer", "event"]
Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a webhook came to. `trouble` says in a word why there was no answer; "" when there was."""

    status: int = 0
    content_type: str = ""
    body: bytes = b""
    trouble: str = ""

    @property
    def good(self) -> bool:
        """Whether it was answered with success."""
        return not self.trouble and 200 <= self.status < 300

    def ncco(self) -> list[Action]:
        """Return the actions. Raises `NccoRefused` for anything but JSON that is an NCCO."""
        if self.content_type.partition(";")[0].strip().lower() != "application/json":
            raise NccoRefused(f"Invalid content type {self.content_type!r}")
        return parse(self.body)


class Delivery:
    """One call's HTTP client. Use as an async context manager."""

    def __init__(
        self,
        application: Application,
        hooks: Hooks,
        routes: Mapping[str, str],
        faults: Faults,
        journal: Journal,
        late: Delays,
    ) -> None:
        self._late = late
        self._application, self._hooks, self._faults, self._journal = application, hooks, faults, journal
        self._target = Target("", routes)
        self._client = httpx2.AsyncClient(verify=tls(), headers={"User-Agent": USER_AGENT}, trust_env=False)

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._client.__aexit__()

    def real(self, url: str) -> str:
        """Return the URL to connect to."""
        return self._target.real(url)

    async def ask(
        self, url: str, fields: Fields, kind: Kind, *, method: str = "POST", forgery: Forgery = "none", jti: str = ""
    ) -> Answer:
        """Make one webhook, with its retry; never raises for what the application does."""
        token = jti or new_uuid()
        answer = await self._once(url, fields, kind, method, forgery, token)
        if answer.trouble or answer.status in AGAIN:
            await trio.sleep(self._hooks.retry_after)
            answer = await self._once(url, fields, kind, method, forgery, token)
        return answer

    async def ask_fallback(self, url: str, fields: Fields, kind: Kind, reason: str) -> Answer:
        """Ask the fallback address what it makes of a webhook that failed; twice."""
        more = {"reason": reason, "original_request": {"url": url, "type": kind}}
        answer = Answer()
        for _ in range(2):
            answer = await self._once(
                self._hooks.fallback_url, {**fields, **more}, "answer", "POST", "none", new_uuid()
            )
            if answer.good:
                break
        return answer

    async def _once(self, url: str, fields: Fields, kind: Kind, method: str, forgery: Forgery, jti: str) -> Answer:
        late = await self._late.wait()
        request = self._build(url, fields, method, forgery, jti)
        seconds = self._hooks.answer_timeout if kind == "answer" else self._hooks.event_timeout
        request.extensions["timeout"] = httpx2.Timeout(seconds, connect=self._hooks.connect_timeout).as_dict()
        answer = await self._send(request)
        said = {"status": answer.status, "trouble": answer.trouble, "body": answer.body, "late": late}
        self._journal.note("http.response", url=url, **said)
        return answer

    def _build(self, url: str, fields: Fields, method: str, forgery: Forgery, jti: str) -> httpx2.Request:
        application, real = self._application, self.real(url)
        if method == "GET":
            payload = compact(fields) if self._faults.hashed_query else None
            headers = authorization(application, payload, jti, forgery)
            real += ("&" if "?" in real else "?") + urlencode(fields)
            body = b""
        else:
            body = json.dumps(fields, ensure_ascii=False).encode()
            headers = authorization(application, body, jti, forgery) | {"Content-Type": "application/json"}
        self._journal.note("http.request", method=method, url=url, fields=dict(fields), headers=headers)
        return self._client.build_request(method, real, content=body or None, headers=headers)

    async def _send(self, request: httpx2.Request) -> Answer:
        try:
            response = await self._client.send(request)
        except httpx2.TimeoutException:
            return Answer(trouble="timeout")
        except httpx2.TransportError:
            return Answer(trouble="connection")
        content_type = response.headers.get("content-type", "")
        return Answer(response.status_code, content_type, response.content)
