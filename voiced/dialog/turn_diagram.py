"""The turn machine drawn: its table as a Mermaid state diagram, and as a list of what each trigger means and tells."""

from __future__ import annotations

from voiced.dialog.turn_table import MEANINGS, TABLE, State


def diagram() -> str:
    """Return the table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.LISTENING.value}"]
    for state, row in TABLE.items():
        for trigger, (target, emits) in row.items():
            told = "".join(f"<br/>→ {emit.__name__}" for emit in emits)
            lines.append(f"    {state.value} --> {target.value}: {trigger.value}{told}")
    return "\n".join(lines)


def triggers() -> str:
    """Return a Markdown table: in which state what happens, and what is told then."""
    lines = ["| in | happens | meaning | leads to | tells |", "| --- | --- | --- | --- | --- |"]
    for state, row in TABLE.items():
        for trigger, (target, emits) in row.items():
            told = ", ".join(f"`{emit.__name__}`" for emit in emits) or "-"
            lines.append(f"| {state.value} | {trigger.value} | {MEANINGS[trigger]} | {target.value} | {told} |")
    return "\n".join(lines)
