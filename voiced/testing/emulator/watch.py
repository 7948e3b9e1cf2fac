"""For whoever looks on while an emulator serves: a word for each request, and for sockets as they open and close."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import trio
from msgspec.structs import replace

from voiced.plugin import WebRequest
from voiced.web.router import Response, Router, SendChunk, Streaming


@dataclass(frozen=True, slots=True)
class Visit:
    """Something that a client asked for. The path stands without its query, where keys and texts may be.

    `outcome` is an HTTP status; `opened`, `refused` or `closed` with a code for sockets; of answers that stream
    `left` where the client did not wait for the end, `broken` where there was none. `seconds` is how long it took.
    """

    method: str
    path: str
    outcome: str
    seconds: float = 0.0


Watch = Callable[[Visit], None]


class Watched(Router):
    """Answers as another router does, and tells what became of each request."""

    def __init__(self, router: Router, watch: Watch) -> None:
        super().__init__({})
        self._router, self._watch = router, watch

    async def answer(self, request: WebRequest) -> Response:
        """Return the other's answer; one that streams is told of when it has ended."""
        began = trio.current_time()

        def tell(outcome: str) -> None:
            self._watch(Visit(request.method, request.path, outcome, trio.current_time() - began))

        response = await self._router.answer(request)
        if isinstance(response, Streaming):
            return replace(response, produce=_told(response, tell))
        tell(str(getattr(response, "status", "")))
        return response


def _told(response: Streaming, tell: Callable[[str], None]) -> Callable[[SendChunk], Awaitable[None]]:
    async def produce(send: SendChunk) -> None:
        outcome = "broken"
        try:
            await response.produce(send)
            outcome = str(response.status)
        except trio.Cancelled:
            outcome = "left"
            raise
        finally:
            tell(outcome)

    return produce
