"""A desk that answers carriers' webhooks as it was told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from voiced.plugin import Admission, AfterStream, CallOffer, CallRefused, HangUp


@dataclass
class ScriptedDesk:
    """A desk whose answers a test sets, and that remembers what it was asked. `media_url` tells that of an offer."""

    media_url: Callable[[CallOffer], str]
    refuses: bool = False
    next: AfterStream = field(default_factory=HangUp)
    asked: list[tuple[Any, ...]] = field(default_factory=list)

    def offer(self, offer):
        self.asked.append(("offer", offer))
        if self.refuses:
            raise CallRefused("full")
        return Admission("call-1", self.media_url(offer))

    def after_stream(self, offer):
        self.asked.append(("after_stream", offer))
        return self.next

    def dialled(self, provider, carrier_call_id, result):
        self.asked.append(("dialled", provider, carrier_call_id, result))
        return self.next

    def over(self, provider, carrier_call_id, status):
        self.asked.append(("over", provider, carrier_call_id, status))
