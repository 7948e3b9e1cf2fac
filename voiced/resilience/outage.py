"""Which errors say that a provider is down, and which only that it will not take this request."""

from __future__ import annotations

from voiced.errors import ProviderBadInput, ProviderRefused

NO_OUTAGE = (ProviderRefused, ProviderBadInput)
"""Another provider may well do what this one refuses; that it is down is not said."""


def is_outage(error: Exception) -> bool:
    """Return whether `error` counts against the provider's breaker; a bug in a plugin does."""
    return not isinstance(error, NO_OUTAGE)


def first_cause(error: Exception) -> Exception:
    """Return the first error in what a nursery raised."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error
