"""Scoring a brain on sentences: how many go where they should, how many strangers are turned away.

It works through the Llm contract alone, so that the embedded brain and a large model are judged by the same rows. A
row's intent is a tool's name, or `none` for what no tool should answer; where the tools do not offer a row's intent,
the row counts as out of scope too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voiced.daemon.standalone import Project, open_providers
from voiced.dialog.intents import library
from voiced.lab.table import read_table
from voiced.plugin.llm import Llm, LlmEvent, LlmRequest, Message, ToolCall, ToolSpec

COLUMNS = ("intent", "sentence")
NONE = "none"


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence and where it should go."""

    intent: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Report:
    """What came out. `verdicts` holds each row with the tool that was chosen (`none` for no tool)."""

    verdicts: tuple[tuple[Row, str], ...]

    @property
    def accuracy(self) -> float:
        """Share of the sentences in scope that went where they should; 1.0 when there are none."""
        return _share([row.intent == got for row, got in self.verdicts if row.intent != NONE])

    @property
    def rejection(self) -> float:
        """Share of the sentences out of scope for which no tool was chosen; 1.0 when there are none."""
        return _share([got == NONE for row, got in self.verdicts if row.intent == NONE])

    @property
    def confusions(self) -> tuple[tuple[str, str, int], ...]:
        """Return (expected, chosen, how often) of what went wrong, the most frequent first."""
        wrong = Counter((row.intent, got) for row, got in self.verdicts if row.intent != got)
        return tuple((expected, got, count) for (expected, got), count in wrong.most_common())

    def __str__(self) -> str:
        """Return the figures and the confusions, a line each."""
        lines = [f"accuracy {self.accuracy:.1%}, rejection {self.rejection:.1%}, {len(self.verdicts)} sentences"]
        return "\n".join(lines + [f"{count:4d}  {expected} -> {got}" for expected, got, count in self.confusions])

    def wrong(self) -> str:
        """Return each sentence that went wrong, and the figures."""
        lines = [f"{row.intent} -> {got}: {row.sentence}" for row, got in self.verdicts if row.intent != got]
        return "\n".join([*lines, str(self).splitlines()[0]])

    def as_json(self) -> dict[str, Any]:
        """Return it for programs; shares from 0 to 1."""
        confusions = [{"intent": row, "chosen": got, "count": count} for row, got, count in self.confusions]
        counts = {"accuracy": self.accuracy, "rejection": self.rejection, "sentences": len(self.verdicts)}
        return {**counts, "confusions": confusions}


def load_library(names: Iterable[str] | None = None) -> tuple[ToolSpec, ...]:
    """Return the intents of the library as tools: all of them, or those of `names` (KeyError for unknown ones)."""
    intents = library()
    chosen = intents.values() if names is None else [intents[name] for name in names]
    return tuple(ToolSpec(intent.name, intent.about, examples=intent.examples) for intent in chosen)


def read_rows(path: Path) -> tuple[Row, ...]:
    """Read a table with the columns `intent` and `sentence`, separated by tabs.

    Raises BadInput when it cannot be read or a column is missing.
    """
    return tuple(Row(line["intent"], line["sentence"]) for line in read_table(path, COLUMNS))


async def judge(project: Project, rows: Iterable[Row]) -> Report:
    """Score the configured model on `rows`, with the whole library on offer. Raises its errors, in groups too."""
    async with open_providers(project) as (_, providers):
        tools = load_library()
        await providers.llm.prepare(tools)
        return await score(providers.llm, tools, rows)


async def score(llm: Llm, tools: Sequence[ToolSpec], rows: Iterable[Row]) -> Report:
    """Ask `llm` about each of `rows`, one after the other, with `tools` on offer. Raises what the provider raises."""
    offered = {tool.name for tool in tools}
    verdicts: list[tuple[Row, str]] = []
    for row in rows:
        heard = _Heard()
        await llm.reply(LlmRequest(messages=(Message("user", row.sentence),), tools=tuple(tools)), heard)
        expected = row if row.intent in offered else Row(NONE, row.sentence)
        verdicts.append((expected, heard.tool))
    return Report(tuple(verdicts))


class _Heard:
    """A sink that keeps the first tool called."""

    def __init__(self) -> None:
        self.tool = NONE

    async def send(self, value: LlmEvent, /) -> None:
        """Take an event of the answer."""
        if isinstance(value, ToolCall) and self.tool == NONE:
            self.tool = value.name


def _share(right: Sequence[bool]) -> float:
    return sum(right) / len(right) if right else 1.0
