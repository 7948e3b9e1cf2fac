"""The flow engine: events in, commands out. It follows a flow; it knows no clock, socket, model or voice.

The engine owns the rules common to all steps: interruption, silence, misunderstanding, failure, length. What a step may
do is in `voiced.dialog.stage`, what each kind does in `voiced.dialog.steps`, what a call remembers in `State`.

An interruption of which nothing was heard takes the turn before it back: the caller had not finished, so the state
before that turn is restored and its words wait for the rest. A turn that has run a tool is never taken back. A plain
yes or no after which a wish follows is an answer, and the wish a turn of its own.

What must be heard comes first: words said before it are no answer. A mere "oui" over the agent answers only a question
that was heard.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from voiced.dialog import failure, operator, steps
from voiced.dialog.flow import Flow
from voiced.dialog.phrase import RECONNECTED
from voiced.dialog.policy import BargeIn
from voiced.dialog.render import is_fixed
from voiced.dialog.speech import Speech
from voiced.dialog.stage import Stage
from voiced.dialog.state import Facts, State
from voiced.dialog.steps import answers, routing
from voiced.dialog.talk import (
    OPERATOR,
    Begun,
    Broke,
    CallTool,
    Command,
    Delayed,
    Dismissed,
    Dropped,
    Echoed,
    Event,
    FalseAlarm,
    Finished,
    Garbled,
    HeardReply,
    Hush,
    Interrupted,
    Key,
    Listen,
    Muted,
    NotConnected,
    Prompted,
    Reconnected,
    Redirected,
    Say,
    Silent,
    Spoken,
    Think,
    Thought,
    TimeUp,
    ToolReturned,
    Turn,
)
from voiced.text.endings import backchannel


class Engine(Stage):
    """One call's way through a flow."""

    def __init__(self, flow: Flow, facts: Facts) -> None:
        super().__init__(flow, facts)
        self._before: State | None = None  # the state before the turn being answered, until that cannot be taken back
        self._turn = ""  # the words of that turn
        self._carry = ""  # words of a turn that was taken back

    # --- the door ---------------------------------------------------------------------------------------------

    def handle(self, event: Event) -> tuple[Command, ...]:
        """Take one event, return what to do about it, in order."""
        self.out, self.hops = [], 0
        if not isinstance(event, _KEEPS_TURN):
            self._before = None
        if not operator.stands_still(self, event):
            _HANDLERS[type(event)](self, event)
        self._take_what_was_kept()
        if any(isinstance(command, CallTool) for command in self.out):
            self._before = None
        return tuple(self.out)

    def _take_what_was_kept(self) -> None:
        """Take what was said or pressed while a tool ran, as soon as the caller is listened to again."""
        state = self.state
        if state.muted or not any(isinstance(command, Listen) for command in self.out):
            return
        key, turn, state.kept_key, state.kept_turn = state.kept_key, state.kept_turn, "", ""
        if key:
            self._key(Key(key))
        elif turn:
            self._take_turn(turn, 1.0)

    # --- the caller -----------------------------------------------------------------------------------------------

    def _turn_taken(self, event: Turn) -> None:
        self.state.down.discard("stt")
        if not self._carry and not event.earlier and self._is_no_answer(event.text):
            self._resume()
            return
        first, self._carry = "" if event.corrects else self._carry, ""
        if first and self._answers_and_wishes(first, event.text):
            self._take_turn(first, 1.0)
            self.state.kept_turn = event.text
        else:
            self._take_turn(f"{first} {event.text}".strip(), event.confidence)

    def _answers_and_wishes(self, first: str, then: str) -> bool:
        return self.state.expects == "yes_no" and answers.then_a_wish(first, then, routing.context(self))

    def _is_no_answer(self, text: str) -> bool:
        """Return whether this was said over words that must be heard first, or merely to show that one listens."""
        if self.speech.must_come_first:
            return True
        answers = self.state.expects == "yes_no" and not self.speech.missed_question
        return bool(self.speech.unheard) and backchannel(text) and not answers

    def _take_turn(self, text: str, confidence: float) -> None:
        state = self.state
        if state.mode == "tool":
            state.kept_turn = state.kept_turn if backchannel(text) else f"{state.kept_turn} {text}".strip()
            return
        if state.mode == "transfer":
            self._resume()
            return
        self._before, self._turn, state.cut = state.copy(), text, None
        self.speech.take_unheard()
        state.silences = 0
        state.lines.append(Spoken("user", text))
        state.told, state.telling = state.telling or state.told, ()
        steps.of(self.step).turn(self, text, confidence)

    def _key(self, event: Key) -> None:
        self._carry = ""
        self.state.silences = 0
        if self.state.mode == "tool":
            self.state.kept_key = event.digit
            return
        self.tell_rest(self.speech.take_unheard(only_uncuttable=True))
        if self.state.mode == "transfer":
            return
        steps.of(self.step).key(self, event.digit)

    def _silent(self, _event: Silent) -> None:
        if steps.of(self.step).silent(self):
            return
        policy = self.step.silence or self.flow.policies.silence
        self.escalate(policy.say, policy.then, "silences")

    def _garbled(self, _event: Garbled) -> None:
        if self.state.mode not in {"tool", "transfer", "closing"}:
            steps.of(self.step).garbled(self)

    # --- the agent's own voice --------------------------------------------------------------------------------------

    def _finished(self, event: Finished) -> None:
        self._remember(event.reply)
        self.speech.finished(event.reply)

    def _interrupted(self, event: Interrupted) -> None:
        for reply in event.replies:
            self._remember(reply)
        self.speech.interrupted(event.replies)
        if self._before is not None:
            self._take_back(self._before)
        elif self.state.mode == "thinking" and self.state.thinking is not None:
            thinking, self.state.mode = self.state.thinking, ""
            begun = next((reply.whole for reply in event.replies if reply.reply == thinking.reply), "")
            self.state.cut = Thought(begun) if begun else thinking

    def _dropped(self, event: Dropped) -> None:
        for reply in event.replies:
            self._remember(reply)

    def _take_back(self, before: State) -> None:
        """Undo the turn being answered: nothing of the answer was heard, and the caller goes on."""
        if self.state.consent == "granted" != before.consent:
            self.do(routing.withdrawal(self))
        self.state, self._before, self._carry = before, None, self._turn
        self.speech.take_unheard()
        self.do(Hush())
        self.listen_again()

    def _false_alarm(self, _event: FalseAlarm) -> None:
        if self._carry:
            carried, self._carry = self._carry, ""
            self._take_turn(carried, 1.0)
        else:
            self._resume()

    def _resume(self) -> None:
        """Go on where the caller cut in: say what was not heard, think again, leave after all."""
        missed = self.speech.missed_question
        self.tell_rest(self.speech.take_unheard())
        if missed:
            self.speech.asked()
        cut, self.state.cut = self.state.cut, None
        if isinstance(cut, Think):
            self.think(cut.question, cut.barge_in)
        elif cut is not None:
            steps.of(self.step).thought(self, cut)
        elif self.state.closing is not None:
            self.close(self.state.closing)

    def _remember(self, reply: HeardReply) -> None:
        if reply.heard and not self.speech.in_passing(reply.reply):
            self.state.lines.append(Spoken("assistant", reply.heard))
            self._before = None

    # --- models, tools, lines ---------------------------------------------------------------------------------------

    def _begun(self, _event: Begun) -> None:
        self.goto(self.flow.start)
        failure.begun(self)

    def _reconnected(self, _event: Reconnected) -> None:
        self.tell(RECONNECTED, fixed=True, barge_in="voice")
        unheard, self.speech = self.speech.uncuttable(), Speech()
        self.tell_rest(unheard.values())
        if operator.is_dismissed(self.state):
            self.hang_up(OPERATOR)
        elif self.state.step:
            steps.of(self.step).resume(self)
        else:
            self.goto(self.flow.start)

    def _thought(self, event: Thought) -> None:
        self.state.down.discard("llm")
        if self.state.mode == "thinking":
            self.state.mode = ""
            if event.text:
                self.state.telling = (*self.state.telling, event.text)
            steps.of(self.step).thought(self, event)

    def _delayed(self, event: Delayed) -> None:
        """Fill the silence in which the caller waits for the model or the recogniser."""
        state, sayings = self.state, self.flow.policies.waiting.say
        barge_in = self._patient(event.reply)
        if not sayings or barge_in is None:
            return
        text = sayings[state.delays % len(sayings)]
        state.delays += 1
        fixed = is_fixed(text, self.constants)
        say = Say(self.next_reply(), self.filled(text), fixed, barge_in, passing=True)
        self.speech.passes(say.reply)
        self.out.append(say)

    def _patient(self, reply: int | None) -> BargeIn | None:
        """Return how a caller may cut who is told to wait for `reply`, or to be understood; None when none waits."""
        state, thinking = self.state, self.state.thinking
        if reply is not None:
            waits = state.mode == "thinking" and thinking is not None and thinking.reply == reply
            return thinking.barge_in if thinking and waits else None
        if not state.step or "stt" in state.down or state.mode not in {"", "thinking"}:
            return None
        return "words" if self.barge_in == "none" else self.barge_in  # else the words that are owed were no answer

    def _tool_returned(self, event: ToolReturned) -> None:
        if event.id == self.state.pending_tool:
            self.state.pending_tool, self.state.mode = "", ""
            steps.of(self.step).returned(self, event)

    def _echoed(self, _event: Echoed) -> None:
        self.goto(self.step.next)

    def _not_connected(self, event: NotConnected) -> None:
        self.state.mode, self.state.closing = "", None
        if not operator.came_back(self):
            steps.of(self.step).not_connected(self, event.result)

    def _broke(self, event: Broke) -> None:
        state = self.state
        if operator.is_dismissed(state):
            self.hang_up(OPERATOR)
            return
        if event.what == "tool" and state.pending_tool and (self.step.tool is None or self.step.failed is not None):
            self._tool_returned(ToolReturned(state.pending_tool, ok=False))
            return
        failure.broke(self, event.what)

    def _time_up(self, _event: TimeUp) -> None:
        policy = self.flow.policies.length
        self.do(Hush())
        self.say(policy.say, barge_in="none")
        self.goto(policy.then)

    # --- a person, from outside -------------------------------------------------------------------------------------

    def _muted(self, event: Muted) -> None:
        if self._carry:
            self.state.lines.append(Spoken("user", self._carry))
            self._carry = ""
        for held in operator.muted(self, event):
            _HANDLERS[type(held)](self, held)


