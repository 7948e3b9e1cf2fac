"""Histories as calls leave them: callers cut in, hang on, say nothing, and tools never come back."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from voiced.plugin import Message, ToolCall

TURNS = 12
"""Most messages of a history that is made."""


def awkward(tool: str, *, made: int = 25, seed: int = 1) -> Iterator[tuple[str, Sequence[Message]]]:
    """Give histories, each with what is special about it: those that are known to break models, and some by chance."""
    call = ToolCall("call-1", tool, {})
    caller, agent = Message("user", "Bonjour"), Message("assistant", "Bonjour, je vous écoute.")
    acting, result = Message("assistant", "", (call,)), Message("tool", '{"ok": true}', (), "call-1")
    yield "nothing at all", ()
    yield "nobody has spoken", (Message("system", "Vous êtes l'accueil."),)
    yield "the agent speaks first", (agent, caller)
    yield "the agent speaks last", (caller, agent)
    yield "the caller speaks twice", (caller, Message("user", "Allô ?"))
    yield "an answer of which nothing was heard", (caller, Message("assistant", ""), caller)
    yield "a call whose result never came", (caller, acting, Message("user", "Allô ?"))
    yield "a result that nobody asked for", (caller, result, caller)
    yield "a result that is empty", (caller, acting, Message("tool", "", (), "call-1"))
    yield "words after a result", (caller, acting, result, Message("user", "Merci"))
    yield "a second system message", (caller, Message("system", "L'appelant est pressé."), agent, caller)
    yield "two calls of one id", (caller, Message("assistant", "", (call, call)), result)
    yield "nothing but spaces", (Message("user", "   "),)
    source = random.Random(seed)  # noqa: S311 - no secret, histories
    for _ in range(made):
        yield "one made by chance", tuple(_message(source, tool) for _ in range(source.randint(1, TURNS)))


def _message(source: random.Random, tool: str) -> Message:
    role = source.choice(("system", "user", "user", "assistant", "assistant", "tool"))
    content = source.choice(("", "  ", "Oui.", 'Je voudrais « Élan » : 100 % <sûr> & {"a": 1}', "{}"))
    count = source.choice((0, 0, 1, 2)) if role == "assistant" else 0
    calls = tuple(ToolCall(f"call-{source.randint(1, 3)}", tool, {}) for _ in range(count))
    return Message(role, content, calls, f"call-{source.randint(1, 3)}" if role == "tool" else "")  # type: ignore[arg-type]  # one of the four
