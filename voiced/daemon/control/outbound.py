"""Control route of calls that we place: a call back to somebody who asked for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta, Struct

from voiced.call.switchboard import Switchboard
from voiced.daemon.control.answers import answer, body
from voiced.daemon.number_rules import forbidden_number
from voiced.errors import Declined, ProviderError, ProviderTimeout, Unavailable
from voiced.observe.log import logger
from voiced.plugin import CallControl, OutboundCall, Telco, WebRequest, WebResponse, control_of
from voiced.resilience import Breakers, Carrier
from voiced.web.router import Routes

log = logger("outbound")

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


class Order(Struct, frozen=True, forbid_unknown_fields=True):
    """Body of `outbound`: whom to call, and which of our numbers is shown and answers by its flow."""

    number: str
    caller_id: str
    ring: Annotated[float, Meta(ge=5, le=120)] = 25.0

    def __post_init__(self) -> None:
        """Refuse what no carrier could dial."""
        for name in ("number", "caller_id"):
            if not _E164.fullmatch(getattr(self, name)):
                raise ValueError(f"field `{name}` is not in E.164 form, such as +33199000001")


class Outbound(Struct, frozen=True):
    """Places calls by the carrier of a worker. `telcos` may be replaced at any time."""

    switchboard: Switchboard
    telcos: Mapping[str, Telco]
    provider: str
    public_url: str
    breakers: Breakers

    def routes(self) -> Routes:
        """Return the route."""
        return {"/v1/outbound": {"POST": self._place}}

    async def _place(self, request: WebRequest) -> WebResponse:
        order = body(request, Order)
        control = self._allowed(order)
        try:
            placed = await control.place(self._call(order))
        except ProviderTimeout as error:
            fix = "look whether it rings all the same"
            raise Unavailable(f"{self.provider} did not answer in time", fix=fix) from error
        except ProviderError as error:
            raise Unavailable(f"{self.provider}: {error}", fix=error.hint) from error
        log.info("call_placed", provider=self.provider)
        return answer({"provider": self.provider, "carrier_call_id": placed}, 202)

    def _allowed(self, order: Order) -> CallControl:
        """Return how to place it. Raises `Declined` when it may not be."""
        control = control_of(self.telcos[self.provider])
        if control is None:
            raise Declined(f"{self.provider} places no calls", fix="have your telephone system call, and lead it here")
        if reasons := self.switchboard.not_ready():
            raise Declined(f"this worker takes no call: {', '.join(reasons)}", fix="try again in a moment")
        if (rule := forbidden_number(order.caller_id)) is not None:
            raise Declined(f"it may not be shown: {rule.about}", status=400, fix="show another", field="caller_id")
        if self.switchboard.plan.flow(order.caller_id) is None:
            fix = "name it below `numbers` in voiced.yaml"
            raise Declined("no flow answers for this number", status=400, fix=fix, field="caller_id")
        return Carrier(control, self.provider, self.breakers)

    def _call(self, order: Order) -> OutboundCall:
        hooks = f"{self.public_url}/voice/{self.provider}/"
        return OutboundCall(order.number, order.caller_id, hooks, order.ring)
