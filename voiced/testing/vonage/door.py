"""Who may ask about the account: whoever shows its key and its secret (HTTP basic)."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable
from dataclasses import dataclass

import trio

from voiced.plugin import WebRequest, WebResponse
from voiced.testing.emulator import Delays
from voiced.testing.vonage.faults import RestFaults
from voiced.testing.vonage.replies import ApiError
from voiced.testing.vonage.settings import Application
from voiced.web.router import Handler

Act = Callable[[WebRequest], WebResponse]
Refuse = Callable[[int], WebResponse]


@dataclass(frozen=True, slots=True)
class Door:
    """Lets in only who may ask; notes every request in `asked`."""

    application: Application
    faults: RestFaults
    asked: list[WebRequest]
    late: Delays

    def leads_to(self, act: Act, refuse: Refuse | None = None) -> Handler:
        """Return the handler that lets `act` answer; `refuse` says in its own words what a status means."""

        async def ask(request: WebRequest) -> WebResponse:
            self.asked.append(request)
            await self.late.wait()
            await trio.sleep(self.faults.late)
            try:
                self._admit(request)
                return act(request)
            except ApiError as error:
                return refuse(error.status) if refuse else error.response(self.faults.retry_after)

        return ask

    def _admit(self, request: WebRequest) -> None:
        if self.faults.status:
            raise ApiError(self.faults.status)
        shown = f"{self.application.api_key}:{self.application.api_secret}"
        basic = f"Basic {base64.b64encode(shown.encode()).decode()}"
        if not hmac.compare_digest(request.headers.get("authorization", ""), basic):
            raise ApiError(401)
