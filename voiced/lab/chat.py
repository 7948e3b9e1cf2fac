"""Talking to a flow by keyboard: the real engine, model and tools; no sound, no line, no clock.

What the agent says counts as heard at once. A line is what the caller says; lines that begin with a slash are what a
caller does without words.
"""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Literal, Self

import jsonschema
import trio

from voiced.call.providers import Providers
from voiced.call.think import request, think
from voiced.call.voice import first_cause
from voiced.dialog.engine import Engine
from voiced.dialog.flow import Flow
from voiced.dialog.state import Facts
from voiced.dialog.talk import (
    Begun,
    Broke,
    CallTool,
    Command,
    Connect,
    Decided,
    Echo,
    Echoed,
    Event,
    Finished,
    Garbled,
    HangUp,
    HeardReply,
    Key,
    NotConnected,
    Say,
    Silent,
    Think,
    TimeUp,
    ToolReturned,
    Turn,
)
from voiced.plugin import Tool, ToolContext, ToolOutcome

Kind = Literal["agent", "note", "detail", "fault"]
"""What is shown: the agent's words, what happens besides, what only `--verbose` wants to know, what went wrong."""
Show = Callable[[Kind, str], None]

HELP = """\
Type what the caller says, or
  /dtmf 12#   press keys          /silence    say nothing       /mumble    say something nobody understands
  /time       let the call reach its longest                    /hangup    leave
While a transfer rings: /answer, /busy, /no-answer, /failed."""
RESULTS = {"/busy": "busy", "/no-answer": "no-answer", "/failed": "failed"}


class Chat:
    """One call by keyboard."""

    def __init__(self, flow: Flow, providers: Providers, show: Show, *, now: datetime, caller: str = "") -> None:
        self.engine = Engine(flow, Facts(f"chat-{uuid.uuid4().hex[:12]}", now, caller=caller))
        self.ended = ""
        """How the call ended, "" while it goes on."""
        self._providers = providers
        self._show = show
        self._events: deque[Event] = deque()
        self._closing: HangUp | Connect | None = None
        self._ringing: Connect | None = None

    async def run(self, next_line: Callable[[], Awaitable[str]]) -> str:
        """Hold the call until it ends, or `next_line` gives "", the end of the input; return how it ended."""
        await self.take(Begun())
        while not self.ended and (line := await next_line()):
            await self._line(line.strip())
        return self.ended or "caller"

    async def take(self, event: Event) -> None:
        """Let an event happen, and everything that follows from it."""
        self._events.append(event)
        while self._events:
            before = self.engine.state.step
            commands = self.engine.handle(self._events.popleft())
            if self.engine.state.step != before:
                self._show("detail", f"step {before or '(start)'} -> {self.engine.state.step}")
            for command in commands:
                await self._do(command)
        self._close()

    # --- what the caller does ---------------------------------------------------------------------------------------

    async def _line(self, line: str) -> None:
        if self._ringing is not None:
            await self._ring(line)
        elif line.startswith("/"):
            await self._act(*line.partition(" ")[::2])
        elif line:
            self._closing = None
            await self.take(Turn(line))

    async def _act(self, command: str, keys: str) -> None:
        plain: Mapping[str, Event] = {"/silence": Silent(), "/mumble": Garbled(), "/time": TimeUp()}
        if command == "/hangup":
            self.ended = "caller"
        elif command in plain:
            await self.take(plain[command])
        elif command == "/dtmf" and keys.strip():
            for key in keys.split():
                for digit in key:
                    await self.take(Key(digit))
        else:
            self._show("note", HELP)

    async def _ring(self, line: str) -> None:
        """Let a transfer that rings end."""
        if line == "/answer":
            self.ended = "transfer"
        elif line in RESULTS:
            self._ringing = None
            await self.take(NotConnected(RESULTS[line]))
        else:
            self._show("note", HELP)

    # --- what the engine wants ----------------------------------------------------------------------------------------

    async def _do(self, command: Command) -> None:
        match command:
            case Say():
                self._say(command.reply, command.text)
            case Think():
                await self._think(command)
            case CallTool():
                await self._tool(command)
            case Decided():
                self._show("note", f"consent {command.decision} ({command.modality})")
            case Echo():
                self._show("note", f"the caller hears themselves for {command.seconds:g} s")
                self._events.append(Echoed())
            case HangUp() | Connect():
                self._closing = command

    def _say(self, reply: int, text: str) -> None:
        self._show("agent", text)
        self._events.append(Finished(HeardReply(reply, text, text)))

    async def _think(self, command: Think) -> None:
        llm = self._providers.llm
        asked = request(command.question, self._providers.tools, composes=llm.capabilities.free_text)
        try:
            with trio.fail_after(self._providers.deadlines.llm):
                thought = await think(llm, asked, _Unspoken())
        except Exception as error:  # noqa: BLE001 - a plugin's bug is shown, and the flow has a way out
            self._broke("llm", error)
            return
        if thought.text:
            self._say(command.reply, thought.text)
        for wanted in thought.wanted:
            self._show("detail", f"the model chose {wanted.name} {dict(wanted.arguments) or ''}".rstrip())
        self._events.append(thought)

    async def _tool(self, command: CallTool) -> None:
        arguments = {name: value for name, value in command.arguments.items() if value is not None}
        try:
            with trio.fail_after(self._providers.deadlines.of_tool(command.name)):
                outcome = await self._use(self._providers.tools[command.name], arguments, command.id)
        except Exception as error:  # noqa: BLE001 - the same
            self._broke("tool", error)
            return
        self._show("note", f"tool {command.name} {arguments} -> {'ok' if outcome.ok else 'no'} {dict(outcome.data)}")
        self._events.append(ToolReturned(command.id, outcome.ok, outcome.data, outcome.say))

    async def _use(self, tool: Tool, arguments: Mapping[str, Any], number: str) -> ToolOutcome:
        jsonschema.validate(arguments, tool.spec.parameters)
        facts = self.engine.facts
        return await tool.call(
            arguments, ToolContext(facts.call_id, f"{facts.call_id}:{number}", facts.caller, facts.called)
        )

    def _broke(self, what: str, error: Exception) -> None:
        cause = first_cause(error)
        self._show("fault", f"{what} failed: {type(cause).__name__}: {cause}")
        self._events.append(Broke(what))

    def _close(self) -> None:
        """Do what waited until everything was heard."""
        closing, self._closing = self._closing, None
        if isinstance(closing, HangUp):
            self._show("detail", f"hung up: {closing.reason}")
            self.ended = "agent"
        elif closing is not None:
            self._ringing = closing
            self._show(
                "note", f"ringing {closing.number} for {closing.timeout:g} s: /answer, /busy, /no-answer, /failed"
            )


class _Unspoken:
    """Where the model's words go as they come: they are shown as a whole."""

    async def send(self, piece: str, /) -> None:
        """Take a piece."""

    async def __aenter__(self) -> Self:
        """Open."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close."""
