"""A history as a call leaves it, made one that every chat API takes.

Callers cut in, hang on, say nothing; what is left has calls without results, results without calls, answers of which
nothing was heard, two turns of one speaker. A strict API refuses each of these with 400, in the middle of a call. After
`repair`:

- what is said to the model as a system stands first, in one message;
- no message is empty; neighbours of one speaker are one message;
- each call of a tool is followed at once by its one result; a call that was cut off got "cancelled"; ids are unique;
- after results the assistant speaks before the caller does;
- the caller or a result comes last.

It changes nothing in a history that is like that already.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from voiced.plugin.chat.names import wire_id
from voiced.plugin.llm import Message, ToolCall

CANCELLED = '{"ok": false, "error": "cancelled"}'
"""The result of a call that never came back."""
NO_RESULT = "{}"
"""Stands for a result that is empty."""
CUT = "…"
"""Stands for an answer of which the caller heard nothing; harmless when a voice reads it."""
SILENCE = "(L'appelant ne dit rien.)"
"""Stands for the caller where nobody has spoken since the assistant did."""


def repair(messages: Sequence[Message], *, opening: str = "", continuing: bool = False) -> tuple[Message, ...]:
    """Return the history, fit to be sent.

    `opening`: what the caller is taken to have said before an assistant that speaks first, for models that insist.
    `continuing`: the assistant may come last, since it is to go on.
    """
    system = "\n\n".join(each.content for each in messages if each.role == "system" and each.content.strip())
    lines = _in_order(list(_paired([each for each in messages if each.role != "system" and _says_something(each)])))
    if opening and lines and lines[0].role == "assistant":
        lines.insert(0, Message("user", opening))
    if not continuing:
        _end_with_caller(lines)
    head = [Message("system", system)] if system else []
    return tuple(head + list(_identified(lines)))


def _says_something(message: Message) -> bool:
    calls = message.role == "assistant" and message.tool_calls
    return message.role == "tool" or bool(calls or message.content.strip())


def _paired(lines: Sequence[Message]) -> Iterator[Message]:
    """Give each call its result, wherever it stands; drop results that nobody asked for."""
    used: set[int] = set()
    for at, line in enumerate(lines):
        if line.role == "tool":
            continue
        calls = line.tool_calls if line.role == "assistant" else ()
        yield replace(line, tool_calls=calls, tool_call_id="")
        for call in calls:
            found = _result(lines, at, call, used)
            content = lines[found].content if found is not None else CANCELLED
            yield Message("tool", content if content.strip() else NO_RESULT, (), call.id)
            used |= {found} if found is not None else set()


def _result(lines: Sequence[Message], at: int, call: ToolCall, used: set[int]) -> int | None:
    """Return where the result of `call`, made at `at`, stands: before the next call of the same id."""
    for later in range(at + 1, len(lines)):
        line = lines[later]
        if line.role == "tool" and line.tool_call_id == call.id and later not in used:
            return later
        if line.role == "assistant" and any(other.id == call.id for other in line.tool_calls):
            return None
    return None


def _in_order(lines: Sequence[Message]) -> list[Message]:
    """Join neighbours of one speaker; have the assistant speak between a result and the caller."""
    made: list[Message] = []
    for line in lines:
        last = made[-1] if made else None
        if last and last.role == "tool" and line.role == "user":
            made.append(Message("assistant", CUT))
        if last and last.role == line.role and line.role != "tool":
            glue = "\n" if line.role == "user" else " "
            # Only the later can have calls: results stand between an earlier one's and the next line.
            made[-1] = replace(line, content=_joined(last.content, glue, line.content))
        else:
            made.append(line)
    return made


def _joined(first: str, glue: str, second: str) -> str:
    return first + glue + second if first.strip() and second.strip() else first or second


def _end_with_caller(lines: list[Message]) -> None:
    """Move words that were said while a tool ran to its call; let the caller be silent where nobody spoke after."""
    if lines and lines[-1].role == "assistant" and not lines[-1].tool_calls:
        asked = next((at for at in range(len(lines) - 2, -1, -1) if lines[at].role != "tool"), None)
        if asked is not None and asked < len(lines) - 2:
            said = lines.pop().content
            lines[asked] = replace(lines[asked], content=_joined(lines[asked].content, " ", said))
    if not lines or lines[-1].role == "assistant":
        lines.append(Message("user", SILENCE))


def _identified(lines: Sequence[Message]) -> Iterator[Message]:
    """Give each call an id in the one form that all take, and its result the same."""
    taken: set[str] = set()
    waiting: list[str] = []
    for line in lines:
        if line.role == "tool":
            yield replace(line, tool_call_id=waiting.pop(0))
            continue
        calls = tuple(replace(call, id=wire_id(call.id, taken)) for call in line.tool_calls)
        waiting = [call.id for call in calls]
        yield replace(line, tool_calls=calls)
