"""What became of a configuration that was written: each worker takes it, refuses it, or has not looked yet. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from voiced_admin.alerts import Fault, faults, refusals
from voiced_admin.fleet import Fleet, WorkerView

State = Literal["applied", "refused", "waiting", "gone"]
NAMES: dict[State, str] = {
    "applied": "Prise : les prochains appels l’utilisent",
    "refused": "Refusée",
    "waiting": "En attente",
    "gone": "Ne répond pas",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one worker did with a version."""

    number: int
    state: State
    restart: Sequence[str] = ()
    """Settings of it that wait for a restart."""
    faults: Sequence[Fault] = ()


def outcomes(fleet: Fleet, version: str, folder: Path) -> list[Outcome]:
    """Return what each worker did with `version`, by number."""
    found = [_outcome(worker, version, folder) for worker in fleet.workers]
    return sorted([*found, *(Outcome(number, "gone") for number in fleet.silent)], key=lambda each: each.number)


def _outcome(worker: WorkerView, version: str, folder: Path) -> Outcome:
    if worker.config.get("version") == version:
        return Outcome(worker.number, "applied", restart=worker.config.get("restart_needed", ()))
    problems = refusals(worker)
    return Outcome(worker.number, "refused" if problems else "waiting", faults=faults(problems, folder))


def settled(found: Sequence[Outcome]) -> bool:
    """Return whether nobody is waited for any more."""
    return all(outcome.state != "waiting" for outcome in found)
