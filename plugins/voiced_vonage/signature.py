"""Who made this request: the check of the JWT in a webhook's `Authorization`.

Source: developer.vonage.com, "Signed webhooks". HS256 with the account's signature secret; the claims say when (`iat`,
no expiry), which one (`jti`), for whom (`api_key`) and what (`payload_hash`: SHA-256 of the body; of a GET, of the JSON
object that its query makes). All comparisons take the same time whatever they find.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from voiced.plugin import WebRequest

SKEW = 30.0
"""Seconds that Vonage's clock may be ahead of ours."""
LIFE = 300.0
"""Seconds for which a signed request is taken."""
LONGEST = 8192
"""Characters of a part of a token: Vonage's have some 500 in all."""
BROKEN = (ValueError, RecursionError)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of a request: `why` it is refused (a word for the log), or its `jti` when it is genuine."""

    jti: str = ""
    why: str = ""

    @property
    def genuine(self) -> bool:
        """Whether Vonage made the request."""
        return not self.why


class Signatures:
    """Checks requests against the account's secrets."""

    def __init__(self, api_key: str, secrets: Sequence[str], application: str = "") -> None:
        """Take the account's key and secrets, and an application (empty: any). Without any secret, nobody is admitted.

        Raises ValueError for an empty secret, which would let everybody in.
        """
        if not all(secrets):
            raise ValueError("a secret that signs webhooks is empty")
        self._api_key, self._application = api_key, application
        self._secrets = [secret.encode() for secret in secrets]

    def judge(self, request: WebRequest, now: float) -> Verdict:
        """Say whether Vonage made `request`; `now` is the wall clock."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return Verdict(why="no token")
        claims = self._claims(token.strip())
        if isinstance(claims, str):
            return Verdict(why=claims)
        issued, jti = claims.get("iat"), claims.get("jti")
        if isinstance(issued, bool) or not isinstance(issued, int | float) or not isinstance(jti, str) or not jti:
            return Verdict(why="claims")
        if not now - LIFE <= issued <= now + SKEW:
            return Verdict(why="age")
        return Verdict(jti=jti) if _is_bound(request, claims.get("payload_hash")) else Verdict(why="payload")

    def prove(self, token: str) -> str:
        """Return the header by which a media socket shows that it was opened on our behalf: a code over `token`."""
        return f"Bearer {_sign(self._secrets[0], f'media {token}')}" if self._secrets else ""

    def is_proven(self, token: str, header: str) -> bool:
        """Return whether `header` is the proof for `token`, by any of the secrets."""
        return _any_equal(header, (f"Bearer {_sign(secret, f'media {token}')}" for secret in self._secrets))

    def _claims(self, token: str) -> Mapping[str, Any] | str:
        """Return the claims of a token that was signed for us, or what is wrong with it."""
        signed, _, signature = token.rpartition(".")
        head, _, body = signed.partition(".")
        try:
            algorithm, claims = _read(head).get("alg"), _read(body)
        except BROKEN:
            return "malformed"
        if algorithm != "HS256":
            return "algorithm"
        if not self._api_key or claims.get("api_key") != self._api_key:
            return "account"
        if not _any_equal(signature.rstrip("="), (_sign(secret, signed) for secret in self._secrets)):
            return "signature"
        if self._application and claims.get("application_id", self._application) != self._application:
            return "application"
        return claims


def _read(part: str) -> Mapping[str, Any]:
    """Return the JSON object in a part of a token. Raises one of `BROKEN`."""
    if len(part) > LONGEST:
        raise ValueError("no token is so long")
    return msgspec.json.decode(urlsafe_b64decode(part + "=" * (-len(part) % 4)), type=dict[str, Any])


def _sign(secret: bytes, text: str) -> str:
    """Return the HS256 signature of `text`, base64url without padding."""
    digest = hmac.new(secret, text.encode("utf-8", "replace"), hashlib.sha256).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def _is_bound(request: WebRequest, want: object) -> bool:
    """Return whether the token vouches for what the request says. Vonage leaves the hash out of some GETs, no POST."""
    if want is None:
        return request.method == "GET" and not request.body
    return isinstance(want, str) and _any_equal(want.lower(), map(_digest, _payloads(request)))


def _payloads(request: WebRequest) -> Iterator[bytes]:
    """Give the spellings of what is hashed: the body as it came, the same JSON without spaces; a GET's query."""
    if request.method == "GET":
        yield _compact(dict(parse_qsl(request.query, keep_blank_values=True)))
        return
    yield request.body
    try:
        yield _compact(json.loads(request.body))
    except BROKEN:
        return


def _compact(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")


def _digest(payload: bytes) -> str:
    return hashlib.sha256(payload).hexdigest()


def _any_equal(given: str, made: Iterator[str] | map[str]) -> bool:
    found = False
    for each in made:
        found |= hmac.compare_digest(each.encode(), given.encode("utf-8", "replace"))
    return found
