"""An emulated model that follows a scenario: it takes the tool that the scenario names for the caller's words."""

from __future__ import annotations

from voiced.testing.fakes.thought import alike
from voiced.testing.mistral import Brain, Call, ChatRequest, Reply, rules
from voiced.testing.scenario import Scenario


def scripted_brain(scenario: Scenario) -> Brain:
    """Return a brain for the calls of `scenario`; what it does not name is left to a model of a few rules."""
    named = {alike(sentence): tool for sentence, tool in scenario.understands.items()}

    def think(request: ChatRequest) -> Reply:
        last = request.messages[-1]
        tool = named.get(alike(str(last["content"])), "") if last["role"] == "user" else ""
        return Reply(calls=(Call(tool),)) if tool in request.tools else rules(request)

    return think
