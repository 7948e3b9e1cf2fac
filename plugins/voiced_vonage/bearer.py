"""How we show Vonage's API who asks: a JWT signed with the application's private key (RS256), good for minutes."""

from __future__ import annotations

from base64 import urlsafe_b64encode

import msgspec

from voiced.plugin import ProviderRefused, Unavailable

LIFE = 300
"""Seconds for which a token is good; one is made for each request."""


def application_token(application: str, private_key: str, *, now: float, jti: str) -> str:
    """Return a token. Takes milliseconds: call it in a thread.

    Raises `Unavailable` without the package that signs, `ProviderRefused` for a key that is none.
    """
    head = _part({"alg": "RS256", "typ": "JWT"})
    body = _part({"application_id": application, "iat": int(now), "exp": int(now) + LIFE, "jti": jti})
    return f"{head}.{body}.{_encoded(_sign(private_key, f'{head}.{body}'.encode()))}"


def _sign(private_key: str, text: bytes) -> bytes:
    try:
        from cryptography.hazmat.primitives.asymmetric import padding, rsa  # noqa: PLC0415 - heavy, and seldom needed
        from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - as above
        from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 - as above
    except ImportError as error:
        raise Unavailable("vonage: nothing here can sign requests to its API", fix="install voiced[vonage]") from error
    try:
        # A variable of the environment may hold the lines of a PEM in one.
        key = load_pem_private_key(private_key.replace("\\n", "\n").encode(), None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, rsa.RSAPrivateKey):
        hint = "`private_key` must hold the application's private key, a PEM without a password"
        raise ProviderRefused("the private key cannot be read", provider="vonage", hint=hint)
    return key.sign(text, padding.PKCS1v15(), SHA256())


def _part(value: dict[str, str | int]) -> str:
    return _encoded(msgspec.json.encode(value))


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
