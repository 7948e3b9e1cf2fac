"""Finding scenarios, and the flows that they play: a flow `x.yaml` has its scenarios in `scenarios/` beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from voiced.dialog.flow import Flow
from voiced.dialog.reader import read_file
from voiced.errors import BadInput, Problem
from voiced.testing.scenario import Scenario, read_scenario

FOLDER = "scenarios"
CONSTANTS: Mapping[str, str] = {"company": "Maison Exemple", "site": "exemple.fr", "retention": "90 jours"}
"""What flows say of the settings, where there are none."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A scenario that was read, and its flow."""

    file: Path
    scenario: Scenario
    flow: Flow


def find(paths: Sequence[Path]) -> list[Path]:
    """Return the scenario files in `paths`: files, folders of flows, or folders of scenarios. Raises `BadInput`."""
    found = [file for path in paths for file in _files(path)]
    if not found:
        where = ", ".join(str(path) for path in paths)
        raise BadInput(
            [Problem(where, 0, 0, "no scenario is here", f"write one in a folder {FOLDER} beside the flows")]
        )
    return list(dict.fromkeys(found))


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        inner = path / FOLDER
        yield from sorted((inner if inner.is_dir() else path).glob("*.yaml"))
    else:
        yield path


def read(files: Sequence[Path], constants: Mapping[str, str] = CONSTANTS) -> list[Piece]:
    """Read the scenarios and their flows. Raises `BadInput` with the faults of all of them."""
    pieces: list[Piece] = []
    problems: list[Problem] = []
    flows: dict[Path, Flow | None] = {}
    for file in files:
        try:
            scenario = read_scenario(file)
            source = file.resolve().parent.parent / f"{scenario.flow}.yaml"
            if source not in flows:
                flows[source] = None
                flows[source] = read_file(source, constants)
            flow = flows[source]
            if flow is not None:
                problems += _strangers(file, scenario, flow)
                pieces.append(Piece(file, scenario, flow))
        except BadInput as error:
            problems.extend(error.problems)
    if problems:
        raise BadInput(problems)
    return pieces


def _strangers(file: Path, scenario: Scenario, flow: Flow) -> Iterator[Problem]:
    """Find what the model is to choose, but no step offers."""
    routes = [*flow.anywhere, *(route for step in flow.steps.values() for route in step.routes)]
    known = {route.intent for route in routes} | {"oui", "non"}
    known |= {tool for step in flow.steps.values() if step.llm for tool in step.llm.tools}
    for sentence, name in scenario.understands.items():
        if name not in known:
            reason = f"{sentence!r} is to be understood as {name}, but no step of {flow.flow} offers that"
            yield Problem(str(file), 0, 0, reason, "use the name of an intent of the flow")
    for name in scenario.vars:
        if name not in flow.vars:
            yield Problem(str(file), 0, 0, f"{flow.flow} has no variable {name}", "use a name that its `vars` has")
