"""The emulator's shell: requests in, streams out, a journal of both."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import trio

from voiced.plugin import WebRequest, WebResponse
from voiced.testing.emulator import Line, Served, current_line, serving
from voiced.testing.mistral.judge import PAGE, House, Refusal, admitted, failing, judged
from voiced.testing.mistral.manner import OPENAI, Faults, Latency, Manner
from voiced.testing.mistral.rules import rules
from voiced.testing.mistral.script import Brain, ChatRequest, Reply, Script, obeying
from voiced.testing.mistral.wire import CREATED, Answer, event_bytes, pieces
from voiced.web.router import Response, Router, SendChunk, Streaming

End = Literal["", "done", "refused", "left", "broken"]


@dataclass(slots=True)
class Exchange:
    """One request and what became of it. `tokens`: those that were sent; `over` is set when it has ended."""

    request: ChatRequest
    headers: dict[str, str]
    line: Line
    status: int = 200
    tokens: int = 0
    end: End = ""
    over: trio.Event = field(default_factory=trio.Event)

    def finish(self, end: End) -> None:
        """Write down how it ended."""
        self.end = end
        self.over.set()


class Mistral:
    """The emulator. Its switches may be changed between requests; `journal` holds what came in, in order."""

    def __init__(
        self,
        replies: Sequence[Reply] = (),
        *,
        house: House | None = None,
        manner: Manner | None = None,
        faults: Faults | None = None,
        latency: Latency | None = None,
        brain: Brain = rules,
        seed: int = 1,
    ) -> None:
        """Answer with `replies`, then as `brain` does."""
        self.house = house or House()
        self.manner = manner or (OPENAI if self.house.dialect == "openai" else Manner())
        self.faults = faults or Faults()
        self.latency = latency or Latency()
        self.journal: list[Exchange] = []
        self._brain = Script(replies, brain)
        self._source = random.Random(seed)  # noqa: S311 - no secret, a distribution
        self._refused = 0

    @property
    def router(self) -> Router:
        """Return its routes."""
        return Router({"/v1/chat/completions": {"POST": self._chat}, "/v1/models": {"GET": self._models}})

    async def hang_up(self) -> None:
        """Close the connections on which nothing goes on any more, without telling those who keep them warm."""
        for exchange in self.journal:
            await exchange.line.close()

    async def _models(self, request: WebRequest) -> WebResponse:
        refusal = admitted(request.headers, self.house)
        if refusal is not None:
            return _refused(refusal)
        return _json(200, {"object": "list", "data": [_card(name, self.house) for name in self.house.models]})

    async def _chat(self, request: WebRequest) -> Response:
        body: dict[str, Any] = json.loads(request.body)
        exchange = Exchange(ChatRequest(body), dict(request.headers), current_line())
        self.journal.append(exchange)
        await trio.sleep(self.faults.head_late)
        refusal = self._fault() or admitted(request.headers, self.house) or judged(body, self.house)
        if refusal is not None:
            exchange.status = refusal.status
            exchange.finish("refused")
            return _page(refusal.status) if self.faults.html else _refused(refusal)
        answer = await self._answer(exchange.request)
        if not body.get("stream"):
            exchange.finish("done")
            return _json(200, answer.whole())

        async def produce(send: SendChunk) -> None:
            await self._stream(answer, exchange, send)

        return Streaming(produce, content_type="text/event-stream; charset=utf-8")

    def _fault(self) -> Refusal | None:
        if not self.faults.status or (self.faults.times and self._refused >= self.faults.times):
            return None
        self._refused += 1
        return failing(self.faults, self.house)

    async def _answer(self, request: ChatRequest) -> Answer:
        reply = obeying(await self._brain(request), request)
        return Answer(request, reply, self._manner(request), len(self.journal))

    def _manner(self, request: ChatRequest) -> Manner:
        """Return how to write: OpenAI's tells the costs to those only who ask."""
        asked = (request.raw.get("stream_options") or {}).get("include_usage")
        if self.house.dialect == "mistral" or asked:
            return self.manner
        return replace(self.manner, usage="none")

    async def _stream(self, answer: Answer, exchange: Exchange, send: SendChunk) -> None:
        try:
            await self._send(answer, exchange, send)
        except trio.Cancelled:
            exchange.finish("left")
            raise
        exchange.finish(exchange.end or "done")

    async def _send(self, answer: Answer, exchange: Exchange, send: SendChunk) -> None:
        faults, manner = self.faults, answer.manner
        late = self.latency.before_first(answer.request.prompt_tokens, self._source)
        await trio.sleep(faults.first_late + late)
        for number, event in enumerate(answer.events()):
            if number and faults.then and exchange.tokens >= faults.after:
                await self._accident(manner, exchange, send)
                return
            await _write(event_bytes(event.data, manner), manner, send)
            exchange.tokens += event.tokens
            await trio.sleep(self.latency.before_next(self._source) * event.tokens)
        await _write(event_bytes("[DONE]", manner), manner, send)

    async def _accident(self, manner: Manner, exchange: Exchange, send: SendChunk) -> None:
        """Let what `then` says happen, in the middle of the answer."""
        exchange.end = "broken"
        match self.faults.then:
            case "reset":
                await current_line().reset()
            case "stall":
                await trio.sleep_forever()
            case "malformed":
                await _write(event_bytes('{"id":"c0ffee","choices":[{"delta"', manner), manner, send)
            case "error":
                choice = {"index": 0, "delta": {"content": ""}, "finish_reason": "error"}
                await _write(event_bytes({"id": "c0ffee", "choices": [choice]}, manner), manner, send)
            case "event":
                said = {"object": "error", "message": "Service unavailable.", "type": "internal", "code": "3000"}
                await _write(event_bytes(said, manner), manner, send)


async def _write(data: bytes, manner: Manner, send: SendChunk) -> None:
    for piece in pieces(data, manner.pieces):
        await send(piece)


def _card(name: str, house: House) -> dict[str, Any]:
    plain = {"id": name, "object": "model", "created": CREATED, "owned_by": house.dialect}
    if house.dialect == "openai":
        return plain
    can = {"completion_chat": True, "function_calling": True}
    return {**plain, "type": "base", "capabilities": can, "aliases": [], "max_context_length": house.context}


def _refused(refusal: Refusal) -> WebResponse:
    return _json(refusal.status, refusal.body, dict(refusal.headers))


def _page(status: int) -> WebResponse:
    return WebResponse(status=status, body=PAGE, content_type="text/html")


def _json(status: int, body: Any, headers: dict[str, str] | None = None) -> WebResponse:
    data = json.dumps(body, ensure_ascii=False).encode()
    return WebResponse(status=status, body=data, content_type="application/json", headers=headers or {})


@asynccontextmanager
async def running(emulator: Mistral, **how: Any) -> AsyncIterator[Served]:
    """Serve `emulator` for as long as the context lasts; its API is below `/v1`, `how` is the server's."""
    async with serving(emulator.router, **how) as served:
        yield served
