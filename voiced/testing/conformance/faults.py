"""Faults of the service behind a provider, and which error each must become."""

from __future__ import annotations

from collections.abc import Mapping

from voiced.plugin import (
    ProviderBadInput,
    ProviderError,
    ProviderOverloaded,
    ProviderProtocol,
    ProviderRefused,
    ProviderThrottled,
)
from voiced.testing.conformance.promises import expect

FAULTS: Mapping[str, type[ProviderError]] = {
    "refused": ProviderRefused,
    "throttled": ProviderThrottled,
    "overloaded": ProviderOverloaded,
    "bad_input": ProviderBadInput,
    "garbage": ProviderProtocol,
    "cut": ProviderOverloaded,
    "unreachable": ProviderOverloaded,
}
"""What a service does -> what the provider raises. `refused`: the key is wrong (401); `throttled`: too much is asked
(429); `overloaded`: it cannot now (503); `bad_input`: it never will (400, 404); `garbage`: it says what is not its
protocol; `cut`: the connection breaks in the middle; `unreachable`: nobody listens. A recogniser survives `cut`."""
SILENT = "silent"
"""The service takes everything and never answers."""
HANGING = "hanging"
"""The service lets nobody begin: what opens a connection or a session is never answered."""
STUCK = "stuck"
"""The service takes nothing any more, while a call goes on: for recognisers alone, to which sound never ends."""
NAMES = (*FAULTS, SILENT, HANGING)
LATE = "late"
"""The service gives words seconds after they were said: for recognisers alone, to which more is said meanwhile."""
STT_NAMES = (*NAMES, STUCK, LATE)


def check_names(faults: tuple[str, ...], names: tuple[str, ...] = NAMES) -> None:
    """Raise ValueError for a fault that has no such name."""
    for fault in faults:
        if fault not in names:
            raise ValueError(f"there is no fault {fault!r}; there is {', '.join(names)}")


def check_error(fault: str, error: ProviderError, secrets: tuple[str, ...]) -> None:
    """Check that the error is the one for the fault, names its provider, and quotes nobody."""
    wanted = FAULTS[fault]
    expect(isinstance(error, wanted), f"it raised {type(error).__name__} ({error}), not {wanted.__name__}")
    expect(error.provider, f"its {type(error).__name__} does not say which provider failed: give it provider=")
    if isinstance(error, ProviderThrottled):
        expect(error.retry_after is None or error.retry_after >= 0, f"retry_after is {error.retry_after} s")
    told = f"{error} {error.hint}".lower()
    quoted = [word for text in secrets for word in text.lower().split() if len(word) > 5 and word in told]
    expect(not quoted, f"its error quotes what a caller said: {', '.join(quoted)}")
