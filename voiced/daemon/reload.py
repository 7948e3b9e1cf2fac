"""Live reload: a change of the files is judged whole, made ready beside the calls, and then taken in one step.

Everything that takes time (reading, checking, building providers, making sentences) happens before, in threads or tasks
of its own; the step itself is one assignment. A change that is no good changes nothing, and is told: in the log, a
metric, and at `GET /v1/config`. Calls in progress keep the plan that they began with.
"""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import trio
from msgspec import Struct

from voiced import yamlfile
from voiced.call.switchboard import Switchboard
from voiced.config.history import History
from voiced.config.restart import restart_needed
from voiced.config.settings import Settings
from voiced.daemon.lasting import as_running, models_changed
from voiced.daemon.models import ModelMissing, ModelsProcess
from voiced.daemon.plan import WorkerPlan
from voiced.daemon.project import Judged, Project, judge
from voiced.daemon.warming import Warming
from voiced.daemon.watch import SETTLE, Look, Watch, look
from voiced.errors import BadInput, Problem, Unavailable
from voiced.observe import metrics
from voiced.observe.log import configure, logger
from voiced.plugin import Telco

log = logger("reload")

MODELS_SECONDS = 60.0
"""Seconds that models may take to come up for a change that needs them."""


class Offload(Protocol):
    """Runs what blocks in a thread."""

    def __call__(self, function: Callable[..., Any], /, *args: Any) -> Awaitable[Any]:
        """Return what `function` returns."""
        ...


class Condition(Struct):
    """How the configuration of a worker stands, as `GET /v1/config` tells it."""

    version: str
    """What new calls get."""
    taken_at: float
    """When that took effect, in seconds since 1970."""
    source: Literal["files", "history"] = "files"
    """`history`: the files were broken when the worker started, so it took the last good version."""
    problems: tuple[Problem, ...] = ()
    """Why the files as they lie there now were not taken."""
    restart_needed: tuple[str, ...] = ()
    """Settings of the version that take effect at the next start only."""


