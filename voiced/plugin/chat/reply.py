"""An answer read from the data of its events: text as it comes, tool calls when they are whole, what it cost.

Text is passed on unless it is the model's thinking. Calls may come whole or in pieces, and are told apart by their
index, or by their ids where a server numbers them all alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from voiced.errors import ProviderOverloaded, ProviderProtocol
from voiced.plugin.chat.chunk import Call, Chunk, decode
from voiced.plugin.chat.echo import Echo
from voiced.plugin.chat.names import wire_name
from voiced.plugin.chat.thinking import Thinking
from voiced.plugin.llm import Done, LlmEvent, Token, ToolCall, ToolSpec

END = b"[DONE]"


@dataclass(slots=True)
class _Pieces:
    """A call of which pieces have come."""

    id: str
    name: str = ""
    arguments: list[str] = field(default_factory=list)
    whole: Mapping[str, Any] | None = None


class ReplyReader:
    """The data of events in, events of the contract out. One answer each."""

    def __init__(self, provider: str, tools: Sequence[ToolSpec] = (), beginning: str = "") -> None:
        """Read an answer of `provider` to a request that offered `tools`, and gave the answer's `beginning`."""
        self._provider = provider
        self._names = {wire_name(tool.name): tool.name for tool in tools}
        self._thinking = Thinking()
        self._echo = Echo(beginning)
        self._calls: dict[int, _Pieces] = {}
        self._done = Done()
        self._stopped = False
        self._ended = False

    def feed(self, data: bytes) -> list[LlmEvent]:
        """Take one event. Raises `ProviderProtocol` when it is no chunk, `ProviderOverloaded` when the model failed."""
        if self._ended:
            return []
        if data.strip() == END:
            return self._end()
        chunk = decode(data, self._provider)
        if chunk.usage:
            self._done = Done(chunk.usage.prompt_tokens or 0, chunk.usage.completion_tokens or 0)
        return self._choice(chunk) if chunk.choices else []

    def close(self) -> list[LlmEvent]:
        """Return what is left when the connection is over. Raises `ProviderOverloaded` when the answer was cut off."""
        if self._ended:
            return []
        if not self._stopped:
            raise ProviderOverloaded("the answer broke off", provider=self._provider, stage="stream")
        return self._end()

    def _choice(self, chunk: Chunk) -> list[LlmEvent]:
        choice = chunk.choices[0]
        if choice.finish_reason == "error":
            raise ProviderOverloaded("the model failed in its answer", provider=self._provider, stage="stream")
        events: list[LlmEvent] = []
        if choice.delta:
            text = self._echo.feed(self._thinking.feed(choice.delta.text()))
            events += [Token(text)] if text else []
            for call in choice.delta.tool_calls or ():
                self._take(call)
        if choice.finish_reason:
            self._stopped = True
            events += self._made()
        return events

    def _end(self) -> list[LlmEvent]:
        self._ended = True
        held = self._echo.feed(self._thinking.close()) + self._echo.close()
        return [*([Token(held)] if held else []), *self._made(), self._done]

    def _take(self, call: Call) -> None:
        """Add a piece to its call: that of the same index, unless it names another id."""
        at = call.index if call.index is not None else max(len(self._calls) - (not call.id), 0)
        before = self._calls.get(at)
        if before and call.id and before.id and call.id != before.id:
            at, before = max(self._calls) + 1, None
        pieces = before or self._calls.setdefault(at, _Pieces(call.id or ""))
        pieces.name += call.function.name or ""
        if isinstance(call.function.arguments, dict):
            pieces.whole = call.function.arguments
        elif call.function.arguments:
            pieces.arguments.append(call.function.arguments)

    def _made(self) -> list[LlmEvent]:
        calls, self._calls = self._calls, {}
        return [self._call(calls[at]) for at in sorted(calls)]

    def _call(self, pieces: _Pieces) -> ToolCall:
        name = self._names.get(pieces.name, pieces.name)
        if pieces.whole is not None:
            return ToolCall(pieces.id, name, pieces.whole)
        try:
            arguments = msgspec.json.decode("".join(pieces.arguments).strip() or "{}")
        except msgspec.DecodeError as error:
            raise self._broken() from error
        if not isinstance(arguments, dict):
            raise self._broken()
        return ToolCall(pieces.id, name, arguments)

    def _broken(self) -> ProviderProtocol:
        return ProviderProtocol("a tool call's arguments are no JSON object", provider=self._provider, stage="stream")
