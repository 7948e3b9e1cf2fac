"""Asking the emulator over its wire, without any client of ours above the bytes."""

import json
from contextlib import aclosing
from dataclasses import dataclass

import trio

from voiced.net import Network

MODEL = "mistral-small-latest"
CALLER = {"role": "user", "content": "Je voudrais un rendez-vous mardi"}
PATIENCE = 10.0


def tool(name, about="", **properties):
    parameters = {"type": "object", "properties": properties}
    return {"type": "function", "function": {"name": name, "description": about, "parameters": parameters}}


def called(*ids, name="creneaux"):
    calls = [{"id": each, "type": "function", "function": {"name": name, "arguments": "{}"}} for each in ids]
    return {"role": "assistant", "content": "", "tool_calls": calls}


def result(of):
    return {"role": "tool", "tool_call_id": of, "content": "{}"}


@dataclass
class Read:
    """An answer as it came."""

    status: int
    headers: dict
    body: bytes
    pieces: list

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def lines(self):
        return self.body.decode().splitlines()

    @property
    def chunks(self):
        data = [line.removeprefix("data: ") for line in self.lines if line.startswith("data: {")]
        return [json.loads(each) for each in data]

    @property
    def deltas(self):
        return [chunk["choices"][0]["delta"] for chunk in self.chunks if chunk["choices"]]

    @property
    def text(self):
        return "".join(delta["content"] for delta in self.deltas if isinstance(delta.get("content"), str))

    @property
    def calls(self):
        return [call for delta in self.deltas for call in delta.get("tool_calls", ())]

    @property
    def reason(self):
        return [chunk["choices"][0]["finish_reason"] for chunk in self.chunks if chunk["choices"]][-1]


@dataclass
class Asking:
    """Asks with one warm connection."""

    net: Network
    url: str
    key: str = "test-key"

    async def __call__(self, *messages, headers=None, **fields):
        body = {"model": MODEL, "stream": True, "messages": messages or [CALLER], **fields}
        headers = {"authorization": f"Bearer {self.key}"} if headers is None else headers
        with trio.fail_after(PATIENCE):
            return await self._ask(json.dumps(body).encode(), headers)

    async def _ask(self, body, headers):
        async with self.net.stream("POST", f"{self.url}/v1/chat/completions", headers=headers, body=body) as reading:
            async with aclosing(reading.chunks()) as chunks:
                pieces = [piece async for piece in chunks]
            return Read(reading.status, dict(reading.headers), b"".join(pieces), pieces)
