"""The stage on which steps play: what is known, what is said, where the call goes next.

Everything that a kind of step (`voiced.dialog.steps`) may do. Commands gather in `out` until the engine hands them on.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from voiced.dialog import steps
from voiced.dialog.flow import Flow, Step
from voiced.dialog.phrase import constants
from voiced.dialog.policy import BargeIn, Policy
from voiced.dialog.render import fill, is_fixed, pieces
from voiced.dialog.speech import Speech
from voiced.dialog.state import Facts, State
from voiced.dialog.talk import OPERATOR, By, Command, Connect, HangUp, Hush, Listen, Question, Say, Think

MOST_WAYS_OUT = 3
"""Ways out of silence and misunderstanding that one call may take before it ends."""
MOST_HOPS = 50
"""Steps that may follow each other without the caller; more is a circle that the linter could not see."""


class Stage:
    """One call in a flow, as its steps see it."""

    def __init__(self, flow: Flow, facts: Facts) -> None:
        self.flow = flow
        self.facts = facts
        self.state = State()
        self.speech = Speech()
        self.constants = constants(flow)
        self.out: list[Command] = []
        self.hops = 0
        self._replies = 0

    @property
    def step(self) -> Step:
        """The step the call is in."""
        return self.flow.steps[self.state.step]

    @property
    def readings(self) -> dict[str, Any]:
        """How everything known reads aloud."""
        return {**self.constants, "caller": self.facts.caller, **self.state.said}

    @property
    def values(self) -> dict[str, Any]:
        """Everything known, as canonical values."""
        return {**self.constants, "caller": self.facts.caller, **self.state.values}

    def say(self, text: str, *, barge_in: BargeIn | None = None) -> None:
        """Say a text of the flow: what is the same in every call as one reply, else sentence by sentence."""
        for piece in pieces(text, self.constants):
            self.tell(self.filled(piece), fixed=is_fixed(piece, self.constants), barge_in=barge_in)

    def tell(self, text: str, *, fixed: bool = False, barge_in: BargeIn | None = None, by: By = "agent") -> None:
        """Say `text` as it is."""
        text = text.strip()
        if not text:
            return
        say = Say(self.next_reply(), text, fixed, barge_in or self.barge_in, by)
        if say.barge_in != "none":
            self.state.telling = (*self.state.telling, text)
        self.do(say)

    def tell_rest(self, unheard: Iterable[Say]) -> None:
        """Say what an interruption kept from the caller."""
        for say in unheard:
            self.tell(say.text, fixed=say.fixed, barge_in=say.barge_in, by=say.by)

    def next_reply(self) -> int:
        """Return the number of a new reply."""
        self._replies += 1
        return self._replies

    def do(self, command: Command) -> None:
        """Add a command to the answer."""
        if isinstance(command, Hush):
            self.speech.hushed()
        elif isinstance(command, Say | Think):
            self.speech.add(command)
        self.out.append(command)

    def think(self, question: Question, barge_in: BargeIn) -> None:
        """Ask the model."""
        self.state.mode = "thinking"
        self.state.thinking = Think(self.next_reply(), question, barge_in)
        self.do(self.state.thinking)

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
        self.state.stale.discard(slot)

    def drop(self, slot: str) -> None:
        """Forget a value."""
        self.state.values.pop(slot, None)
        self.state.said.pop(slot, None)

    @property
    def leaving(self) -> bool:
        """Whether the call, or this line, ends once everything was heard."""
        return self.state.mode in {"transfer", "closing"}

    @property
    def keys(self) -> str:
        """The sentence that tells the keys, where only they are left and the step has any."""
        return steps.of(self.step).keys(self) if self.state.down else ""

    def offer_keys(self) -> None:
        """Tell the keys behind a question, where only they are left; the first time with an apology."""
        if not self.keys:
            return
        if not self.state.apologised:
            self.state.apologised = True
            self.say(self.flow.policies.failure.say, barge_in="none")
        self.say(self.keys)

    def by_keys(self) -> bool:
        """Go on by keys alone; False where the step has none."""
        if not self.keys:
            return False
        self.state.mode = ""
        if self.state.apologised:
            self.misunderstood()
            return True
        self.do(Hush())
        self.offer_keys()
        self.listen_again()
        return True

    def listen_again(self) -> None:
        """Expect the caller in the step that we are in, as it wants to."""
        steps.of(self.step).listen(self)

    def goto(self, name: str | None) -> None:
        """Enter a step; none at all ends the call."""
        self.hops += 1
        if name is None or self.hops > MOST_HOPS:
            self.hang_up("end of flow")
            return
        state = self.state
        state.step, state.mode, state.so_far, state.keys, state.candidate = name, "", "", "", None
        state.silences = state.misunderstandings = 0
        state.pending_tool, state.wanted, state.closing, state.cut = "", None, None, None
        state.sent_to = state.sent_to if self.step.kind == "transfer" else ""
        steps.of(self.step).enter(self)

    def listen(self, *, expects: str = "") -> None:
        """Expect the caller."""
        self.state.expects = expects
        self.do(Listen(self._policy()))
        self.speech.asked()

    def _policy(self) -> Policy:
        policies = self.flow.policies
        end = self.step.end_of_turn or policies.end_of_turn
        return Policy(
            end_after=end.after,
            unfinished_after=end.unfinished,
            silence_after=(self.step.silence or policies.silence).after,
            waiting_after=policies.waiting.after,
            barge_in_after=(self.step.barge_in or policies.barge_in).after,
            expects=self.state.expects,
            so_far=self.state.so_far,
        )

    def misunderstood(self) -> None:
        """Rephrase; when everything was tried, take the way out."""
        self.state.missed += 1
        policy = self.step.misunderstanding or self.flow.policies.misunderstanding
        self.escalate(policy.say, policy.then, "misunderstandings")

    def close(self, command: Connect | HangUp) -> None:
        """Leave this call, or this line, once everything was heard."""
        may_stay = isinstance(command, HangUp) and command.reason != OPERATOR
        self.state.mode = "closing" if may_stay else "transfer"
        self.state.closing, self.state.pending_tool = command, ""
        self.do(command)

    def hang_up(self, reason: str) -> None:
        """End the call once everything was heard."""
        self.close(HangUp(reason))

    def escalate(self, sayings: tuple[str, ...], then: str | None, counter: str) -> None:
        """Say the next of `sayings`; when all were said, go `then`, or hang up."""
        count = getattr(self.state, counter)
        setattr(self.state, counter, count + 1)
        if count < len(sayings):
            self.say(self.keys or sayings[count])
            self.listen_again()
            return
        self.state.ways_out += 1
        if then is None or then == self.state.step or self.state.ways_out > MOST_WAYS_OUT:
            self.hang_up(counter)
        else:
            self.goto(then)
