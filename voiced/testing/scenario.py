"""Scenarios: a call as a screenplay. Who says what when, and what must come of it.

Only the model and its reader are here. The same screenplay is played in virtual time against the session's own code,
and over real sockets with real speech against a running worker.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from voiced.errors import BadInput, Problem
from voiced.yamlfile import Document, load, validate


def doc(text: str) -> Meta:
    """Describe a key, for the schema and the reference page."""
    return Meta(description=text)


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of everything in a scenario."""


Who = Literal["agent", "caller", "transfer"]
Seconds = Annotated[float, Meta(ge=0.0, le=3600.0)]


class Agent(Part, frozen=True):
    """What the caller must hear next."""

    says: Annotated[str, doc("Words of the utterance; case, accents and punctuation do not count.")]
    within: Annotated[Seconds, doc("Seconds for it to begin, from the end of the line before.")] = 10.0


class Caller(Part, frozen=True):
    """What the caller says."""

    says: Annotated[str, doc("The words.")]
    after: Annotated[Seconds, doc("Seconds of quiet before, once the agent has finished.")] = 0.5
    over: Annotated[Seconds | None, doc("Speak over the agent, so many seconds after it began to speak.")] = None
    audio: Annotated[str | None, doc("Sound file for runs with real speech, beside the scenario or built in.")] = None
    heard: Annotated[
        str | None,
        doc("What the recogniser makes of it in the end, in virtual time; empty: nothing. Default: the words."),
    ] = None
    interim: Annotated[str | None, doc("What it makes of it at first, in virtual time. Default: the words.")] = None
    confidence: Annotated[float, Meta(description="How sure the recogniser is.", ge=0.0, le=1.0)] = 1.0


class Keys(Part, frozen=True):
    """Keys that the caller presses."""

    keys: Annotated[str, doc("The keys: 0-9, * and #."), Meta(pattern="^[0-9*#]+$")]
    after: Annotated[Seconds, doc("Seconds of quiet before, once the agent has finished.")] = 0.5
    over: Annotated[Seconds | None, doc("Press over the agent, so many seconds after it began to speak.")] = None


class ToolUse(Part, frozen=True):
    """A tool that must have been called by now."""

    name: Annotated[str, doc("Name of the tool.")]
    with_: Annotated[dict[str, Any], doc("Arguments that it must have got; others are not looked at.")] = msgspec.field(
        default_factory=dict, name="with"
    )


class Ends(Part, frozen=True):
    """How the call must end."""

    by: Annotated[Who, doc("Who ends it.")]
    within: Annotated[Seconds, doc("Seconds from the end of the line before.")] = 15.0


class Line(Part, frozen=True):
    """One line of the screenplay; exactly one key."""

    agent: Annotated[str | Agent | None, doc("The caller must hear this.")] = None
    caller: Annotated[str | Caller | None, doc("The caller says this.")] = None
    silence: Annotated[Seconds | None, doc("Nobody speaks for so many seconds, whatever the agent says.")] = None
    noise: Annotated[Seconds | None, doc("A voice without words for so many seconds.")] = None
    dtmf: Annotated[str | Keys | None, doc("The caller presses these keys.")] = None
    unheard: Annotated[str | None, doc("The caller must not have heard this so far.")] = None
    tool: Annotated[str | ToolUse | None, doc("This tool must have been called by now.")] = None
    fails: Annotated[Literal["stt", "tts", "llm", "tool"] | None, doc("This provider fails from here on.")] = None
    works: Annotated[Literal["stt", "tts", "llm", "tool"] | None, doc("It works again.")] = None
    dial: Annotated[
        Literal["answered", "busy", "no-answer", "failed"] | None, doc("What comes of the transfer that was begun.")
    ] = None
    drop: Annotated[bool, doc("The line drops, and the carrier connects it again.")] = False
    hangup: Annotated[bool, doc("The caller hangs up.")] = False
    ends: Annotated[Who | Ends | None, doc("The call must end so.")] = None