_KEEPS_TURN = (Turn, Thought, Delayed, Finished, Interrupted, Dropped, FalseAlarm)
"""What may happen between a turn and an interruption that takes it back; anything else settles the turn."""

_HANDLERS: dict[type[Any], Callable[[Engine, Any], None]] = {
    Begun: Engine._begun,  # noqa: SLF001 - the table of the class's own handlers
    Turn: Engine._turn_taken,  # noqa: SLF001 - the same
    Key: Engine._key,  # noqa: SLF001 - the same
    Silent: Engine._silent,  # noqa: SLF001 - the same
    Garbled: Engine._garbled,  # noqa: SLF001 - the same
    Finished: Engine._finished,  # noqa: SLF001 - the same
    Interrupted: Engine._interrupted,  # noqa: SLF001 - the same
    Dropped: Engine._dropped,  # noqa: SLF001 - the same
    FalseAlarm: Engine._false_alarm,  # noqa: SLF001 - the same
    Thought: Engine._thought,  # noqa: SLF001 - the same
    ToolReturned: Engine._tool_returned,  # noqa: SLF001 - the same
    Echoed: Engine._echoed,  # noqa: SLF001 - the same
    NotConnected: Engine._not_connected,  # noqa: SLF001 - the same
    Delayed: Engine._delayed,  # noqa: SLF001 - the same
    Broke: Engine._broke,  # noqa: SLF001 - the same
    Reconnected: Engine._reconnected,  # noqa: SLF001 - the same
    TimeUp: Engine._time_up,  # noqa: SLF001 - the same
    Prompted: operator.prompted,
    Redirected: operator.redirected,
    Dismissed: operator.dismissed,
    Muted: Engine._muted,  # noqa: SLF001 - the same
}
