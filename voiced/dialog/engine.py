"""The flow engine: events in, commands out. It follows a flow; it knows no clock, socket, model or voice.

The engine owns what a call remembers (`State`) and the rules common to all steps: interruption, silence,
misunderstanding, failure, length. What a kind of step does is in `voiced.dialog.steps`.

An interruption of which nothing was heard takes the turn before it back: the caller had not finished, so the state
before that turn is restored and its words wait for the rest. A turn that has acted on the world is never taken back.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from voiced.dialog import steps
from voiced.dialog.flow import Flow, Step
from voiced.dialog.phrase import RECONNECTED, constants
from voiced.dialog.policy import BargeIn, Policy
from voiced.dialog.render import fill, is_fixed
from voiced.dialog.state import Facts, State
from voiced.dialog.talk import (
    Begun,
    Broke,
    CallTool,
    Command,
    Echoed,
    Event,
    FalseAlarm,
    Finished,
    Garbled,
    HangUp,
    HeardReply,
    Hush,
    Interrupted,
    Key,
    Listen,
    NotConnected,
    Reconnected,
    Say,
    Silent,
    Spoken,
    Thought,
    TimeUp,
    ToolReturned,
    Turn,
)
from voiced.text.endings import backchannel

MOST_HOPS = 50
"""Steps that may follow each other without the caller; more is a circle that the linter could not see."""


class Engine:
    """One call's way through a flow."""

    def __init__(self, flow: Flow, facts: Facts) -> None:
        self.flow = flow
        self.facts = facts
        self.state = State()
        self.constants = constants(flow)
        self._out: list[Command] = []
        self._replies = 0
        self._hops = 0
        self._before: State | None = None  # the state before the turn being answered
        self._turn = ""  # the words of that turn
        self._carry = ""  # words of a turn that was taken back
        self._unheard: list[Say] = []  # what an interruption kept from the caller

    # --- the door ---------------------------------------------------------------------------------------------

    def handle(self, event: Event) -> tuple[Command, ...]:
        """Take one event, return what to do about it, in order."""
        self._out, self._hops = [], 0
        _HANDLERS[type(event)](self, event)
        return tuple(self._out)

    # --- what steps use -----------------------------------------------------------------------------------------

    @property
    def step(self) -> Step:
        """The step the call is in."""
        return self.flow.steps[self.state.step]

    @property
    def readings(self) -> dict[str, Any]:
        """How everything known reads aloud."""
        return {**self.constants, **self.state.said}

    @property
    def values(self) -> dict[str, Any]:
        """Everything known, as canonical values."""
        return {**self.constants, "caller": self.facts.caller, **self.state.values}

    def say(self, text: str, *, barge_in: BargeIn | None = None) -> None:
        """Say a text of the flow."""
        fixed = is_fixed(text, self.constants)
        self.tell(fill(text, self.readings), fixed=fixed, barge_in=barge_in)

    def tell(self, text: str, *, fixed: bool = False, barge_in: BargeIn | None = None) -> None:
        """Say `text` as it is."""
        if text.strip():
            self.do(Say(self.next_reply(), text.strip(), fixed, barge_in or self.barge_in))

    def next_reply(self) -> int:
        """Return the number of a new reply."""
        self._replies += 1
        return self._replies

    def do(self, command: Command) -> None:
        """Add a command to the answer."""
        if isinstance(command, CallTool):
            self._before = None
        self._out.append(command)

    @property
    def barge_in(self) -> BargeIn:
        """How the step may be cut."""
        if not self.step.interruptible:
            return "none"
        return (self.step.barge_in or self.flow.policies.barge_in).by

    def filled(self, text: str) -> str:
        """Return a text of the flow with its holes filled, for reading."""
        return fill(text, self.readings)

    def keep(self, slot: str, value: Any, said: str) -> None:
        """Keep a value and how it reads aloud."""
        self.state.values[slot], self.state.said[slot] = value, said

    def drop(self, slot: str) -> None:
        """Forget a value."""
        self.state.values.pop(slot, None)
        self.state.said.pop(slot, None)

    def listen_again(self) -> None:
        """Expect the caller in the step that we are in, as it wants to."""
        steps.of(self.step).listen(self)

    def goto(self, name: str | None) -> None:
        """Enter a step; none at all ends the call."""
        self._hops += 1
        if name is None or self._hops > MOST_HOPS:
            self.hang_up("end of flow")
            return
        state = self.state
        state.step, state.mode, state.so_far, state.keys, state.candidate = name, "", "", "", None
        state.silences = state.misunderstandings = 0
        steps.of(self.step).enter(self)

    def listen(self, *, expects: str = "") -> None:
        """Expect the caller."""
        silence = self.step.silence or self.flow.policies.silence
        barge_in = self.step.barge_in or self.flow.policies.barge_in
        end = self.step.end_of_turn or self.flow.policies.end_of_turn
        self.do(
            Listen(
                Policy(
                    end_after=end.after,
                    unfinished_after=end.unfinished,
                    silence_after=silence.after,
                    barge_in_after=barge_in.after,
                    expects=expects,
                    so_far=self.state.so_far,
                )
            )
        )
        if self.state.kept_turn:
            kept, self.state.kept_turn = self.state.kept_turn, ""
            self._take_turn(kept, 1.0)

    def misunderstood(self) -> None:
        """Rephrase; when everything was tried, take the way out."""
        policy = self.step.misunderstanding or self.flow.policies.misunderstanding
        self._escalate(policy.say, policy.then, "misunderstandings")

    def hang_up(self, reason: str) -> None:
        """End the call once everything was heard."""
        self.state.mode = "closing"
        self.do(HangUp(reason))

    # --- events ---------------------------------------------------------------------------------------------------

    def _begun(self, _event: Begun) -> None:
        self.goto(self.flow.start)

    def _reconnected(self, _event: Reconnected) -> None:
        self.tell(RECONNECTED, fixed=True)
        self.goto(self.state.step or self.flow.start)

    def _turn_taken(self, event: Turn) -> None:
        text = f"{self._carry} {event.text}".strip()
        self._carry = ""
        self._take_turn(text, event.confidence)

    def _take_turn(self, text: str, confidence: float) -> None:
        if self.state.mode in {"tool", "transfer"}:
            if not backchannel(text):
                self.state.kept_turn = text
            return
        self._before, self._turn = copy.deepcopy(self.state), text
        self._unheard = []
        self.state.silences = 0
        self.state.lines.append(Spoken("user", text))
        steps.of(self.step).turn(self, text, confidence)

    def _key(self, event: Key) -> None:
        self._carry = ""
        self.state.silences = 0
        steps.of(self.step).key(self, event.digit)

    def _silent(self, _event: Silent) -> None:
        if steps.of(self.step).silent(self):
            return
        policy = self.step.silence or self.flow.policies.silence
        self._escalate(policy.say, policy.then, "silences")

    def _garbled(self, _event: Garbled) -> None:
        if self.state.mode not in {"tool", "transfer", "closing"}:
            steps.of(self.step).garbled(self)

    def _escalate(self, sayings: tuple[str, ...], then: str | None, counter: str) -> None:
        count = getattr(self.state, counter)
        setattr(self.state, counter, count + 1)
        if count < len(sayings):
            self.say(sayings[count])
            self.listen_again()
        elif then is not None and then != self.state.step:
            self.goto(then)
        else:
            self.hang_up(counter)

    def _finished(self, event: Finished) -> None:
        self._remember(event.reply)
        self._unheard = []
        steps.of(self.step).finished(self)

    def _interrupted(self, event: Interrupted) -> None:
        for reply in event.replies:
            self._remember(reply)
        self._unheard = [Say(0, rest) for reply in event.replies if (rest := reply.whole[len(reply.heard) :].strip())]
        if self._before is not None and not any(reply.heard for reply in event.replies):
            self.state, self._before, self._carry = self._before, None, self._turn
        elif self.state.mode == "thinking":
            self.state.mode = ""

    def _false_alarm(self, _event: FalseAlarm) -> None:
        if self._carry:
            carried, self._carry = self._carry, ""
            self._take_turn(carried, 1.0)
            return
        for say in self._unheard:
            self.tell(say.text)
        self._unheard = []
        if self.state.mode == "closing":
            self.do(HangUp("goodbye"))

    def _thought(self, event: Thought) -> None:
        if self.state.mode == "thinking":
            self.state.mode = ""
            steps.of(self.step).thought(self, event)

    def _tool_returned(self, event: ToolReturned) -> None:
        if event.id == self.state.pending_tool:
            self.state.pending_tool, self.state.mode = "", ""
            steps.of(self.step).returned(self, event)

    def _echoed(self, _event: Echoed) -> None:
        self.state.mode = ""
        self.goto(self.step.next)

    def _not_connected(self, event: NotConnected) -> None:
        self.state.mode = ""
        steps.of(self.step).not_connected(self, event.result)

    def _broke(self, event: Broke) -> None:
        self.state.failures += 1
        policy = self.flow.policies.failure
        self.state.mode = ""
        if event.what == "tool" and self.step.tool is not None and self.step.failed is not None:
            self.goto(self.step.failed)
            return
        self.do(Hush())
        self.say(policy.say, barge_in="none")
        self.goto(policy.then if self.state.failures == 1 and policy.then != self.state.step else None)

    def _time_up(self, _event: TimeUp) -> None:
        policy = self.flow.policies.length
        self.do(Hush())
        self.say(policy.say, barge_in="none")
        self.goto(policy.then)

    def _remember(self, reply: HeardReply) -> None:
        if reply.heard:
            self.state.lines.append(Spoken("assistant", reply.heard))
            if self._before is not None and reply.heard:
                self._before = None


_HANDLERS: dict[type[Any], Callable[[Engine, Any], None]] = {
    Begun: Engine._begun,  # noqa: SLF001 - the table of the class's own handlers
    Turn: Engine._turn_taken,  # noqa: SLF001 - the same
    Key: Engine._key,  # noqa: SLF001 - the same
    Silent: Engine._silent,  # noqa: SLF001 - the same
    Garbled: Engine._garbled,  # noqa: SLF001 - the same
    Finished: Engine._finished,  # noqa: SLF001 - the same
    Interrupted: Engine._interrupted,  # noqa: SLF001 - the same
    FalseAlarm: Engine._false_alarm,  # noqa: SLF001 - the same
    Thought: Engine._thought,  # noqa: SLF001 - the same
    ToolReturned: Engine._tool_returned,  # noqa: SLF001 - the same
    Echoed: Engine._echoed,  # noqa: SLF001 - the same
    NotConnected: Engine._not_connected,  # noqa: SLF001 - the same
    Broke: Engine._broke,  # noqa: SLF001 - the same
    Reconnected: Engine._reconnected,  # noqa: SLF001 - the same
    TimeUp: Engine._time_up,  # noqa: SLF001 - the same
}
