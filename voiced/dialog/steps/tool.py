"""`tool`: call a tool with values of the call, keep what it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voiced.dialog.render import fill_data
from voiced.dialog.steps.base import StepKind
from voiced.dialog.talk import CallTool

if TYPE_CHECKING:
    from voiced.dialog.stage import Stage
    from voiced.dialog.talk import ToolReturned


class UseTool(StepKind):
    """Run one tool."""

    def enter(self, stage: Stage) -> None:
        """Say the filler, if there is one, and call."""
        if stage.step.say:
            stage.say(stage.step.say)
        self._call(stage, f"t{stage.next_reply()}")

    def resume(self, stage: Stage) -> None:
        """Call again under the same id: a tool that did its work before the line dropped does not do it twice."""
        self._call(stage, stage.state.pending_tool)

    def _call(self, stage: Stage, number: str) -> None:
        assert stage.step.tool is not None
        stage.state.mode, stage.state.pending_tool = "tool", number
        stage.do(CallTool(number, stage.step.tool, fill_data(stage.step.with_, stage.values)))

    def returned(self, stage: Stage, result: ToolReturned) -> None:
        """Keep its data, say its sentence, go on."""
        step = stage.step
        for key, value in result.data.items():
            if step.save:
                stage.keep(f"{step.save}_{key}", value, str(value))
        if result.say:
            stage.tell(result.say)
        stage.goto(step.next if result.ok else step.failed or step.next)
