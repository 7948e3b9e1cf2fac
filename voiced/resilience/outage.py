"""Which errors say that a provider is down, and which only that it will not take this request."""

from __future__ import annotations

from voiced.errors import ProviderBadInput, ProviderRefused, ProviderThrottled
from voiced.resilience.breakers import Outcome


def outcome_of(error: Exception) -> Outcome:
    """Return what `error` says of the provider; a bug in a plugin counts as an outage.

    Another provider may well do what this one refuses, and one that wants fewer requests is there.
    """
    if isinstance(error, ProviderRefused | ProviderBadInput):
        return "refused"
    return "throttled" if isinstance(error, ProviderThrottled) else "outage"


def first_cause(error: Exception) -> Exception:
    """Return the first error in what a nursery raised."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error
