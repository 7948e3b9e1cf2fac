"""Which signed requests were answered already, so that one that comes again is answered as before and does nothing.

Vonage repeats a webhook whose answer it did not get; somebody who saw one may repeat it too. Pure: time is an argument.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass

from voiced.plugin import WebRequest, WebResponse

KEPT = 600.0
"""Seconds for which an answer is kept: longer than a signed request is taken."""
MOST = 10_000
"""Answers kept: more than ten minutes of a worker's webhooks."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that was given `at`, to the request with the digest `asked`."""

    at: float
    asked: bytes
    response: WebResponse


class Replays:
    """The answers of the last minutes, by `jti`."""

    def __init__(self) -> None:
        self._given: OrderedDict[str, Given] = OrderedDict()

    def find(self, jti: str, request: WebRequest) -> WebResponse | None:
        """Return the answer that was given to the same request; None when its `jti` is new.

        Raises ValueError when the `jti` was used for another request: nobody but a forger does that.
        """
        given = self._given.get(jti)
        if given is None:
            return None
        if given.asked != _digest(request):
            raise ValueError("a token was used for two requests")
        return given.response

    def keep(self, jti: str, request: WebRequest, response: WebResponse, now: float) -> None:
        """Remember an answer, and forget those that are too old."""
        self._given[jti] = Given(now, _digest(request), response)
        while self._given:
            oldest = next(iter(self._given))
            if len(self._given) <= MOST and now - self._given[oldest].at <= KEPT:
                return
            del self._given[oldest]


def _digest(request: WebRequest) -> bytes:
    asked = f"{request.method} {request.path}?{request.query}\n".encode("utf-8", "replace")
    return hashlib.sha256(asked + request.body).digest()
