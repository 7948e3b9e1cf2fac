"""The error tree. Each class tells its catcher what to do; nothing else may be raised across a room's border.

VoicedError
├── BadInput                  the operator wrote it: print the places, exit 2
├── ProviderError             a provider failed; `retryable` says whether another try may help
│   ├── ProviderTimeout       no answer within the caller's deadline, or no connection (`stage` is "connect")
│   ├── ProviderRefused       credentials, quota or policy: do not try again, do not call it an outage
│   ├── ProviderBusy          not now; `retry_after` in seconds where it said so
│   │   ├── ProviderThrottled     asked to slow down
│   │   └── ProviderOverloaded    temporarily unable (5xx, connection lost)
│   │       └── ProviderClosed    it closed the connection; `code` and `reason` are its own
│   ├── ProviderBadInput      it will never accept this request
│   └── ProviderProtocol      it spoke something that is not its protocol
├── CallRefused               the call cannot be taken (full, draining, no flow); answer politely
├── Declined                  a worker would not do what it was told; `status` as in HTTP, `fix`, `field`
└── Unavailable               a part of this installation is missing (model, package, file): `fix` says what to do
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Stage = Literal["connect", "request", "stream", "finish"]


class VoicedError(Exception):
    """Root of every error that voiced raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with something an operator wrote.

    `line` and `column` are 1-based; 0 means "the file as a whole". `fix` is a sentence, possibly empty.
    """

    file: str
    line: int
    column: int
    reason: str
    fix: str = ""

    def __str__(self) -> str:
        """Return `file:line:column: reason. fix`, the form every editor can jump to."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.reason}" + (f" — {self.fix}" if self.fix else "")


class BadInput(VoicedError):
    """The operator's file or argument is wrong; `problems` holds every fault found, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ProviderError(VoicedError):
    """A provider failed. Raised by plugins only through one of the subclasses below."""

    retryable = True

    def __init__(self, message: str, *, provider: str = "", stage: Stage = "request", hint: str = "") -> None:
        super().__init__(message)
        self.provider = provider
        self.stage = stage
        self.hint = hint


class ProviderTimeout(ProviderError):
    """No answer within the deadline that the caller held; with the stage "connect" no connection in time."""


class ProviderRefused(ProviderError):
    """Credentials, quota or policy. Another try cannot help; it is not an outage."""

    retryable = False


class ProviderBusy(ProviderError):
    """Not now: it may have said for how many seconds (`retry_after`; None: it did not)."""

    def __init__(
        self,
        message: str,
        *,
        retry_after: float | None = None,
        provider: str = "",
        stage: Stage = "request",
        hint: str = "",
    ) -> None:
        super().__init__(message, provider=provider, stage=stage, hint=hint)
        self.retry_after = retry_after


class ProviderThrottled(ProviderBusy):
    """The provider asked to slow down: it is there, and that is no outage."""


class ProviderOverloaded(ProviderBusy):
    """The provider cannot answer for now: 5xx, connection lost, queue full."""


class ProviderClosed(ProviderOverloaded):
    """The provider closed its WebSocket, with `code` (RFC 6455, 7.4; 1006: without a word) and `reason`.

    `reason` may quote what was sent: it is for the plugin to look at, not for the log.
    """

    def __init__(self, message: str, *, code: int, reason: str = "", provider: str = "") -> None:
        super().__init__(message, provider=provider, stage="stream")
        self.code = code
        self.reason = reason


class ProviderBadInput(ProviderError):
    """The provider will never accept this request."""

    retryable = False


class ProviderProtocol(ProviderError):
    """The provider sent something that is not its protocol."""


class CallRefused(VoicedError):
    """The call cannot be taken: full, draining, or no flow for this number."""


class Declined(VoicedError):
    """A worker would not do what it was told: 404 it has no such call, 409 not now, 400 `field` is wrong."""

    def __init__(self, message: str, *, status: int = 409, fix: str = "", field: str = "") -> None:
        super().__init__(message + (f" — {fix}" if fix else ""))
        self.reason = message
        self.status = status
        self.fix = fix
        self.field = field


class Unavailable(VoicedError):
    """A part of this installation is missing. `fix` is the command or action that brings it."""

    def __init__(self, message: str, *, fix: str = "") -> None:
        super().__init__(message + (f" — {fix}" if fix else ""))
        self.reason = message
        self.fix = fix
