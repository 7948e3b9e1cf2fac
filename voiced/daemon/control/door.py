"""The one door of the control API: who may come in, and the routes of all topics behind it."""

from __future__ import annotations

import hmac

from voiced.daemon.control.answers import answer, refusal, refusal_of
from voiced.errors import VoicedError
from voiced.plugin import WebRequest, WebResponse
from voiced.web.router import Response, Router, Routes


class Door(Router):
    """Answers who shows the token; what goes wrong is told as JSON."""

    def __init__(self, token: str, *topics: Routes) -> None:
        """Take the token that clients must show, and the routes of each topic; a path belongs to one topic only."""
        self.routes = {path: methods for routes in topics for path, methods in routes.items()}
        super().__init__({"/v1": {"GET": self._index}, **self.routes})
        self._token = f"Bearer {token}".encode()

    async def answer(self, request: WebRequest) -> Response:
        """Return the topic's answer; 401 without the token, and a reason for whatever is not granted."""
        shown = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(shown, self._token):
            fix = "send `authorization: Bearer ...` with what run/control.token holds"
            return refusal(401, "the control token is missing or wrong", fix)
        try:
            answered = await super().answer(request)
        except VoicedError as error:
            return refusal_of(error)
        return _explained(request, answered)

    async def _index(self, _request: WebRequest) -> WebResponse:
        return answer(
            {"routes": sorted(f"{method} {path}" for path, methods in self.routes.items() for method in methods)}
        )


def _explained(request: WebRequest, answered: Response) -> Response:
    """Give the router's bare refusals a reason."""
    if not isinstance(answered, WebResponse) or answered.body:
        return answered
    if answered.status == 404:
        return refusal(404, f"there is no {request.path}")
    if answered.status == 405:
        return refusal(405, f"{request.path} takes {answered.headers['allow']}")
    return answered
