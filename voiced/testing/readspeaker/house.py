"""The emulated host's state: what is left of the credit, which Locations are good, what goes wrong."""

from __future__ import annotations

from dataclasses import dataclass

import trio

from voiced.testing.emulator.journal import SpeechJournal
from voiced.testing.emulator.playback import Player
from voiced.testing.readspeaker.account import Account
from voiced.testing.readspeaker.faults import Faults
from voiced.testing.readspeaker.order import Order
from voiced.testing.readspeaker.sound import Made


@dataclass(frozen=True, slots=True)
class Waiting:
    """A sound that waits to be streamed, until a time."""

    sound: Made
    until: float


class House:
    """One emulated host. Set `faults` at any time."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.faults = Faults()
        self.journal = SpeechJournal()
        self.player = Player(account.tempo, account.seed)
        self.spent = 0
        """Characters so far."""
        self.refused = 0
        """Requests that the faults refused so far."""
        self._waiting: dict[str, Waiting] = {}

    def failing(self) -> bool:
        """Return whether the faults refuse this request."""
        if not self.faults.status or (self.faults.times and self.refused >= self.faults.times):
            return False
        self.refused += 1
        return True

    def spend(self, order: Order) -> bool:
        """Take the characters of an order from the credit; return whether it had them."""
        if self.spent + len(order.text) > self.account.credit:
            return False
        self.spent += len(order.text)
        return True

    def keep(self, sound: Made) -> str:
        """Keep a sound that is to be streamed; return its name."""
        name = f"{len(self._waiting) + 1:016x}"
        self._waiting[name] = Waiting(sound, trio.current_time() + self.account.seconds)
        return name

    def kept(self, name: str) -> Made | None:
        """Return a sound that was kept; None when it is over."""
        waiting = self._waiting.get(name)
        if waiting is None or trio.current_time() > waiting.until:
            return None
        if self.account.once:
            self._waiting[name] = Waiting(waiting.sound, 0.0)
        return waiting.sound
