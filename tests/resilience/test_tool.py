"""A tool that is down: callers do not wait for it, and nothing is done twice."""

import pytest
import trio
from chains import DOWN

from voiced.errors import ProviderBadInput, ProviderOverloaded, ProviderThrottled
from voiced.plugin import ToolContext, ToolOutcome, ToolSpec
from voiced.resilience import Breakers, GuardedTool
from voiced.testing.fakes import ScriptedTool

WHO = ToolContext("c1", "c1:t1", "+33199000001", "+33199000002")
NO = ToolOutcome(ok=False)


def guarded(effect="write", outcome=NO, **fields):
    tool = ScriptedTool(ToolSpec("book", "Note."), outcome, effect=effect, **fields)
    return tool, GuardedTool(tool, Breakers(chance=lambda: 0.0).gate("tool", "book"))


def test_it_is_the_tool_that_it_was():
    tool, guard = guarded("irreversible")
    assert (guard.spec, guard.effect) == (tool.spec, "irreversible")


@pytest.mark.parametrize(("effect", "times"), [("read", 3), ("write", 1), ("irreversible", 1)])
async def test_only_one_that_reads_is_asked_again(effect, times, autojump_clock):
    tool, guard = guarded(effect, fails=DOWN)
    with pytest.raises(ProviderOverloaded):
        await guard.call({}, WHO)
    assert len(tool.used) == times


async def test_one_that_keeps_failing_is_not_waited_for(autojump_clock):
    tool, guard = guarded(after=1000)
    for _ in range(3):
        with trio.move_on_after(8):
            await guard.call({}, WHO)
    assert guard.gate.state == "open"
    with pytest.raises(ProviderOverloaded):
        await guard.call({}, WHO)
    assert len(tool.used) == 3
    tool.after = 0.1
    await trio.sleep(5)
    assert await guard.call({}, WHO) == NO
    assert guard.gate.state == "closed"


@pytest.mark.parametrize("fails", [None, ProviderBadInput("no such day"), ProviderThrottled("429", retry_after=0.0)])
async def test_a_no_and_a_refusal_are_no_outage(fails, autojump_clock):
    _, guard = guarded(fails=fails)
    for _ in range(5):
        if fails is None:
            await guard.call({}, WHO)
        else:
            with pytest.raises(type(fails)):
                await guard.call({}, WHO)
    assert guard.gate.state == "closed"
