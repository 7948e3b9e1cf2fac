"""How Twilio signs its requests (twilio.com docs, usage/security): HMAC-SHA1 over the URL and the sorted form fields.

Written apart from any verifier in this project, so that one checks the other.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

Signature = Literal["right", "wrong", "none"]
"""What an emulated request carries: its true signature, somebody else's, or none."""


def sign(token: str, url: str, fields: Mapping[str, str] | None = None) -> str:
    """Return the `X-Twilio-Signature` of a request.

    Args:
        token: The account's auth token.
        url: The URL as signed (see `signed_url`).
        fields: The decoded form fields of a POST; None for a GET or an upgrade.
    """
    text = url + "".join(name + fields[name] for name in sorted(fields or {}) if fields)
    digest = hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def signed_url(url: str, *, keep_port: bool = False, trailing_slash: bool = False) -> str:
    """Return `url` as Twilio signs it: without fragment and user, and without port where the scheme is secure.

    Args:
        url: The configured URL.
        keep_port: Leave the port of an `https` or `wss` URL in place.
        trailing_slash: Add the `/` that Twilio was seen to add to media stream URLs.
    """
    parts = urlsplit(url)
    netloc = parts.netloc.rpartition("@")[2]
    if parts.scheme in {"https", "wss"} and not keep_port:
        netloc = netloc.removesuffix(f":{parts.port}")
    path = parts.path
    if trailing_slash and not path.endswith("/"):
        path += "/"
    return urlunsplit((parts.scheme, netloc, path, parts.query, ""))


def signature_headers(mode: Signature, token: str, url: str, fields: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the headers that `mode` gives a request: the wrong signature is well-formed, made with another token."""
    if mode == "none":
        return {}
    return {"X-Twilio-Signature": sign(token if mode == "right" else f"not-{token}", url, fields)}
