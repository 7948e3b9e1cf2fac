"""Responding: events of the call go to the flow engine, its commands are carried out. One task, in order.

What the engine asks for may take time (the model, a tool): it runs beside, under the call's nursery, and comes back as
an event. An interruption cancels the model and the voice; a tool that acts on the world is never cancelled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self

import jsonschema
import trio

from voiced.call.journal import Journal
from voiced.call.providers import Providers
from voiced.call.speak import Speaker
from voiced.call.think import request, think
from voiced.call.voice import Reply, first_cause
from voiced.dialog.engine import Engine
from voiced.dialog.policy import Policy
from voiced.dialog.talk import (
    Broke,
    CallTool,
    Connect,
    Decided,
    Delayed,
    Dropped,
    Echo,
    Echoed,
    Event,
    Garbled,
    HangUp,
    HeardReply,
    Hush,
    Interrupted,
    Listen,
    Say,
    Think,
    ToolReturned,
)
from voiced.errors import ProviderError, ProviderProtocol
from voiced.observe import metrics
from voiced.observe.log import logger
from voiced.observe.waterfall import Waterfall
from voiced.plugin import Tool, ToolContext, ToolOutcome

log = logger("call")

PENDING = 64
"""Events that may wait for the engine; a call that has more is broken."""

AGAIN = 3.0
"""How many times longer the next silence may be, once the caller was told that an answer is on its way."""


class Responder:
    """One call's answers."""

    def __init__(
        self,
        engine: Engine,
        providers: Providers,
        speaker: Speaker,
        journal: Journal,
        clock: Callable[[], float],
        *,
        on_listen: Callable[[Policy], None],
        on_echo: Callable[[bool], None],
        on_close: Callable[[HangUp | Connect], None],
    ) -> None:
        self.waterfall: Waterfall | None = None
        """The turn being answered; the first reply takes it along."""
        self._engine, self._providers, self._speaker = engine, providers, speaker
        self._journal, self._clock = journal, clock
        self._on_listen, self._on_echo, self._on_close = on_listen, on_echo, on_close
        self._send, self._receive = trio.open_memory_channel[Event](PENDING)
        self._pending = 0
        self._running = 0  # models and tools at work
        self._thinking = trio.CancelScope()
        self._awaited: int | None = None  # the reply of which the model has not given anything yet
        self._told = False  # the caller of the turn was told to wait before it was understood
        self._passing = False  # what was said last only fills a silence
        self._silent_since = self._silence = 0.0  # when it became quiet meanwhile, and how long that may last
        self._closing: HangUp | Connect | None = None
        self._echo: Echo | None = None
        self._echo_until: float | None = None
        self._waterfalls: dict[int, Waterfall] = {}

    def post(self, event: Event) -> None:
        """Hand an event to the engine. Synchronous; raises `trio.WouldBlock` when the call is hopelessly behind."""
        self._send.send_nowait(event)
        self._pending += 1

    def told(self, event: Event) -> None:
        """Hand over what a person wants. Raises `trio.WouldBlock` when much waits: the rest is the caller's."""
        if self._pending >= PENDING // 2:
            raise trio.WouldBlock
        self.post(event)

    def interrupt(self) -> None:
        """The caller cut in: stop thinking and speaking now, and tell the engine what was heard."""
        self._thinking.cancel()
        self._closing = None
        heard = self._speaker.interrupt()
        for reply in heard:
            self.record(reply)
        self.post(Interrupted(heard))

    def record(self, reply: HeardReply) -> None:
        """Write down what was heard of a reply."""
        waterfall = self._waterfalls.pop(reply.reply, None)
        if reply.heard:
            self._journal.agent_said(reply.heard, reply.whole, self._clock(), waterfall, reply.by)

    @property
    def busy(self) -> bool:
        """Whether an answer is owed or on its way: the silence is not the caller's."""
        waiting = self._closing is not None or self._echo is not None
        return self._pending > 0 or self._running > 0 or not self._speaker.idle or waiting

    @property
    def passing(self) -> bool:
        """Whether nothing else is under way than words that fill a silence."""
        return self._passing and not (self._pending or self._running or self._closing or self._echo)

    def late(self, waterfall: Waterfall) -> None:
        """The recogniser owes a turn: say so, unless something is being said. It ends the gap of `waterfall`."""
        if self._speaker.idle:
            self.waterfall = waterfall
            self.post(Delayed())

    def taken(self, waterfall: Waterfall, *, kept: bool) -> None:
        """Take note of a turn before it is answered; `kept`: the recogniser had kept the caller waiting for it."""
        self.waterfall, self._told = waterfall, self._told and kept

    def tick(self, *, talking: bool) -> None:
        """Do what waits until everything was heard: echo, close the line, say that an answer is on its way.

        `talking`: the caller has the floor, and nothing is said of an answer.
        """
        self._echoes()
        if self._awaited is not None and not talking:
            self._keep_company(self._awaited)
        if self._closing is not None and self._pending == 0 and self._running == 0 and self._speaker.idle:
            closing, self._closing = self._closing, None
            self._on_close(closing)

    async def run(self) -> None:
        """Answer events until cancelled."""
        async with trio.open_nursery() as nursery:
            async for event in self._receive:
                missed = self._engine.state.missed
                for command in self._engine.handle(event):
                    self._do(command, nursery)
                if self._engine.state.missed > missed:
                    metrics.MISUNDERSTANDINGS.labels("unclear" if isinstance(event, Garbled) else "unplaced").inc()
                self._pending -= 1

    def _do(self, command: Any, nursery: trio.Nursery) -> None:
        if isinstance(command, Say | Think):
            self._passing = isinstance(command, Say) and command.passing
        match command:
            case Say():
                self._speaker.say(self._said(command))
            case Think():
                nursery.start_soon(self._think, command)
            case CallTool():
                nursery.start_soon(self._tool, command)
            case Listen():
                self._on_listen(command.policy)
            case Hush():
                self._hush()
            case Decided():
                self._journal.decided(command)
            case Echo():
                self._echo = command
            case HangUp() | Connect():
                self._closing = command

    def _said(self, say: Say) -> Reply:
        if say.by == "operator":  # nobody waited for it: it has no waterfall
            return Reply(say.reply, say.barge_in, whole=say.text, by=say.by)
        if say.passing:  # it ends the gap, but is no answer
            awaited = self._awaited
            self._told = awaited is None
            gap = self.waterfall if awaited is None else self._waterfalls.get(awaited)
            return Reply(say.reply, say.barge_in, say.fixed, gap, whole=say.text)
        return self._reply(say.reply, say.barge_in, say.text, fixed=say.fixed)

    def _reply(self, number: int, barge_in: Any, text: str, *, fixed: bool = False) -> Reply:
        waterfall, self.waterfall = self.waterfall, None
        if waterfall is not None:
            self._waterfalls[number] = waterfall
        return Reply(number, barge_in, fixed, waterfall, whole=text)

    def _hush(self) -> None:
        self._thinking.cancel()
        self._closing = None
        dropped = self._speaker.hush()
        for reply in dropped:
            self.record(reply)
        if any(reply.heard for reply in dropped):
            self.post(Dropped(dropped))

    async def _think(self, command: Think) -> None:
        asked = request(command.question, self._providers.tools, composes=self._providers.llm.capabilities.free_text)
        words, heard = trio.open_memory_channel[str](64)
        reply = self._reply(command.reply, command.barge_in, "")
        waterfall = reply.waterfall
        reply.words = heard
        self._running += 1
        self._awaited, self._silent_since = command.reply, self._clock()
        self._silence = self._engine.flow.policies.waiting.after * (AGAIN if self._told else 1)
        self._told = False
        self._thinking = scope = trio.CancelScope()
        speaking = _Lazily(self._speaker, reply, words)
        try:
            with scope, trio.fail_after(self._providers.deadlines.llm):
                thought = await think(self._providers.llm, asked, speaking, self._first_word(command.reply, waterfall))
                if not thought.text and waterfall is not None:
                    self.waterfall = self._waterfalls.pop(reply.number, None)
                self.post(thought)
        except Exception as error:  # noqa: BLE001 - a plugin's bug must not take the call down
            self.broke("llm", first_cause(error))
        finally:
            self._running -= 1
            self._answered(command.reply)

    def _keep_company(self, reply: int) -> None:
        """Tell the flow when the model keeps the caller waiting in silence; the second time after longer."""
        if not self._speaker.idle:
            self._silent_since = self._clock()
        elif self._clock() - self._silent_since >= self._silence:
            self._silent_since, self._silence = self._clock(), AGAIN * self._silence
            self.post(Delayed(reply))

    def _answered(self, reply: int) -> None:
        if self._awaited == reply:
            self._awaited = None

    def _first_word(self, reply: int, waterfall: Waterfall | None) -> Callable[[], None]:
        """Return what the model's first word, asked for now, is told to."""
        asked_at = self._clock()
        if waterfall is not None:
            waterfall.mark("llm_request", asked_at)

        def first() -> None:
            at = self._clock()
            self._answered(reply)
            metrics.FIRST_BYTE.labels("llm", self._providers.name("llm")).observe(at - asked_at)
            if waterfall is not None:
                waterfall.mark("llm_first_token", at)

        return first

    async def _tool(self, command: CallTool) -> None:
        self._running += 1
        began = self._clock()
        key = f"{self._journal.call.id}:{command.id}"
        try:
            with trio.fail_after(self._providers.deadlines.of_tool(command.name)):
                outcome = await self._use(self._providers.tools[command.name], command.arguments, key)
        except Exception as error:  # noqa: BLE001 - a plugin's bug must not take the call down
            metrics.TOOL_CALLS.labels(command.name, "failed").inc()
            self.broke("tool", first_cause(error), command.name)
        else:
            result = ToolReturned(command.id, outcome.ok, outcome.data, outcome.say)
            metrics.TOOL_CALLS.labels(command.name, "ok" if result.ok else "declined").inc()
            self._journal.acted(command, key, result, began)
            self.post(result)
        finally:
            metrics.TOOL_SECONDS.labels(command.name).observe(self._clock() - began)
            self._running -= 1

    async def _use(self, tool: Tool, arguments: Mapping[str, Any], key: str) -> ToolOutcome:
        known = {name: value for name, value in arguments.items() if value is not None}
        jsonschema.validate(known, tool.spec.parameters)
        facts = self._engine.facts
        outcome = await tool.call(known, ToolContext(facts.call_id, key, facts.caller, facts.called))
        if not isinstance(outcome, ToolOutcome):
            raise ProviderProtocol(f"tool {tool.spec.name} returned no outcome")
        return outcome

    def _echoes(self) -> None:
        """Begin to echo once what was said before was heard, end it when its time is over."""
        if self._echo is None or not self._speaker.idle:
            return
        if self._echo_until is None:
            self._echo_until = self._clock() + self._echo.seconds
            self._on_echo(True)
        elif self._clock() >= self._echo_until:
            self._on_echo(False)
            self._echo = self._echo_until = None
            self.post(Echoed())

    def broke(self, what: str, error: Exception, provider: str = "") -> None:
        """Tell the engine that a provider failed; the flow has a way out. `provider`: the active one, if not said."""
        name = provider or self._providers.name(what)
        metrics.PROVIDER_FAILURES.labels(what, name, metrics.error_class(error)).inc()
        retryable = isinstance(error, ProviderError) and error.retryable
        log.warning("provider_failed", kind=what, error=type(error).__name__, retryable=retryable)
        self._journal.noted("provider.failed", kind=what, error=type(error).__name__)
        self.post(Broke(what))


class _Lazily:
    """A channel of words that begins to speak with the first of them: an answer that is only a choice says nothing."""

    def __init__(self, speaker: Speaker, reply: Reply, words: trio.MemorySendChannel[str]) -> None:
        self._speaker, self._reply, self._words = speaker, reply, words
        self._begun = False

    async def send(self, piece: str) -> None:
        """Speak a piece."""
        if not self._begun:
            self._begun = True
            self._speaker.say(self._reply)
        await self._words.send(piece)

    async def __aenter__(self) -> Self:
        """Open."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close: the answer is complete."""
        self._words.close()
