"""The carrier's API under its gates: one breaker for each thing that it is asked for.

Who is hung up or sent elsewhere twice is where they were sent; a recording that is erased twice is gone. A call that is
placed twice rings twice, so that is never done again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from msgspec import Struct

from voiced.plugin import AfterStream, CallControl, OutboundCall
from voiced.resilience.asking import ask
from voiced.resilience.breakers import Breakers
from voiced.resilience.retry import Manner

IN_SILENCE = Manner(first_pause=2.0, longest_pause=10.0, slow=True)
"""Somebody hears nothing until the carrier was told, and so long as it was not."""
IN_A_HURRY = Manner(tries=2, slow=True)
"""The same at first: what keeps an API from answering is over at once, more often than not."""
TELL_IN_A_HURRY = 0.8
"""Seconds that the carrier may take then: a redirection that was obeyed all the same is not told again."""
TELL = 5.0
"""Seconds that the carrier may take to be told what a call does next."""
PLACE = 10.0
"""Seconds that it may take to place a call."""
RECORDS = 10.0
"""Seconds that it may take to list recordings, or to erase one."""


class Carrier(Struct, frozen=True):
    """Implements `CallControl`: what `control`, of the provider `name`, does, through the gates of this process."""

    control: CallControl
    name: str
    breakers: Breakers

    async def hang_up(self, call: str) -> None:
        """End a call."""
        gate = self.breakers.gate("telco.hang_up", self.name)
        await ask(gate, partial(self.control.hang_up, call), repeatable=True, deadline=TELL, manner=IN_SILENCE)

    async def redirect(
        self,
        call: str,
        follows: AfterStream,
        hooks: str,
        *,
        hurry: bool = False,
        moot: Callable[[], bool] = lambda: False,
    ) -> None:
        """Let a call go on with `follows`. `moot`: whether it does already, so that it is not to be told (again)."""

        async def tell() -> None:
            if not moot():
                await self.control.redirect(call, follows, hooks)

        gate = self.breakers.gate("telco.redirect", self.name)
        deadline, manner = (TELL_IN_A_HURRY, IN_A_HURRY) if hurry else (TELL, IN_SILENCE)
        await ask(gate, tell, repeatable=True, deadline=deadline, manner=manner)

    async def place(self, order: OutboundCall) -> str:
        """Place a call. Asked once: what did not answer may have placed it."""
        gate = self.breakers.gate("telco.place", self.name)
        return await ask(gate, partial(self.control.place, order), repeatable=False, deadline=PLACE)

    async def recordings(self, call: str) -> Sequence[str]:
        """Return the recordings of a call."""
        gate = self.breakers.gate("telco.recordings", self.name)
        return await ask(
            gate, partial(self.control.recordings, call), repeatable=True, deadline=RECORDS, manner=IN_SILENCE
        )

    async def delete_recording(self, recording: str) -> None:
        """Have a recording erased."""
        gate = self.breakers.gate("telco.erase", self.name)
        await ask(
            gate,
            partial(self.control.delete_recording, recording),
            repeatable=True,
            deadline=RECORDS,
            manner=IN_SILENCE,
        )
