"""An `Llm` behind an address that speaks chat completions. It never retries, falls back or gives up waiting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

import msgspec

from voiced.errors import ProviderOverloaded
from voiced.plugin.chat.body import Dialect, request_body
from voiced.plugin.chat.chunk import error_code
from voiced.plugin.chat.reply import ReplyReader
from voiced.plugin.chat.sse import EventStream
from voiced.plugin.host import Host
from voiced.plugin.llm import LlmCapabilities, LlmEvent, LlmRequest, ToolSpec
from voiced.plugin.net import Reading, refusal
from voiced.plugin.streams import Sink


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to ask, and whom. `url` ends before `/chat/completions`; `key` may be empty."""

    provider: str
    url: str
    model: str
    key: str = field(default="", repr=False)
    temperature: float | None = None
    """None: what each request says."""

    def headers(self, accept: str) -> Mapping[str, str]:
        """Return the headers of a request."""
        bearer = {"authorization": f"Bearer {self.key}"} if self.key else {}
        return {"content-type": "application/json", "accept": accept, **bearer}


class ChatLlm:
    """Implements `Llm`."""

    def __init__(self, endpoint: Endpoint, dialect: Dialect, host: Host) -> None:
        self._endpoint, self._dialect, self._host = endpoint, dialect, host
        self._prepared = False

    @property
    def capabilities(self) -> LlmCapabilities:
        """It composes; whether it goes on from a beginning is the dialect's to say."""
        return LlmCapabilities(prefix=self._dialect.prefix)

    async def prepare(self, tools: Sequence[ToolSpec]) -> None:  # noqa: ARG002 - a model behind an address has no use for them
        """Open a connection and look whether the key is good and the model there; once. Costs no tokens."""
        if self._prepared:
            return
        endpoint = self._endpoint
        url = f"{endpoint.url}/models"
        answer = await self._host.net.request("GET", url, headers=endpoint.headers("application/json"))
        if answer.status in {401, 402, 403}:
            raise refusal(answer.status, answer.headers, provider=endpoint.provider, detail=error_code(answer.body))
        listed = _models(answer.body) if answer.status == 200 else None
        if listed and endpoint.model not in listed:
            self._host.log.warning("model_not_listed", provider=endpoint.provider, model=endpoint.model)
        self._prepared = True

    async def reply(self, request: LlmRequest, out: Sink[LlmEvent]) -> None:
        """Answer. Leaving early, by cancellation too, closes the connection: the provider stops and bills no more."""
        endpoint = self._endpoint
        asked = request_body(request, endpoint.model, self._dialect, endpoint.temperature)
        reader = ReplyReader(endpoint.provider, request.tools, asked.beginning)
        url, headers = f"{endpoint.url}/chat/completions", endpoint.headers("text/event-stream")
        async with self._host.net.stream("POST", url, headers=headers, body=asked.body) as reading:
            if reading.status != 200:
                detail = await _code(reading)
                raise refusal(reading.status, reading.headers, provider=endpoint.provider, detail=detail)
            await _pass_on(reading, reader, out)


async def _pass_on(reading: Reading, reader: ReplyReader, out: Sink[LlmEvent]) -> None:
    """Pass the answer on, and read to the end of the body: only so is the connection used again."""
    stream = EventStream()
    async with aclosing(reading.chunks()) as chunks:  # type: ignore[type-var]  # an async generator, whose contract says less
        async for chunk in chunks:
            for data in stream.feed(chunk):
                for event in reader.feed(data):
                    await out.send(event)
    for event in [*(each for data in stream.close() for each in reader.feed(data)), *reader.close()]:
        await out.send(event)


async def _code(reading: Reading) -> str:
    try:
        return error_code(await reading.body())
    except ProviderOverloaded:
        return ""


class _Model(msgspec.Struct):
    id: str = ""
    aliases: list[str] = []


class _Models(msgspec.Struct):
    data: list[_Model] = []


def _models(body: bytes) -> set[str]:
    """Return the models that are listed, and their other names; none where the list cannot be read."""
    try:
        listed = msgspec.json.decode(body, type=_Models).data
    except msgspec.DecodeError:
        return set()
    return {name for model in listed for name in (model.id, *model.aliases)}
