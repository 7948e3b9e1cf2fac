"""Which handler answers a request: a plain mapping of paths and methods. Pure; used by every HTTP server we run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from msgspec import Struct, field

from voiced.plugin import WebRequest, WebResponse

SendChunk = Callable[[bytes], Awaitable[None]]


class Streaming(Struct, frozen=True):
    """An answer that is made while it is sent, such as events one JSON document a line.

    `produce(send)` runs until it returns (the end), or is cancelled because the client left or reads no more.
    """

    produce: Callable[[SendChunk], Awaitable[None]]
    status: int = 200
    content_type: str = "application/x-ndjson"
    headers: Mapping[str, str] = field(default_factory=dict)


class Elsewhere(Struct, frozen=True):
    """The request is for another worker of this host, by its number: the connection is handed to it, whole."""

    number: int


Response = WebResponse | Streaming | Elsewhere
Handler = Callable[[WebRequest], Awaitable[Response]]
Routes = Mapping[str, Mapping[str, Handler]]


class Router:
    """Routes: path to method to handler.

    `{name}` stands for any one part of a path: `/calls/{id}/say`; which it was, the handler reads from the request. A
    path that ends in `/*` covers all below it; the longest that fits wins. The plainer kind of path goes first.
    """

    def __init__(self, routes: Routes) -> None:
        """Take the routes; `HEAD` is answered by `GET`."""
        self._exact = {path: methods for path, methods in routes.items() if not path.endswith("/*")}
        self._shaped = [(path.split("/"), methods) for path, methods in self._exact.items() if "{" in path]
        below = [(path[:-1], methods) for path, methods in routes.items() if path.endswith("/*")]
        self._below = sorted(below, key=lambda route: -len(route[0]))

    async def answer(self, request: WebRequest) -> Response:
        """Return the answer: the handler's, 404 for an unknown path, 405 for another method."""
        methods = self._find(request.path)
        if methods is None:
            return WebResponse(status=404)
        handler = methods.get("GET" if request.method == "HEAD" else request.method)
        if handler is None:
            return WebResponse(status=405, headers={"allow": ", ".join(sorted(methods))})
        return await handler(request)

    def _find(self, path: str) -> Mapping[str, Handler] | None:
        if path in self._exact:
            return self._exact[path]
        parts = path.split("/")
        for shape, methods in self._shaped:
            if _fits(shape, parts):
                return methods
        return next((methods for prefix, methods in self._below if path.startswith(prefix)), None)


def _fits(shape: Sequence[str], parts: Sequence[str]) -> bool:
    """Return whether a path has this shape; a part that stands for something is never empty."""
    return len(shape) == len(parts) and all(
        bool(part) if wanted.startswith("{") else part == wanted for wanted, part in zip(shape, parts, strict=True)
    )
