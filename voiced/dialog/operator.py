"""What a person does to a call from outside: says something, sends the caller on, ends it, takes the word.

The flow stays where it is. What a person says is history like any other of the agent's words. While the agent is
muted the flow stands still: what the caller says is remembered, silences and keys change nothing, what tools bring is
kept, and a person's words that were waiting are said. When the agent gets the word back it takes up its step again.
Words that must be heard are heard to their end.
"""

from __future__ import annotations

from voiced.dialog import steps
from voiced.dialog.flow import TransferStep
from voiced.dialog.speech import Speech
from voiced.dialog.stage import Stage
from voiced.dialog.state import State
from voiced.dialog.talk import (
    OPERATOR,
    Broke,
    Connect,
    Delayed,
    Directed,
    Dismissed,
    Echoed,
    Event,
    Garbled,
    HangUp,
    Hush,
    Key,
    Muted,
    Prompted,
    Reconnected,
    Redirected,
    Silent,
    Spoken,
    Thought,
    TimeUp,
    ToolReturned,
    Turn,
)

UNREACHED = "Je n'ai pu joindre personne."
"""Said when a person's transfer reached nobody, in a flow that has no words for it."""
_ANYWHERE = TransferStep(to="")
"""How a caller is sent on by a flow that has no step for it."""


def refusal(state: State, event: Directed) -> str:
    """Return why a call in this state cannot do this now; "" when it can."""
    if isinstance(event, Muted) and event.on and state.mode == "transfer":
        return "the caller is on the way out"
    return "" if state.step else "the call has not begun"


def prompted(stage: Stage, event: Prompted) -> None:
    """Say it after what is being said; or instead, as the answer to what the caller said last."""
    answers = event.interrupt and stage.state.mode == "thinking"
    if event.interrupt:
        _take_floor(stage)
    stage.tell(event.text, barge_in=stage.flow.policies.barge_in.by, by="operator")
    if event.interrupt and stage.state.closing is not None:
        stage.close(stage.state.closing)
    elif answers:
        stage.listen_again()


def redirected(stage: Stage, event: Redirected) -> None:
    """Send the caller on as the flow does: its words, its patience, its way out when nobody answers."""
    _take_over(stage)
    stage.state.sent_to = event.number
    own = next((name for name, step in stage.flow.steps.items() if step.kind == "transfer"), "")
    if stage.step.kind == "transfer" or own:
        stage.goto(stage.state.step if stage.step.kind == "transfer" else own)
        return
    stage.tell(_ANYWHERE.say, barge_in="none")
    stage.close(Connect(event.number, _ANYWHERE.timeout))


def came_back(stage: Stage) -> bool:
    """Take up the step again after a person's transfer that reached nobody; False where the flow has its own way."""
    sent, stage.state.sent_to = stage.state.sent_to, ""
    if not sent or stage.step.kind == "transfer":
        return False
    stage.tell(UNREACHED)
    steps.of(stage.step).resume(stage)
    return True


def dismissed(stage: Stage, event: Dismissed) -> None:
    """End the call, after a last sentence that the caller cannot cut."""
    _take_over(stage)
    stage.tell(event.say, barge_in="none", by="operator")
    stage.hang_up(OPERATOR)


def is_dismissed(state: State) -> bool:
    """Return whether a person ended the call: nothing keeps it any more."""
    return state.closing == HangUp(OPERATOR)


def muted(stage: Stage, event: Muted) -> tuple[Event, ...]:
    """Take the word from the agent or give it back; return what happened meanwhile and is to be answered now."""
    state = stage.state
    if event.on == state.muted or state.mode == "transfer":
        return ()
    state.muted = event.on
    if event.on:
        theirs = stage.speech.of_operator()
        _take_floor(stage)
        stage.tell_rest(theirs)
        if state.mode == "closing":
            state.mode, state.closing = "", None
        return ()
    held, state.held = state.held, ()
    if not held and state.mode != "tool":
        steps.of(stage.step).resume(stage)
    return held


def stands_still(stage: Stage, event: Event) -> bool:
    """Return whether the agent is muted and has no answer to `event`; what is worth it is kept."""
    state = stage.state
    if not state.muted:
        return False
    match event:
        case Turn():
            state.lines.append(Spoken("user", event.text))
            stage.speech.take_unheard()
        case ToolReturned() | Echoed() | Broke("tool" | "stt"):
            state.held = (*state.held, event)
        case Reconnected():
            stage.speech = Speech()
        case Key() | Silent() | Garbled() | Thought() | Broke() | Delayed():
            pass
        case TimeUp():  # the limit of a call holds for persons too, and the flow has the words for it
            state.muted = False
            return False
        case _:
            return False
    return True


def _take_over(stage: Stage) -> None:
    """Decide how the call goes on, whatever it was doing."""
    _take_floor(stage)
    stage.state.muted, stage.state.held = False, ()


def _take_floor(stage: Stage) -> None:
    """Stop what the agent says and thinks."""
    stage.do(Hush())
    stage.state.cut = None
    if stage.state.mode == "thinking":
        stage.state.mode = ""
