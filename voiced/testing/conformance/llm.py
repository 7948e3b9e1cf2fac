"""A model on trial: what its author gives of it, and one answer of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from voiced.plugin import Done, Llm, LlmEvent, LlmRequest, Message, Token, ToolCall, ToolSpec
from voiced.testing.conformance.promises import expect
from voiced.testing.conformance.running import Kept, running
from voiced.testing.conformance.schema import faults

SYSTEM = Message("system", "Vous êtes l'accueil d'un cabinet. Nous sommes lundi 23 novembre 2026, il est 14:05.")
BOOK = ToolSpec(
    "prendre_rendez_vous",
    "Prendre un rendez-vous",
    {
        "type": "object",
        "properties": {"jour": {"type": "string"}, "motif": {"type": "string"}},
        "additionalProperties": False,
    },
    ("Je voudrais prendre rendez-vous.", "Auriez-vous un créneau pour un rendez-vous ?"),
)
HOURS = ToolSpec("horaires", "Donner les horaires d'ouverture", examples=("Quels sont vos horaires d'ouverture ?",))
ACT = LlmRequest((SYSTEM, Message("user", "Bonjour, je voudrais prendre un rendez-vous mardi.")), (BOOK, HOURS))
CHAT = LlmRequest((SYSTEM, Message("user", "Bonjour, parlez-moi du cabinet.")))


@dataclass(frozen=True, slots=True)
class LlmRig:
    """A model, and two requests.

    `chat` must be answered in words, by a model that has any of its own; `act` by calling one of its tools.
    """

    llm: Llm
    chat: LlmRequest = CHAT
    act: LlmRequest = ACT

    @property
    def said(self) -> tuple[str, ...]:
        """What the caller says in them."""
        return tuple(each.content for each in (*self.chat.messages, *self.act.messages) if each.role == "user")


@dataclass(frozen=True, slots=True)
class Answer:
    """All events of one answer."""

    events: Sequence[LlmEvent] = field(default_factory=tuple)

    @property
    def text(self) -> str:
        """The words."""
        return "".join(event.text for event in self.events if isinstance(event, Token))

    @property
    def calls(self) -> list[ToolCall]:
        """The tools that it wants run."""
        return [event for event in self.events if isinstance(event, ToolCall)]


async def ask(llm: Llm, request: LlmRequest, *, slow: float = 0.0) -> Answer:
    """Ask, and return the whole answer, when it is in order."""
    out: Kept[LlmEvent] = Kept(slow=slow)
    async with running(llm.reply, request, out) as one:
        await one.returns()
    check_events(out.values, request)
    return Answer(tuple(out.values))


def check_events(events: Sequence[LlmEvent], request: LlmRequest) -> None:
    """Check that an answer is made of words and calls, and ends with one `Done`."""
    odd = [type(event).__name__ for event in events if not isinstance(event, Token | ToolCall | Done)]
    expect(not odd, f"it sent {odd}, which are no events of an answer")
    ends = [at for at, event in enumerate(events) if isinstance(event, Done)]
    expect(ends == [len(events) - 1], f"Done must come once, last; it came at {ends} of {len(events)} events")
    expect(all(event.text for event in events if isinstance(event, Token)), "it sent an empty token")
    done = events[-1]
    counted = isinstance(done, Done) and done.prompt_tokens >= 0 and done.answer_tokens >= 0
    expect(counted, f"it counted {done}")
    _check_calls([event for event in events if isinstance(event, ToolCall)], request)


def _check_calls(calls: Sequence[ToolCall], request: LlmRequest) -> None:
    tools = {tool.name: tool for tool in request.tools}
    for call in calls:
        expect(call.name in tools, f"it called {call.name!r}, which was not offered")
        wrong = faults(call.arguments, tools[call.name].parameters)
        expect(not wrong, f"the arguments of {call.name} break their schema: {wrong}")
    ids = [call.id for call in calls]
    expect(all(ids) and len(set(ids)) == len(ids), f"ids of calls must be there, and differ: {ids}")


def choosing(request: LlmRequest, choice: str) -> LlmRequest:
    """Return the request with another `tool_choice`."""
    return replace(request, tool_choice=choice)
