"""The kit sees what a model does wrong: each of these breaks one promise."""

# ruff: noqa: ARG002 - what breaks a contract need not read all that it is given

import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

import pytest
import trio
from msgspec.structs import replace

from voiced.plugin import Done, LlmCapabilities, ProviderBadInput, ProviderOverloaded, Token, ToolCall
from voiced.testing.conformance import LlmRig, NotConforming, check_llm, llm_promises
from voiced.testing.conformance.check_llm import under
from voiced.testing.conformance.promises import hold, promise
from voiced.testing.template.llm import AcmeLlm, AcmeOptions


class Through:
    """A model between the call and a good one; `told` changes what the good one says."""

    capabilities = LlmCapabilities()

    async def prepare(self, tools):
        pass

    async def reply(self, request, out):
        await AcmeLlm(AcmeOptions(), None).reply(request, Telling(self, out))

    def told(self, event):
        return [event]


@dataclass
class Telling:
    llm: object
    out: object

    async def send(self, event):
        for each in self.llm.told(event):
            await self.out.send(each)


class Endless(Through):
    def told(self, event):
        return [] if isinstance(event, Done) else [event]


class TwiceDone(Through):
    def told(self, event):
        return [event, event] if isinstance(event, Done) else [event]


class Silent(Through):
    def told(self, event):
        return [event] if isinstance(event, Done) else []


class Inventing(Through):
    """Promises to compose nothing, and does."""

    capabilities = LlmCapabilities(free_text=False)


class Blank(Through):
    def told(self, event):
        return [Token(""), event]


class Strange(Through):
    def told(self, event):
        return [replace(event, name="autre")] if isinstance(event, ToolCall) else [event]


class Schemaless(Through):
    def told(self, event):
        return [replace(event, arguments={"jour": 3})] if isinstance(event, ToolCall) else [event]


class SameIds(Through):
    def told(self, event):
        return [event, event] if isinstance(event, ToolCall) else [event]


class Eager(Through):
    async def reply(self, request, out):
        await super().reply(replace(request, tool_choice="required"), out)


class Free(Through):
    async def reply(self, request, out):
        await super().reply(replace(request, tool_choice="none"), out)


class Parrot(Through):
    capabilities = LlmCapabilities(prefix=True)

    async def reply(self, request, out):
        await out.send(Token(request.prefix or "Oui."))
        await super().reply(request, out)


class Strict(Through):
    async def reply(self, request, out):
        if not request.messages or request.messages[-1].role != "user":
            raise ProviderBadInput("expected last role user", provider="acme")
        await super().reply(request, out)


class Unready(Through):
    async def prepare(self, tools):
        self.name = tools[0].name


class Preparing(Through):
    """Cannot be stopped while it gets ready."""

    async def prepare(self, tools):
        with trio.CancelScope(shield=True):
            await trio.sleep(3)


class Dropping(Through):
    async def reply(self, request, out):
        class Quick:
            async def send(self, event):
                with trio.move_on_after(0.1 if isinstance(event, Token | ToolCall) else 1.0):
                    await out.send(event)

        await super().reply(request, Quick())


class Remembering(Through):
    """One request for all: the last."""

    request = None

    async def reply(self, request, out):
        self.request = request
        await trio.sleep(0.1)
        await super().reply(self.request, out)


class Parting(Through):
    async def reply(self, request, out):
        try:
            await super().reply(request, out)
        finally:
            with trio.CancelScope(shield=True):
                await trio.sleep(2)


class Hoarding(Through):
    def __init__(self):
        self.kept = []

    async def reply(self, request, out):
        self.kept.append(socket.socket())
        await super().reply(request, out)


class Growing(Through):
    count = 0

    @property
    def capabilities(self):
        self.count += 1
        return LlmCapabilities(prefix=self.count > 1)


BROKEN = [
    (llm_promises.capabilities, Growing, "asked twice, they differ"),
    (llm_promises.capabilities, Endless, "Done must come once, last"),
    (llm_promises.words, TwiceDone, "Done must come once, last"),
    (llm_promises.words, Silent, "it said nothing"),
    (llm_promises.words, Inventing, "free_text is false"),
    (llm_promises.words, Blank, "an empty token"),
    (llm_promises.acts, Silent, "it called no tool"),
    (llm_promises.acts, Strange, "'autre', which was not offered"),
    (llm_promises.acts, Schemaless, "break their schema"),
    (llm_promises.acts, SameIds, "ids of calls"),
    (llm_promises.choice, Eager, "though tool_choice is none"),
    (llm_promises.choice, Free, "though tool_choice is required"),
    (llm_promises.prefix, Parrot, "was spoken already"),
    (llm_promises.any_history, Strict, "the agent speaks last|nothing at all"),
    (llm_promises.prepare, Unready, "IndexError"),
    (llm_promises.prepare, Preparing, "it took 3.00 s to end|it took 2.99 s"),
    (llm_promises.slow_sink, Dropping, "a slow reader got other calls"),
    (llm_promises.two_answers, Remembering, "at once"),
    (llm_promises.cancelled, Parting, "it took 2.00 s to end"),
    (llm_promises.nothing_grows, Hoarding, "sockets that are open"),
]


def rig(llm, _fault=""):
    @asynccontextmanager
    async def made():
        yield LlmRig(llm())

    return made()


@pytest.mark.parametrize(("broken", "llm", "how"), BROKEN, ids=lambda each: getattr(each, "__name__", None))
def test_a_broken_promise_is_named(broken, llm, how):
    with pytest.raises(NotConforming, match=how) as told:
        hold("model", [promise(broken)], partial(rig, llm))
    assert told.value.broken[0][0] == promise(broken).text


def test_every_promise_can_be_broken():
    kept = set(check_llm(partial(rig, Through)))
    assert {promise(keep).text for keep, _, _ in BROKEN} <= kept


class Failing(Through):
    async def reply(self, request, out):
        await out.send(Token("Bon"))
        raise ProviderOverloaded("the answer broke off", provider="acme")


class Lying(Through):
    """Says that the answer is whole, and fails."""

    async def reply(self, request, out):
        await super().reply(request, out)
        raise ProviderOverloaded("the answer broke off", provider="acme")


class Waiting(Through):
    async def reply(self, request, out):
        await trio.sleep_forever()


@pytest.mark.parametrize(
    ("llm", "fault", "how"),
    [
        (Failing, "throttled", "it raised ProviderOverloaded"),
        (Lying, "cut", "had said Done before"),
        (Through, "silent", "over before"),
    ],
)
def test_a_wrong_error_is_named(llm, fault, how):
    with pytest.raises(NotConforming, match=how):
        hold("model", [under(fault)], partial(rig, llm))


def test_the_right_ones_are_taken():
    assert hold("model", [under("cut")], partial(rig, Failing))
    assert hold("model", [under("silent")], partial(rig, Waiting))
