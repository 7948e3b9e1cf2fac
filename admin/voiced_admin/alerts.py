"""What is wrong, shown on every page: files that are refused, processes that are missing. Pure but for the looking."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

from voiced.config.judge import Judged
from voiced.config.settings import Settings
from voiced.errors import Problem
from voiced_admin.fleet import Fleet, WorkerView
from voiced_admin.language import say
from voiced_admin.problems import explained

MOST = 8
"""Problems that are shown; whoever mends these sees the others next."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One problem with the files, as it is shown: its place relative to the project."""

    place: str
    reason: str
    fix: str


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that is wrong. `bad`: callers may notice. `warn`: somebody should look."""

    level: Literal["bad", "warn"]
    title: str
    about: str = ""
    problems: Sequence[Fault] = ()


def alerts(settings: Settings, disk: Judged, fleet: Fleet, *, jobs: bool) -> list[Alert]:
    """Return what is wrong; `settings` are those that run, `jobs` says whether their process was heard of."""
    return [*_files(settings, disk, fleet), *_workers(settings, fleet), *_waiting(fleet), *_jobs(settings, jobs=jobs)]


def faults(problems: Sequence[Problem], folder: Path) -> list[Fault]:
    """Return problems as they are shown."""
    return [Fault(_place(problem, folder), explained(problem.reason), explained(problem.fix)) for problem in problems]


def _place(problem: Problem, folder: Path) -> str:
    path = Path(problem.file)
    file = str(path.relative_to(folder)) if path.is_relative_to(folder) else problem.file
    return f"{file}:{problem.line}:{problem.column}" if problem.line else file


def _files(settings: Settings, disk: Judged, fleet: Fleet) -> Iterator[Alert]:
    """Tell what is wrong with the files; a worker knows more of them than their text says."""
    told = next((refusals(worker) for worker in fleet.workers if refusals(worker)), ())
    problems = disk.problems or told
    if problems:
        title = say("La configuration sur le disque est refusée.")
        about = say("Les appels continuent avec la dernière version acceptée.")
        yield Alert("bad", title, about, faults(problems[:MOST], settings.file.parent))


def refusals(worker: WorkerView) -> tuple[Problem, ...]:
    """Return why a worker did not take the files as they lie there."""
    names = {field.name for field in fields(Problem)}
    told = worker.config.get("problems", ())
    return tuple(Problem(**{key: value for key, value in each.items() if key in names}) for each in told)


def _workers(settings: Settings, fleet: Fleet) -> Iterator[Alert]:
    missing = settings.server.workers - len(fleet.workers) - len(fleet.silent)
    if not fleet.workers and not fleet.silent:
        about = say("Aucun appel n’est pris. Sur le serveur : voiced run.")
        yield Alert("bad", say("Aucun processus d’appels ne tourne."), about)
    elif missing > 0:
        title = say("Il manque des processus d’appels : {there} sur {wanted}.", there=len(fleet.workers),
                    wanted=settings.server.workers)  # fmt: skip
        yield Alert("warn", title)
    for number in fleet.silent:
        yield Alert("bad", say("Le processus d’appels {number} ne répond pas.", number=number))


def _waiting(fleet: Fleet) -> Iterator[Alert]:
    names = sorted({name for worker in fleet.workers for name in worker.config.get("restart_needed", ())})
    if names:
        title = say("Des réglages attendent un redémarrage : {names}.", names=", ".join(names))
        yield Alert("warn", title)


def _jobs(settings: Settings, *, jobs: bool) -> Iterator[Alert]:
    if settings.jobs.enabled and not jobs:
        about = say("Les résumés et l’effacement des vieilles données attendent.")
        yield Alert("warn", say("Le processus des travaux ne tourne pas."), about)
