"""One-shot tokens: the path of a media socket that only the carrier we told can open, once, and soon."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

LIFE = 60.0
"""Seconds for which a token may be redeemed."""


def worker_of(token: str) -> int | None:
    """Return the number of the worker that issued a token, unverified; None when it is no token of ours."""
    match token.split("."):
        case [_, _, nonce, _]:
            number = nonce.partition("-")[0]
            return int(number) if number.isascii() and number.isdecimal() and len(number) < 3 else None
    return None


class Tokens:
    """Issues and redeems tokens, signed with a key of this process."""

    def __init__(self, key: bytes | None = None, worker: int = 0) -> None:
        """Sign with `key`, or one made for the occasion; tokens name the worker that issues them."""
        self._worker = worker
        self._key = key or secrets.token_bytes(32)
        self._used: dict[str, float] = {}

    def issue(self, call_id: str, now: float) -> str:
        """Return a token for `call_id`, good for `LIFE` seconds from `now` (wall clock)."""
        body = f"{call_id}.{int(now + LIFE)}.{self._worker}-{secrets.token_urlsafe(9)}"
        return f"{body}.{self._sign(body)}"

    def redeem(self, token: str, now: float) -> str | None:
        """Return the call that `token` stands for, once; None when forged, expired or used."""
        body, _, signature = token.rpartition(".")
        if not hmac.compare_digest(self._sign(body).encode(), signature.encode("utf-8", "replace")):
            return None
        call_id, expires, _nonce = body.split(".", 2)
        if now > float(expires) or token in self._used:
            return None
        self._used = {used: until for used, until in self._used.items() if until >= now}
        self._used[token] = float(expires)
        return call_id

    def _sign(self, body: str) -> str:
        digest = hmac.new(self._key, body.encode("utf-8", "replace"), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:18]).decode()
