"""The plugin, wired to an emulated Mistral."""

from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
import trio

from voiced.net import Network
from voiced.plugin import LlmRequest, Message, Token, ToolCall
from voiced.testing.fakes import FakeHost
from voiced.testing.mistral import running
from voiced_mistral import make
from voiced_mistral.options import MistralOptions

PATIENCE = 10.0


@dataclass
class Told:
    """Implements `Sink`: keeps what it is told; `first` is set by the first of it."""

    events: list = field(default_factory=list)
    first: trio.Event = field(default_factory=trio.Event)

    async def send(self, event, /):
        await trio.lowlevel.checkpoint()
        self.events.append(event)
        self.first.set()

    @property
    def text(self):
        return "".join(event.text for event in self.events if isinstance(event, Token))

    @property
    def calls(self):
        return [event for event in self.events if isinstance(event, ToolCall)]


@dataclass
class Brain:
    """The provider, asked in few words."""

    llm: object

    async def ask(self, *messages, told=None, **fields):
        told = told or Told()
        messages = messages or (Message("user", "Je voudrais un rendez-vous mardi"),)
        with trio.fail_after(PATIENCE):
            await self.llm.reply(LlmRequest(tuple(messages), **fields), told)
        return told


@pytest.fixture
async def host(tmp_path):
    made = FakeHost(tmp_path, tmp_path, net=Network("mistral"))
    yield made
    await made.net.aclose()


@pytest.fixture
def wired(host):
    """Serve an emulator, and give the provider that asks it."""

    @asynccontextmanager
    async def serve(emulator, **options):
        async with running(emulator) as served:
            given = {"api_key": emulator.house.key, "url": served.url, **options}
            yield Brain(make(MistralOptions(**given), host))

    return serve


@pytest.fixture
def told():
    return Told()
