"""Errors of the REST API: an HTTP status, Twilio's code, and the body that the official library reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Params = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a resource answers: JSON, or bytes of `content_type`."""

    status: int = 200
    json: Mapping[str, Any] | None = None
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


Resource = Callable[..., Reply]
"""Takes the request's fields and the parts of its path."""

Route = tuple[str, str, Resource]
"""Method, pattern of the path, and who answers."""


class ApiError(Exception):
    """The request is refused."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code

    def reply(self, retry_after: str = "1") -> Reply:
        """Return Twilio's error body; `retry_after`: a header of those who ask too often, "" for none."""
        more = f"https://www.twilio.com/docs/errors/{self.code}"
        body = {"code": self.code, "message": str(self), "more_info": more, "status": self.status}
        return Reply(
            self.status, body, headers={"Retry-After": retry_after} if self.status == 429 and retry_after else {}
        )


def not_found(what: str) -> ApiError:
    """Return the error for something that is not there, in this region, for this account."""
    return ApiError(404, 20404, f"The requested resource {what} was not found")


def required(params: Params, *names: str) -> None:
    """Refuse a request that lacks one of these fields (20001)."""
    for name in names:
        if not params.get(name):
            raise ApiError(400, 20001, f"Missing required parameter {name} in the post body")


def page(key: str, items: list[Mapping[str, Any]], params: Params, path: str) -> Reply:
    """Return one page of a 2010 list, with the address of the next."""
    size, number = int(params.get("PageSize", "50")), int(params.get("Page", "0"))
    part = items[number * size : (number + 1) * size]
    following = f"{path}?PageSize={size}&Page={number + 1}" if (number + 1) * size < len(items) else None
    return Reply(
        json={key: part, "page": number, "page_size": size, "uri": path, "next_page_uri": following, "start": 0}
    )


def results(items: list[Mapping[str, Any]]) -> Reply:
    """Return a list of the newer APIs, all on one page."""
    meta = {"key": "results", "page": 0, "page_size": 50, "next_page_url": None, "previous_page_url": None}
    return Reply(json={"results": items, "meta": meta})
