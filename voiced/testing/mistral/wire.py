"""Answers as events: chunks of a reply in the manner asked for, then bytes. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from voiced.plugin.chat.names import wire_id
from voiced.testing.mistral.manner import Manner
from voiced.testing.mistral.script import Call, ChatRequest, Reply

CREATED = 1_795_424_400
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `tokens`: how many of the model's it carries."""

    data: Json
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply to a request, the `number`th of this server."""

    request: ChatRequest
    reply: Reply
    manner: Manner
    number: int

    def events(self) -> Iterator[Event]:
        """Give the events of a stream: the role, the text, the calls, the reason with the costs."""
        yield Event(self._chunk({"role": "assistant", "content": ""}))
        if self.reply.thinking:
            inner = [{"type": "text", "text": self.reply.thinking}]
            yield Event(self._chunk({"content": [{"type": "thinking", "thinking": inner}]}), 1)
        for token in self._tokens():
            yield Event(self._chunk({"content": self._content(token)}), 1)
        yield from self._end()
        if self.manner.usage == "alone":
            yield Event({**self._head("chat.completion.chunk"), "choices": [], "usage": self._usage()})

    def whole(self) -> Json:
        """Return the answer in one piece, for a request that wants no stream."""
        said: Json = {"role": "assistant", "content": "".join(self._tokens())}
        if self.reply.calls:
            said["tool_calls"] = self._calls()
        choice = {"index": 0, "message": said, "finish_reason": self.reply.reason}
        return {**self._head("chat.completion"), "choices": [choice], "usage": self._usage()}

    def _end(self) -> Iterator[Event]:
        """Give the calls, whole or in pieces, and the reason for the end."""
        usage = {"usage": self._usage()} if self.manner.usage == "last" else {}
        calls = self._calls()
        last: Json = {"content": ""}
        if calls and self.manner.calls == "pieces":
            yield Event(self._chunk({"tool_calls": [_beginning(call) for call in calls]}), 1)
            for call in calls:
                for piece in _halves(call["function"]["arguments"]):
                    part = {"index": call["index"], "function": {"arguments": piece}}
                    yield Event(self._chunk({"tool_calls": [part]}), 1)
            last = {}
        elif calls:
            last |= {"tool_calls": calls}
        yield Event({**self._chunk(last, self.reply.reason), **usage}, len(calls))

    def _tokens(self) -> list[str]:
        beginning = [self.request.prefix] if self.request.prefix and self.manner.echo else []
        return beginning + self.reply.tokens

    def _content(self, token: str) -> Any:
        return [{"type": "text", "text": token}] if self.manner.content == "parts" else token

    def _calls(self) -> list[Json]:
        taken: set[str] = set()
        calls = enumerate(self.reply.calls)
        return [self._call(call, at, wire_id(call.id or f"{self.number}/{at}", taken)) for at, call in calls]

    def _call(self, call: Call, at: int, made: str) -> Json:
        arguments: Any = call.arguments
        if isinstance(arguments, Mapping) and self.manner.calls != "object":
            arguments = json.dumps(arguments, ensure_ascii=False)
        return {"id": call.id or made, "function": {"name": call.name, "arguments": arguments}, "index": at}

    def _chunk(self, delta: Mapping[str, Any], finish: str | None = None) -> Json:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return {**self._head("chat.completion.chunk"), "choices": [choice]}

    def _head(self, kind: str) -> Json:
        return {"id": f"{self.number:032x}", "object": kind, "created": CREATED, "model": self.request.raw["model"]}

    def _usage(self) -> Json:
        prompt, made = self.request.prompt_tokens, len(self._tokens()) + 10 * len(self.reply.calls)
        return {"prompt_tokens": prompt, "completion_tokens": made, "total_tokens": prompt + made}


def _beginning(call: Json) -> Json:
    return {**call, "type": "function", "function": {"name": call["function"]["name"], "arguments": ""}}


def _halves(text: str) -> tuple[str, str]:
    return text[: len(text) // 2], text[len(text) // 2 :]


def event_bytes(data: Json | str, manner: Manner) -> bytes:
    """Return an event as it is sent."""
    end = manner.line_end
    ping = f": ping{end}{end}" if manner.pings else ""
    if isinstance(data, dict):
        padded = {**data, "p": "abcdefghijklmnop"[: 1 + len(str(data)) % 16]} if manner.padding else data
        data = json.dumps(padded, ensure_ascii=False, separators=(",", ":"))
    return f"{ping}data: {data}{end}{end}".encode()


def pieces(data: bytes, size: int) -> list[bytes]:
    """Return `data` in pieces of `size` bytes; 0: in one."""
    return [data[at : at + size] for at in range(0, len(data), size)] if size else [data]
