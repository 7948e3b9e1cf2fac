"""The emulated host's state: who is logged in, what is left of the credit, what goes wrong."""

from __future__ import annotations

from voiced.testing.acapela.account import Account, Journal
from voiced.testing.acapela.faults import Faults
from voiced.testing.acapela.order import Order, Refused
from voiced.testing.emulator.playback import Player


class Cloud:
    """One emulated host. Set `faults` at any time."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.faults = Faults()
        self.journal = Journal()
        self.player = Player(account.tempo, account.seed)
        self.spent = 0
        """Characters so far."""
        self._tokens: dict[str, str] = {}
        self._made = 0

    def enter(self, email: str) -> str:
        """Return a token for an account."""
        if self.account.one_token:
            for token, whose in self._tokens.items():
                if whose == email:
                    return token
        self._made += 1
        token = f"{self._made:040x}"
        self._tokens[token] = email
        return token

    def knows(self, token: str) -> bool:
        """Return whether a token is good."""
        return token in self._tokens and not self.faults.forgets

    def leave(self, token: str) -> None:
        """End a token: that of all, where all logins share one."""
        del self._tokens[token]

    def revoke(self) -> None:
        """End all tokens, as when somebody else logs out."""
        self._tokens.clear()

    def spend(self, order: Order) -> None:
        """Take the characters of an order from the credit. Raises `Refused`."""
        if self.spent + len(order.text) > self.account.credit:
            raise Refused("Not enough credits.")
        self.spent += len(order.text)
