"""Getting ready for a plan: models connected, the model prepared, fixed sentences made into sound."""

from __future__ import annotations

import gc
from dataclasses import dataclass, field

import trio

from voiced.call.think import offers
from voiced.call.warm import warm
from voiced.daemon.plan import WorkerPlan
from voiced.dialog.phrase import fixed_texts
from voiced.inference.client import Inference
from voiced.observe.log import logger

log = logger("warming")


@dataclass(slots=True)
class Readiness:
    """What a worker still waits for before it can take its first call. Once ready, it stays so."""

    phrases: str = "phrases are being made"
    """What is left to do for the voice; empty when its fixed phrases are ready."""
    models: Inference | None = None
    """The models' process, when the plan needs it."""

    def reasons(self) -> list[str]:
        """Return why it is not ready."""
        if self.phrases and self.models is not None and not self.models.connected:
            return ["models are loading"]
        return [self.phrases] if self.phrases else []


@dataclass(slots=True)
class Warming:
    """Warms one plan at a time, in a task beside the calls; what is down delays nothing that is cached already."""

    nursery: trio.Nursery
    readiness: Readiness
    _scope: trio.CancelScope = field(default_factory=trio.CancelScope)

    def start(self, plan: WorkerPlan) -> trio.Event:
        """Warm `plan` instead of the one before; the event comes when there is no more to do for it."""
        self._scope.cancel()
        self._scope, done = trio.CancelScope(), trio.Event()
        self.nursery.start_soon(self._run, plan, self._scope, done)
        return done

    async def _run(self, plan: WorkerPlan, scope: trio.CancelScope, done: trio.Event) -> None:
        with scope:
            if self.readiness.models is not None:
                await self.readiness.models.ready()
            for what, work in (("phrases_not_made", self._make), ("model_not_prepared", self._prepare)):
                try:
                    await work(plan)
                except Exception as error:  # noqa: BLE001 - a plugin's bug costs ready phrases, not the worker
                    log.warning(what, error=type(error).__name__)
            if self.readiness.phrases:
                gc.collect()  # what was made so far stays: searching all of it again, later, would hold up calls
                gc.freeze()
                self.readiness.phrases = ""
                log.info("ready")
                await trio.to_thread.run_sync(_load_the_rest)
            done.set()

    async def _make(self, plan: WorkerPlan) -> None:
        flows = plan.answering()
        texts = {flow.flow: fixed_texts(flow) for flow in flows}
        every, done = {text for each in texts.values() for text in each}, set[str]()

        def progress(text: str, _made: bool) -> None:  # noqa: FBT001 - the contract of `warm`
            done.add(text)
            if self.readiness.phrases:
                self.readiness.phrases = f"phrases are being made ({len(done)} of {len(every)})"

        made = 0
        for flow in flows:
            providers = plan.providers(flow)
            made += await warm(providers.tts, plan.book(providers), list(dict.fromkeys(texts[flow.flow])), progress)
        log.info("phrases_ready", made=made, phrases=len(every))

    async def _prepare(self, plan: WorkerPlan) -> None:
        for flow in plan.answering():
            providers = plan.providers(flow)
            for offer in offers(flow, providers.tools):
                await providers.llm.prepare(offer)


def _load_the_rest() -> None:
    """Load what the first call may need and readiness does not: a tenth of a second that no caller waits for."""
    import num2words  # noqa: PLC0415 - 60 languages
    import soxr  # noqa: PLC0415 - and numpy

    from voiced.audio import convert, resample  # noqa: PLC0415 - the tables of G.711

    log.debug("loaded", rooms=[room.__name__ for room in (num2words, soxr, convert, resample)])
