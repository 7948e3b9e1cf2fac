"""`tool`: call a tool with values of the call, keep what it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voiced.dialog.render import fill_data
from voiced.dialog.steps.base import StepKind
from voiced.dialog.talk import CallTool

if TYPE_CHECKING:
    from voiced.dialog.engine import Engine
    from voiced.dialog.talk import ToolReturned


class UseTool(StepKind):
    """Run one tool."""

    def enter(self, engine: Engine) -> None:
        """Say the filler, if there is one, and call."""
        step = engine.step
        assert step.tool is not None
        if step.say:
            engine.say(step.say)
        call = CallTool(f"t{engine.next_reply()}", step.tool, fill_data(step.with_, engine.values))
        engine.state.mode, engine.state.pending_tool = "tool", call.id
        engine.do(call)

    def returned(self, engine: Engine, result: ToolReturned) -> None:
        """Keep its data, say its sentence, go on."""
        step = engine.step
        for key, value in result.data.items():
            if step.save:
                engine.keep(f"{step.save}_{key}", value, str(value))
        if result.say:
            engine.tell(result.say)
        engine.goto(step.next if result.ok else step.failed or step.next)
