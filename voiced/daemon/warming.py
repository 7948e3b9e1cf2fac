"""Getting ready for a plan: models connected, the model prepared, fixed sentences made into sound."""

from __future__ import annotations

import gc
from collections.abc import Awaitable, Callable

import trio
from msgspec import Struct, field

from voiced.call.think import offers
from voiced.call.warm import warm
from voiced.config.settings import Settings
from voiced.daemon.plan import WorkerPlan
from voiced.dialog.phrase import fixed_texts
from voiced.inference.client import Inference
from voiced.observe.log import logger
from voiced.plugin import Tts
from voiced.text.pattern import compile_the_rest
from voiced.text.pronunciations import Pronunciations

log = logger("warming")


class Readiness(Struct):
    """What a worker still waits for before it can take its first call. Once ready, it stays so."""

    phrases: str = "phrases are being made"
    """What is left to do for the voice and the model; empty when both are ready."""
    models: Inference | None = None
    """The models' process, when the plan needs it."""

    def reasons(self) -> list[str]:
        """Return why it is not ready."""
        if self.phrases and self.models is not None and not self.models.connected:
            return ["models are loading"]
        return [self.phrases] if self.phrases else []


class Warming(Struct):
    """Warms one plan at a time, in a task beside the calls; what is down delays nothing that is cached already."""

    nursery: trio.Nursery
    readiness: Readiness
    prove: Callable[[Settings], Awaitable[None]]
    """Asked before a worker is ready for the first time: raises `Unavailable` when it never would be, which ends it."""
    _scope: trio.CancelScope = field(default_factory=trio.CancelScope)

    def start(self, plan: WorkerPlan) -> trio.Event:
        """Warm `plan` instead of the one before; the event comes when there is no more to do for it."""
        self._scope.cancel()
        self._scope, done = trio.CancelScope(), trio.Event()
        self.nursery.start_soon(self._run, plan, self._scope, done)
        return done

    async def _run(self, plan: WorkerPlan, scope: trio.CancelScope, done: trio.Event) -> None:
        with scope:
            async with trio.open_nursery() as nursery:
                if self.readiness.phrases and self.readiness.models is not None:
                    nursery.start_soon(self.prove, plan.settings)
                await self._ready(plan)
            if self.readiness.phrases:
                gc.collect()  # what was made so far stays: searching all of it again, later, would hold up calls
                gc.freeze()
                self.readiness.phrases = ""
                log.info("ready")
                await trio.to_thread.run_sync(_load_the_rest)
            done.set()

    async def _ready(self, plan: WorkerPlan) -> None:
        if self.readiness.models is not None:
            await self.readiness.models.ready()
        await self._make(plan)
        if self.readiness.phrases:
            self.readiness.phrases = "the model is being prepared"
        await self._prepare(plan)

    async def _make(self, plan: WorkerPlan) -> None:
        """Make every phrase of every voice that may answer a call: the active one's, a trial's, a number's own."""
        wanted: dict[tuple[str, Pronunciations], tuple[Tts, dict[str, None]]] = {}
        for flow, tts in plan.voices():
            key = tts.fingerprint, Pronunciations.of(flow.pronunciations)
            wanted.setdefault(key, (tts, {}))[1].update(dict.fromkeys(fixed_texts(flow)))
        every, done = sum(len(texts) for _, texts in wanted.values()), 0

        def progress(_text: str, _made: bool) -> None:  # noqa: FBT001 - the contract of `warm`
            nonlocal done
            done += 1
            if self.readiness.phrases:
                self.readiness.phrases = f"phrases are being made ({done} of {every})"

        made = 0
        for (voice, said), (tts, texts) in wanted.items():
            try:
                made += await warm(tts, plan.book_of(voice).saying(said), list(texts), progress)
            except Exception as error:  # noqa: BLE001 - a plugin's bug costs ready phrases, not the worker
                log.warning("phrases_not_made", error=type(error).__name__)
        log.info("phrases_ready", made=made, phrases=every)

    async def _prepare(self, plan: WorkerPlan) -> None:
        tools = plan.registry.tools()
        for flow, llm in plan.brains():
            try:
                for offer in offers(flow, tools):
                    await llm.prepare(offer)
            except Exception as error:  # noqa: BLE001 - the same
                log.warning("model_not_prepared", error=type(error).__name__)


def _load_the_rest() -> None:
    """Load what the first call may need and readiness does not: a tenth of a second that no caller waits for."""
    import num2words  # noqa: PLC0415 - 60 languages
    import soxr  # noqa: PLC0415 - and numpy

    from voiced.audio import convert, resample  # noqa: PLC0415 - the tables of G.711

    compile_the_rest()
    log.debug("loaded", rooms=[room.__name__ for room in (num2words, soxr, convert, resample)])
