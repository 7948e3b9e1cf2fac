"""Whether a request is answered: the checks of both dialects, and the bodies by which they refuse. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from voiced.testing.mistral.manner import Faults
from voiced.testing.mistral.order import CALL_ID, FUNCTION_NAME, disorder

Dialect = Literal["mistral", "openai"]
Json = dict[str, Any]

FIELDS = frozenset({
    "model", "messages", "stream", "temperature", "top_p", "max_tokens", "stop", "random_seed", "presence_penalty",
    "frequency_penalty", "n", "response_format", "prediction", "metadata", "guardrails", "prompt_cache_key",
    "service_tier", "reasoning_effort", "prompt_mode", "safe_prompt", "tools", "tool_choice", "parallel_tool_calls",
})  # fmt: skip
ROLES = frozenset({"system", "user", "assistant", "tool"})
MOST_TOOLS = 128
LIMITS: Mapping[str, str] = {
    "x-ratelimit-limit-req-minute": "360",
    "x-ratelimit-remaining-req-minute": "0",
    "x-ratelimit-limit-tokens-minute": "500000",
    "x-ratelimit-remaining-tokens-minute": "0",
}
PAGE = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that is not answered."""

    status: int
    body: Json
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class House:
    """Who is served: with this key (empty: anybody), these models. `context` is their longest prompt in tokens."""

    dialect: Dialect = "mistral"
    key: str = "test-key"
    models: tuple[str, ...] = ("mistral-small-latest", "ministral-8b-latest")
    context: int = 256_000
    strict: bool = True
    """Whether the order of roles is held to."""


def admitted(headers: Mapping[str, str], house: House) -> Refusal | None:
    """Look at the key."""
    if not house.key or headers.get("authorization") == f"Bearer {house.key}":
        return None
    if house.dialect == "openai":
        return Refusal(401, _openai("Incorrect API key provided", "invalid_request_error", "invalid_api_key"))
    return Refusal(401, {"detail": "Unauthorized"})


def judged(body: Json, house: House) -> Refusal | None:
    """Look at the request itself."""
    if body.get("model") not in house.models:
        return _unknown_model(str(body.get("model")), house)
    if house.dialect == "openai":
        return None
    wrong = next(_wrong(body), None)
    if wrong is not None:
        said = {"detail": [{"type": wrong[0], "loc": ["body", *wrong[1]], "msg": wrong[2], "input": None}]}
        return Refusal(422, {**_error(said, "invalid_request_error"), "raw_status_code": 422})
    out_of_order = disorder(body["messages"]) if house.strict else ""
    if out_of_order:
        return Refusal(400, _error(out_of_order, "invalid_request_message_order", "3230"))
    tokens = sum(len(str(message)) for message in body["messages"]) // 4
    if tokens > house.context:
        said_long = f"Prompt contains {tokens} tokens, too large for model with {house.context} maximum context length"
        return Refusal(400, _error(said_long, "invalid_request_error"))
    return None


def _wrong(body: Json) -> Iterator[tuple[str, list[Any], str]]:
    for name in body.keys() - FIELDS:
        yield "extra_forbidden", [name], "Extra inputs are not permitted"
    for at, message in enumerate(body.get("messages", ())):
        if message.get("role") not in ROLES:
            yield "union_tag_invalid", ["messages", at], "Input tag found does not match any of the expected tags"
        for call in message.get("tool_calls") or ():
            if not CALL_ID.fullmatch(str(call.get("id"))):
                yield "value_error", ["messages", at], "Tool call id must be a-z, A-Z, 0-9, with a length of 9."
            if not FUNCTION_NAME.fullmatch(str(call["function"]["name"])):
                yield "string_pattern_mismatch", ["messages", at], "Function name"
    tools = body.get("tools") or []
    if len(tools) > MOST_TOOLS:
        yield "too_long", ["tools"], f"List should have at most {MOST_TOOLS} items"
    for at, tool in enumerate(tools):
        if not FUNCTION_NAME.fullmatch(str(tool["function"]["name"])):
            yield "string_pattern_mismatch", ["tools", at], "Function name"


def _unknown_model(model: str, house: House) -> Refusal:
    if house.dialect == "openai":
        return Refusal(404, _openai(f"The model `{model}` does not exist", "invalid_request_error", "model_not_found"))
    return Refusal(404, _error(f"Invalid model: {model}", "invalid_model", "1500"))


def failing(faults: Faults, house: House) -> Refusal:
    """Return the refusal of a fault."""
    headers = {} if faults.retry_after is None else {"retry-after": f"{faults.retry_after:g}"}
    if faults.status == 429 and house.dialect == "openai":
        return Refusal(429, _openai("Rate limit reached", "requests", "rate_limit_exceeded"), headers)
    if faults.status == 429 and faults.capacity:
        return Refusal(429, _error("Service tier capacity exceeded for this model.", "invalid_request_error"), headers)
    if faults.status == 429:
        body = {**_error("Rate limit exceeded", "rate_limited", "1300"), "raw_status_code": 429}
        return Refusal(429, body, {**LIMITS, **headers})
    return Refusal(faults.status, _error("Service unavailable.", "service_unavailable", "3800"), headers)


def _error(message: str | Json, kind: str, code: str | None = None) -> Json:
    return {"object": "error", "message": message, "type": kind, "param": None, "code": code}


def _openai(message: str, kind: str, code: str) -> Json:
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}
