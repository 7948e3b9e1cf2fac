"""What a plugin gets from the house: the Host. Everything a plugin does to the world goes through it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from voiced.plugin.net import Net

T = TypeVar("T")


class Logger(Protocol):
    """A structured logger: an event name in snake_case, facts as keywords; no words or numbers of callers."""

    def debug(self, event: str, **facts: Any) -> Any:
        """Log for developers."""
        ...

    def info(self, event: str, **facts: Any) -> Any:
        """Log what an operator wants to know."""
        ...

    def warning(self, event: str, **facts: Any) -> Any:
        """Log what an operator should look at."""
        ...

    def error(self, event: str, **facts: Any) -> Any:
        """Log what an operator must act on."""
        ...


class Host(Protocol):
    """Given to every provider's factory."""

    @property
    def data_dir(self) -> Path:
        """Folder for what the plugin keeps; backed up, subject to erasure."""
        ...

    @property
    def cache_dir(self) -> Path:
        """Folder for what can be made again (models, phrases)."""
        ...

    @property
    def log(self) -> Logger:
        """Logger bound to the plugin's name."""
        ...

    @property
    def net(self) -> Net:
        """The network: HTTP requests and WebSockets, warm connections included."""
        ...

    def now(self) -> float:
        """Return the wall clock in seconds since 1970 (virtual in tests)."""
        ...

    def monotonic(self) -> float:
        """Return the clock that deadlines are counted on, in seconds (virtual in tests)."""
        ...

    async def offload(self, function: Callable[..., T], *args: Any) -> T:
        """Run blocking `function` in a thread (inline in tests); not cancellable once started."""
        ...

    async def infer(self, model: str, method: str, *args: Any) -> Any:
        """Call `method` of `model` in the inference process; arguments and result are plain data, bytes included.

        Cancelling withdraws the request if it has not started. Raises `Unavailable` when the process or model is
        missing, `ProviderOverloaded` when it died meanwhile.
        """
        ...
