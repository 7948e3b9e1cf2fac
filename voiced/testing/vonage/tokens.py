"""The tokens of Vonage: HS256 for its webhooks, RS256 for those who ask its API.

Written apart from any verifier in this project, so that one checks the other.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from voiced.testing.vonage.settings import Application, new_uuid

Forgery = Literal[
    "none", "unsigned", "wrong secret", "alg none", "RS256", "tampered", "old", "future", "unknown key", "replayed"
]
"""What is wrong with a token; `tampered`: it is of another body, `replayed`: of another request."""

REPLAYED = "99999999-9999-4999-8999-999999999999"


def webhook_token(application: Application, payload: bytes | None, jti: str, forgery: Forgery = "none") -> str:
    """Return the token of a webhook about `payload` (None: it says nothing of it)."""
    now = int(time.time())
    claims: dict[str, Any] = {
        "iat": {"old": now - 600, "future": now + 3600}.get(forgery, now),
        "jti": REPLAYED if forgery == "replayed" else jti,
        "iss": "Vonage",
        "api_key": "ffffffff" if forgery == "unknown key" else application.api_key,
        "application_id": application.id,
    }
    if payload is not None:
        told = payload + b" " if forgery == "tampered" else payload
        claims["payload_hash"] = hashlib.sha256(told).hexdigest()
    secret = application.signature_secret
    match forgery:
        case "alg none":
            return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(claims)}."
        case "RS256":
            return signed_by_key(generated_key(), claims)
        case "wrong secret":
            secret = "not-" + secret
    return _hs256(secret, claims)


def authorization(
    application: Application, payload: bytes | None, jti: str, forgery: Forgery = "none"
) -> dict[str, str]:
    """Return the header that carries a token; none for an unsigned request."""
    if forgery == "unsigned":
        return {}
    return {"Authorization": f"Bearer {webhook_token(application, payload, jti, forgery)}"}


def compact(fields: Mapping[str, Any]) -> bytes:
    """Return the JSON that stands for a query in its hash."""
    return json.dumps(dict(fields), separators=(",", ":"), ensure_ascii=False).encode()


def _hs256(secret: str, claims: Mapping[str, Any]) -> str:
    text = f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(claims)}"
    return f"{text}.{_encoded(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest())}"


@cache
def generated_key() -> str:
    """Return a private RSA key (PEM), the same for the whole process: making one takes a while."""
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415 - heavy, and only for the API
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - as above
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    key = rsa.generate_private_key(65537, 2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def signed_by_key(private_key: str, claims: Mapping[str, Any]) -> str:
    """Return an RS256 token."""
    from cryptography.hazmat.primitives.asymmetric import padding  # noqa: PLC0415 - heavy, and only for the API
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - as above

    text = f"{_part({'alg': 'RS256', 'typ': 'JWT'})}.{_part(claims)}"
    return f"{text}.{_encoded(_key(private_key).sign(text.encode(), padding.PKCS1v15(), SHA256()))}"


def is_admitted(application: Application, header: str) -> bool:
    """Return whether an `Authorization` header of the API bears a token of the application that has not expired."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - heavy, and only for the API
    from cryptography.hazmat.primitives.asymmetric import padding  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - as above

    text, _, signature = header.removeprefix("Bearer ").rpartition(".")
    try:
        head, claims = (json.loads(_decoded(part)) for part in text.split("."))
        public = _key(application.private_key).public_key()
        public.verify(_decoded(signature), text.encode(), padding.PKCS1v15(), SHA256())
    except (ValueError, InvalidSignature):
        return False
    alive = float(claims.get("exp", claims.get("iat", 0) + 900)) > time.time()
    return bool(head.get("alg") == "RS256" and claims.get("application_id") == application.id and alive)


def application_token(application: Application, *, lives: float = 900.0) -> str:
    """Return a token that the API admits, for `lives` seconds."""
    now = int(time.time())
    claims = {"application_id": application.id, "iat": now, "exp": int(now + lives), "jti": new_uuid()}
    return signed_by_key(application.private_key, claims)


@cache
def _key(private_key: str) -> Any:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 - heavy, seldom used

    return load_pem_private_key(private_key.encode(), None)


def _part(value: Mapping[str, Any]) -> str:
    return _encoded(json.dumps(value, separators=(",", ":")).encode())


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
