"""Which processes a configuration wants, and how each is started."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from voiced.config.catalogue import Plugins, specs
from voiced.config.settings import Settings

Kind = Literal["inference", "worker", "admin", "jobs"]


@dataclass(frozen=True, slots=True)
class Child:
    """One process that is to run."""

    kind: Kind
    number: int = 0

    @property
    def name(self) -> str:
        """Its name in the log."""
        return f"worker-{self.number}" if self.kind == "worker" else self.kind


def wanted(settings: Settings, plugins: Plugins) -> list[Child]:
    """Return the processes that `settings` want, in the order in which they are started.

    The models' process is there as soon as an installed plugin has models, switched on or not: an edit may turn to them
    at any time and must reach the next call, and without a model in it the process is small (48 MB) and asleep.
    """
    models = any(spec.models for spec in specs(plugins).values())
    children = [Child("inference")] if models else []
    children += [Child("worker", number) for number in range(settings.server.workers)]
    children += [Child("admin")] if settings.admin.enabled else []
    children += [Child("jobs")] if settings.jobs.enabled else []
    return children


def command(child: Child, config: Path, sockets: Sequence[int]) -> list[str]:
    """Return the command that starts `child` as a child of this process; workers take `sockets` over."""
    line = [sys.executable, "-m", "voiced", "run", "--only", child.kind, "--config", str(config)]
    line += ["--parent", str(os.getpid())]
    if child.kind == "worker":
        line += ["--number", str(child.number)]
        line += [word for number in sockets for word in ("--listen-fd", str(number))]
    return line
