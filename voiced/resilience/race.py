"""One question to several models: the first that begins to answer is heard, the others are left.

The next is asked when one fails, or has given nothing for a while (a hedge: Dean and Barroso, "The tail at scale").
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import trio
from msgspec import Struct, field

from voiced.errors import ProviderTimeout
from voiced.observe.log import logger
from voiced.observe.metrics import HEDGES
from voiced.plugin import Llm, LlmEvent, LlmRequest, Sink
from voiced.resilience.breakers import Gate
from voiced.resilience.link import Attempt, Link, attempt

log = logger("resilience")

HEDGE = 1.5
"""Seconds without a token or choice after which the next model is asked too."""
FIRST_TOKEN = 3.0
"""Seconds that a model may take for its first while another stands by. The last one is given as long as the caller of
the chain waits."""
STALL = 4.0
"""Seconds that may pass between two parts of an answer..."""
STALL_BESIDE = 2.0
"""...while another stands by that can go on from there."""


class Runner(Struct, eq=False):
    """One model in a race; the `Sink` of its answer. What it raised is in `fault`."""

    race: Race
    attempt: Attempt
    scope: trio.CancelScope
    slow: bool = False
    """Another was asked because it had given nothing."""
    lost: bool = False
    fault: Exception | None = None

    async def run(self, llm: Llm, request: LlmRequest) -> None:
        """Let the model answer; nothing is raised."""
        try:
            with attempt(self.attempt):
                await self._ask(llm, request)
        except Exception as error:  # noqa: BLE001 - told to whoever waits for the answer; a plugin's bug is one too
            self.fault = error
        self.race.left(self)

    async def _ask(self, llm: Llm, request: LlmRequest) -> None:
        with self.scope:
            await llm.reply(request, self)
        if self.scope.cancelled_caught and not self.lost:
            raise ProviderTimeout("no token in time", provider=self.attempt.gate.name, stage="stream")

    async def send(self, event: LlmEvent) -> None:
        """Pass a part on; the first wins the race. No clock runs while the listener is behind."""
        self.scope.deadline = math.inf
        if not self.race.won(self):
            await trio.sleep_forever()
        await self.race.out.send(event)
        self.scope.deadline = trio.current_time() + self.race.stall(self.attempt.gate)

    def lose(self) -> None:
        """Stop: another was faster. One that was waited for in vain counts as too slow."""
        self.lost = True
        self.attempt.settle("outage" if self.slow else "abandoned")
        self.scope.cancel()


class Race(Struct, eq=False):
    """One round of questions."""

    out: Sink[LlmEvent]
    fitted: Callable[[Llm], LlmRequest]
    """Gives the request as a model takes it."""
    stall: Callable[[Gate], float]
    """Gives the seconds that may pass between two parts of an answer."""
    winner: Runner | None = None
    fault: Exception | None = None
    """What the last that failed raised."""
    _running: list[Runner] = field(default_factory=list)
    _news: trio.Event = field(default_factory=trio.Event)

    async def run(self, links: Sequence[Link[Llm]], *, again: bool) -> None:
        """Ask until one has answered or all have failed. `again`: they were asked before."""
        async with trio.open_nursery() as nursery:
            for at, link in enumerate(links):
                permit = link.gate.admit(again=again)
                if permit is None:
                    continue
                self._hedge()
                others = any(later.gate.ready for later in links[at + 1 :])
                deadline = trio.current_time() + FIRST_TOKEN if others else math.inf
                runner = Runner(self, Attempt(link.gate, permit), trio.CancelScope(deadline=deadline))
                self._running.append(runner)
                nursery.start_soon(runner.run, link.provider, self.fitted(link.provider))
                if await self._decided(HEDGE if others else math.inf):
                    break

    def won(self, runner: Runner) -> bool:
        """Return whether `runner` is the one that is heard."""
        if self.winner is None:
            self.winner = runner
            for other in self._running:
                if other is not runner:
                    other.lose()
            self._news.set()
        return self.winner is runner

    def left(self, runner: Runner) -> None:
        """`runner` has answered, failed or lost."""
        self._running.remove(runner)
        self.fault = self.fault if runner.lost else runner.fault
        self._news.set()

    def _hedge(self) -> None:
        for slow in self._running:
            if not slow.slow:
                slow.slow = True
                HEDGES.labels(slow.attempt.gate.name).inc()
                log.info("provider_hedged", kind="llm", provider=slow.attempt.gate.name)

    async def _decided(self, seconds: float) -> bool:
        """Wait until one begins to answer, or none is left, or the time is over; return whether one has begun."""
        with trio.move_on_after(seconds):
            while self.winner is None and self._running:
                self._news = trio.Event()
                await self._news.wait()
        return self.winner is not None
