"""What the switchboard asks of the configuration: which flow answers a number, with which providers, and its limits."""

from __future__ import annotations

from datetime import tzinfo
from typing import Protocol

from voiced.call.phrases import PhraseBook
from voiced.call.providers import Providers
from voiced.dialog.flow import Flow


class Plan(Protocol):
    """What one version of the configuration says of calls; it never changes. A call keeps the one it began with."""

    @property
    def version(self) -> str:
        """Version of the configuration."""
        ...

    @property
    def capacity(self) -> int:
        """Calls at the same time."""
        ...

    @property
    def longest(self) -> float:
        """Seconds that a call may last, whatever its flow says."""
        ...

    @property
    def timezone(self) -> tzinfo:
        """Local time of the business."""
        ...

    def media_url(self, provider: str, token: str) -> str:
        """Return the wss address of a call's media socket."""
        ...

    def flow(self, called: str) -> Flow | None:
        """Return the flow that answers `called`."""
        ...

    def providers(self, flow: Flow, called: str, call_id: str) -> Providers:
        """Return the providers of the call `call_id` to the number `called`."""
        ...

    def book(self, providers: Providers) -> PhraseBook:
        """Return the phrase book of a voice."""
        ...
