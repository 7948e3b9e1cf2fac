"""Lists of vendors' offers, for pages: each is kept for some minutes, and none waited for longer than a page may take.

A vendor is asked in a thread, for an SDK knows no deadline for all that it does. One that is late may still answer: its
list is there then, when it is asked for again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Literal

from voiced.observe.log import logger
from voiced_admin.vendors import VENDORS, Offer, Vendor, first

PATIENCE = 8.0
"""Seconds that a page waits for a vendor."""
KEPT = 300.0
"""Seconds for which a list is not asked for again."""

Why = Literal["key", "sdk", "refused", "late", "failed"]
log = logger("admin")


@dataclass(frozen=True, slots=True)
class Listing:
    """What a vendor offers, or why nobody knows."""

    offers: tuple[Offer, ...] = ()
    why: Why | None = None


@dataclass(slots=True)
class Catalogue:
    """The lists of one installation. May be asked by several threads."""

    vendors: Mapping[str, Vendor] = field(default_factory=lambda: VENDORS)
    patience: float = PATIENCE
    clock: Callable[[], float] = time.monotonic
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _kept: dict[str, tuple[tuple[str, str], float, Listing]] = field(default_factory=dict)
    _asked: dict[tuple[str, str, str], Future[Listing]] = field(default_factory=dict)

    def look(self, setting: str, options: Any) -> Listing:
        """Return what `setting` may be; `options` are those of its plugin, with `api_key` and `url`. Blocks."""
        if not options.api_key:
            return Listing(why="key")
        account = (options.url, options.api_key)
        with self._lock:
            known, at, listing = self._kept.get(setting, (("", ""), 0.0, Listing()))
            if known == account and self.clock() < at + KEPT:
                return listing
            answer = self._asked.get((setting, *account)) or self._begin(setting, options)
        try:
            return answer.result(self.patience)
        except TimeoutError:
            log.warning("vendor_not_listed", setting=setting, why="late")
            return Listing(why="late")

    def _begin(self, setting: str, options: Any) -> Future[Listing]:
        answer: Future[Listing] = Future()
        self._asked[setting, options.url, options.api_key] = answer
        threading.Thread(target=self._ask, args=(setting, options, answer), daemon=True).start()
        return answer

    def _ask(self, setting: str, options: Any, answer: Future[Listing]) -> None:
        try:
            listing = Listing(first(self.vendors[setting].ask(options, self.patience)))
        except Exception as error:  # noqa: BLE001 - an SDK raises what it likes
            listing = Listing(why=why(error))
            log.warning("vendor_not_listed", setting=setting, why=listing.why, error=type(error).__name__)
        with self._lock:
            self._asked.pop((setting, options.url, options.api_key), None)
            if listing.why is None:
                self._kept[setting] = (options.url, options.api_key), self.clock(), listing
        answer.set_result(listing)


def why(error: Exception) -> Why:
    """Return why an SDK has no list, by what it raised: SDKs share no errors, but a status and names."""
    if isinstance(error, ImportError):
        return "sdk"
    if getattr(error, "status_code", None) in {401, 403}:
        return "refused"
    return "late" if "Timeout" in type(error).__name__ else "failed"