@dataclass(slots=True)
class Reloader:
    """Keeps a worker's configuration up to date: that of the calls which its switchboard takes, and of its carrier."""

    project: Project
    plan: WorkerPlan
    switchboard: Switchboard
    warming: Warming
    models: ModelsProcess
    offload: Offload
    now: Callable[[], float]
    telcos: dict[str, Telco] = field(init=False)
    """The carrier by its name; its options may be replaced, its name may not."""
    condition: Condition = field(init=False)
    _started: Settings = field(init=False)
    _history: History = field(init=False)
    _poked: trio.Event = field(default_factory=trio.Event)
    _looking: trio.Lock = field(default_factory=trio.Lock)
    _folders: set[Any] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Begin with what the worker was started with."""
        self._started = self.project.settings
        self._history = History(self._started.data_dir / "config")
        source: Literal["files", "history"] = "history" if self.project.faults else "files"
        self.condition = Condition(self.plan.version, self.now(), source, self.project.faults)
        self.telcos = _carrier(self.plan)
        self.plan.take_effect()
        self._folders = {self._started.flows}

    async def run(self) -> None:
        """Watch the files, and look at once at each SIGHUP, until cancelled."""
        if not self.project.faults:
            await self._record(self.project)
        self._measure()
        with trio.open_signal_receiver(signal.SIGHUP) as hups:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._hear, hups)
                await self._watch()

    async def look_now(self) -> Condition:
        """Read the files now; return how things stand after that."""
        async with self._looking:
            await self._reload()
        return self.condition

    async def _hear(self, hups: AsyncIterator[int]) -> None:
        async for _signal in hups:
            self._poked.set()

    async def _watch(self) -> None:
        watch, verdict = Watch(taken={}), "same"
        while True:
            pause = SETTLE if verdict == "moving" else self.project.settings.reload.poll_seconds
            with trio.move_on_after(pause):
                await self._poked.wait()
            seen: Look = await self.offload(look, self._started.file, tuple(self._folders))
            verdict = watch.judge(seen, trio.current_time())
            if verdict == "changed" or self._poked.is_set():
                self._poked = trio.Event()
                watch.took(seen)
                await self.look_now()

    async def _reload(self) -> None:
        judged: Judged = await self.offload(judge, self._started.file, os.environ, self.project.plugins)
        self._folders = {self.project.settings.flows, judged.flows}
        project = judged.project
        if project is None:
            self._refuse(judged.problems)
        elif project.settings == self.project.settings and project.bundle.version == self.project.bundle.version:
            self._settle(project)
        else:
            await self._change(project)

    async def _change(self, project: Project) -> None:
        settings = as_running(self._started, project.settings, project.plugins)
        plan = self.plan.renewed(settings, project.flows)
        try:
            await self.offload(plan.build)
            await self._models(settings)
        except Unavailable as error:
            self._refuse(_placed(project, plan, error))
            return
        warmed = self.warming.start(plan)
        with trio.move_on_after(settings.reload.warm_seconds):
            await warmed.wait()
        self._take(project, plan)
        await self._record(project)

    async def _models(self, settings: Settings) -> None:
        with trio.move_on_after(MODELS_SECONDS):
            await self.models.want(settings)
            await self.models.prove(settings)
            return
        raise Unavailable("the models that this change needs do not come up", fix="see the log, and `voiced check`")

    def _take(self, project: Project, plan: WorkerPlan) -> None:
        """Let the next call have `plan`: the one step in which a change takes effect."""
        self.project, self.plan = project, plan
        self.switchboard.plan = plan
        plan.take_effect()
        self.telcos.update(_carrier(plan))
        configure(project.settings.log.level, fmt="text" if self._started.log.format == "console" else "json")
        self.condition = Condition(plan.version, self.now())
        self._settle(project)
        metrics.CONFIG_CHANGES.labels("taken").inc()
        log.info("config_taken", version=plan.version, restart_needed=list(self.condition.restart_needed) or None)

    def _settle(self, project: Project) -> None:
        """The files are as good as what runs."""
        if self.condition.problems:
            log.info("config_mended", version=self.plan.version)
        self.condition.problems, self.condition.source = (), "files"
        waiting = [*restart_needed(self._started, project.settings)]
        waiting += [f"plugins.{name}" for name in models_changed(self._started, project.settings, project.plugins)]
        self.condition.restart_needed = tuple(waiting)
        self._measure()

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        """Keep what runs, and say why."""
        if problems != self.condition.problems:
            log.error("config_refused", problems=_told(problems), running=self.plan.version)
            metrics.CONFIG_CHANGES.labels("refused").inc()
        self.condition.problems = problems
        self._measure()

    async def _record(self, project: Project) -> None:
        try:
            await self.offload(self._history.record, project.bundle)
        except Unavailable as error:
            log.warning("config_not_recorded", reason=str(error))

    def _measure(self) -> None:
        metrics.CONFIG_BROKEN.set(1 if self.condition.problems else 0)
        metrics.CONFIG_RESTART_NEEDED.set(len(self.condition.restart_needed))
        metrics.CONFIG_TAKEN.set(self.condition.taken_at)


def _carrier(plan: WorkerPlan) -> dict[str, Telco]:
    name = plan.settings.providers.telco
    return {name: plan.registry.provider("telco", name)}


def _told(problems: tuple[Problem, ...]) -> list[str]:
    return [str(problem) for problem in problems]


def _placed(project: Project, plan: WorkerPlan, error: Unavailable) -> tuple[Problem, ...]:
    """Return why a provider cannot be had, at the place of its plugin in the file, or where it is chosen."""
    file = project.settings.file
    failed = [state for state in plan.registry.summary() if state.status == "build_error"]
    try:
        document = yamlfile.loads(project.bundle.files[file.name], str(file))
    except (BadInput, KeyError):
        return (Problem(str(file), 0, 0, str(error)),)
    if isinstance(error, ModelMissing):
        return (document.problem(("providers", error.kind), error.reason, error.fix),)
    if not failed:
        return (Problem(str(file), 0, 0, str(error)),)
    return tuple(
        document.problem(("plugins", state.name), f"{state.name}: {state.reason}", error.fix, key=True)
        for state in failed
    )
