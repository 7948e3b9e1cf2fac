"""Control routes of the configuration: which version runs, what is wrong with the files, and a look at them now."""

from __future__ import annotations

from msgspec import to_builtins

from voiced.daemon.control.answers import answer
from voiced.daemon.reload import Reloader
from voiced.plugin import WebRequest, WebResponse
from voiced.web.router import Routes


def config_routes(reloader: Reloader) -> Routes:
    """Return the routes: `GET /v1/config` tells how things stand, `POST /v1/config/reload` reads the files first."""

    async def config(_request: WebRequest) -> WebResponse:
        return answer(to_builtins(reloader.condition))

    async def reload(_request: WebRequest) -> WebResponse:
        return answer(to_builtins(await reloader.look_now()))

    return {"/v1/config": {"GET": config}, "/v1/config/reload": {"POST": reload}}