class Outcome(Part, frozen=True):
    """What must be so at the end."""

    consent: Annotated[
        Literal["unknown", "granted", "refused", "withdrawn"] | None, doc("What the caller decided.")
    ] = None
    slots: Annotated[dict[str, Any], doc("Values that were collected.")] = {}
    gap: Annotated[Seconds | None, doc("Longest time the caller waited for an answer, in seconds.")] = None


class ScriptedTool(Part, frozen=True):
    """What a tool answers, in virtual time."""

    ok: Annotated[bool, doc("Whether it did what was asked.")] = True
    data: Annotated[dict[str, Any], doc("What it returns.")] = {}
    say: Annotated[str, doc("A sentence for the caller.")] = ""
    after: Annotated[Seconds, doc("Seconds that it takes.")] = 0.2


class Scenario(Part, frozen=True):
    """A whole scenario: one YAML file, in the folder `scenarios` beside its flow."""

    scenario: Annotated[str, doc("What happens, in a few words.")]
    flow: Annotated[str, doc("Name of the flow that answers.")]
    call: Annotated[tuple[Line, ...], doc("The screenplay.")]
    now: Annotated[str, doc("Local date and time of the call, in virtual time.")] = "2026-11-24T10:00"
    caller: Annotated[str, doc("The caller's number.")] = "+33612345678"
    called: Annotated[str, doc("The number that is called.")] = "+33912345678"
    vars: Annotated[dict[str, str], doc("Variables of the flow that have other values here, in virtual time.")] = {}
    longest: Annotated[
        float | None, doc("The longest the call may last here, in virtual time; default: as the flow says.")
    ] = None
    tools: Annotated[dict[str, ScriptedTool], doc("What tools answer, in virtual time.")] = {}
    understands: Annotated[
        dict[str, str], doc("Which route or tool the model chooses for a sentence, in virtual time.")
    ] = {}
    answers: Annotated[
        dict[str, str], doc("What the model answers to a sentence in words of its own, in virtual time.")
    ] = {}
    expect: Annotated[Outcome, doc("What must be so at the end.")] = Outcome()


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file."""
    made = msgspec.json.schema(Scenario)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A scenario of voiced", **made}


def read_scenario(file: Path) -> Scenario:
    """Read a scenario. Raises `BadInput` with every fault."""
    document = load(file)
    problems = validate(document, schema())
    if problems:
        raise BadInput(problems)
    problems = _lint(document)
    if problems:
        raise BadInput(problems)
    scenario: Scenario = msgspec.convert(document.data, Scenario)
    return scenario


def _lint(document: Document) -> list[Problem]:
    """Find what a schema cannot say."""
    problems = [
        document.problem(["call", index], "a line has exactly one key", "write each on a line of its own")
        for index, line in enumerate(document.data["call"])
        if not isinstance(line, Mapping) or len(line) != 1
    ]
    try:
        datetime.fromisoformat(document.data.get("now", "2026-11-24T10:00"))
    except ValueError:
        problems.append(document.problem(["now"], "not a date and time", 'write it as "2026-11-24T10:00"'))
    return problems


def agent_line(line: Line) -> Agent | None:
    """Return what the caller must hear, if the line says so."""
    return Agent(says=line.agent) if isinstance(line.agent, str) else line.agent


def caller_line(line: Line) -> Caller | None:
    """Return what the caller says, if the line says so."""
    return Caller(says=line.caller) if isinstance(line.caller, str) else line.caller


def keys_line(line: Line) -> Keys | None:
    """Return the keys that the caller presses, if the line says so."""
    return Keys(keys=line.dtmf) if isinstance(line.dtmf, str) else line.dtmf


def tool_line(line: Line) -> ToolUse | None:
    """Return the tool that must have been called, if the line says so."""
    return ToolUse(name=line.tool) if isinstance(line.tool, str) else line.tool


def ends_line(line: Line) -> Ends | None:
    """Return how the call must end, if the line says so."""
    if isinstance(line.ends, str):
        return msgspec.convert({"by": line.ends}, Ends)
    return line.ends
