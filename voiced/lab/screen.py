"""What a person watching a call sees: the conversation as it happens, then where each answer's time went."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from voiced.lab.happenings import Happening

STAGES = {
    "vad_stop": "pause noticed",
    "words": "words",
    "decision": "turn over",
    "llm_request": "asked",
    "llm_first_token": "understood",
    "first_clause": "sentence",
    "tts_first_byte": "voice",
    "first_sent": "sent",
    "first_played": "heard",
}
WIDTH = 44
"""Characters of the longest bar."""


class Screen:
    """Shows the events of one call."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def show(self, event: Happening) -> None:
        """Show one event as a line, if it is worth one."""
        line = line_of(event)
        if line is not None:
            self.console.print(Text.assemble((f"{event['at']:7.2f} s  ", "dim"), line))

    def waterfall(self, events: Iterable[Happening]) -> None:
        """Show, for each answer, when each stage was reached after the caller's last sound; nothing without answers."""
        table = Table(title="From the caller's last sound to our first (ms)", title_justify="left")
        table.add_column("answer", max_width=38, no_wrap=True)
        table.add_column("ms", justify="right")
        table.add_column("stages")
        timed = [
            event
            for event in events
            if event["event"] == "agent.said" and event.get("latency") and not event.get("opening")
        ]
        if not timed:
            return
        longest = max(event["latency"].get("first_played", 0) for event in timed) or 1
        for event in timed:
            stages = event["latency"]
            table.add_row(event["whole"], str(stages.get("first_played", "")), _bar(stages, longest, event["cached"]))
        self.console.print(table)


def line_of(event: Happening) -> Text | None:
    """Return an event as a line; None when it is not worth one."""
    name = event["event"]
    if name == "caller.said":
        return Text.assemble(("caller  ", "bold cyan"), event["text"], (f"  ({event['confidence']:.2f})", "dim"))
    if name == "agent.said":
        cut = (" — cut", "bold yellow") if event["interrupted"] else ("", "")
        who = ("operator ", "bold magenta") if event.get("by") == "operator" else ("agent   ", "bold green")
        return Text.assemble(who, event["text"], cut)
    if name == "operator.mute" and not event["on"]:
        name = "operator.unmute"
    note = _NOTES.get(name)
    return None if note is None else Text(f"        {note[0].format(**event)}".rstrip(), note[1])


_NOTES = {
    "interrupted": ("the caller cuts in", "yellow"),
    "tool.returned": ("tool {name}: {data}", "magenta"),
    "consent": ("consent {decision} (by {modality})", "magenta"),
    "silence": ("silence", "yellow"),
    "unclear": ("a voice, no words", "yellow"),
    "provider.failed": ("{kind} failed: {error}", "red"),
    "transfer.failed": ("transfer: {result}", "yellow"),
    "operator.say": ("{actor} has something said", "magenta"),
    "operator.transfer": ("{actor} sends the caller to {number}", "magenta"),
    "operator.hangup": ("{actor} ends the call", "magenta"),
    "operator.mute": ("{actor} takes the word", "magenta"),
    "operator.unmute": ("{actor} gives the word back", "magenta"),
    "call.began": ("picked up by the flow {flow}", "dim"),
    "call.ended": ("ended by the {by}: {outcome} {error}", "bold"),
}
"""Events shown as a note between the lines: text and style."""


def _bar(stages: dict[str, int], longest: int, cached: bool) -> Text:  # noqa: FBT001 - a fact about the bar
    parts: list[str | tuple[str, str]] = []
    before = 0
    colours = ("blue", "cyan", "green", "magenta", "yellow", "red")
    for index, (stage, label) in enumerate((stage, label) for stage, label in STAGES.items() if stage in stages):
        took = stages[stage] - before
        cells = round(max(0, took) / longest * WIDTH)
        before = max(before, stages[stage])
        if cells:
            parts.append(("█" * cells, colours[index % len(colours)]))
            parts.append((f" {label} {took} ", "dim"))
    if cached:
        parts.append((" ready phrase", "dim"))
    return Text.assemble(*parts)
