"""Who made this request: the check of `X-Twilio-Signature`.

Source: twilio.com/docs/usage/security. The signed text is the public URL as Twilio has it, then, for a form POST, every
parameter's name and value, sorted. Any other body is bound by `bodySHA256` in the URL. Twilio is not consistent about
the port, nor, for WebSockets, about a trailing slash, so each spelling of the URL is tried. All comparisons take the
same time whatever they find.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

from voiced.plugin import WebRequest
from voiced_twilio.forms import form_fields, is_form

SIGNATURE = "x-twilio-signature"
SETTINGS = "x-twilio-webhooks-signature-settings"
PORTS = {"https": 443, "wss": 443, "http": 80, "ws": 80}


class Signatures:
    """Checks requests against the account's secrets."""

    def __init__(self, tokens: Sequence[str], shared_keys: Sequence[str] = ()) -> None:
        """Take the auth tokens (HMAC-SHA1) and shared keys (HMAC-SHA256). Without any, nobody is admitted.

        Raises ValueError for an empty secret, which would let everybody in.
        """
        if not all((*tokens, *shared_keys)):
            raise ValueError("a secret that signs webhooks is empty")
        self._keys = {
            "HMAC_SHA1": [token.encode() for token in tokens],
            "HMAC_SHA256": [key.encode() for key in shared_keys],
        }

    def admit(self, request: WebRequest) -> bool:
        """Return whether `request` was signed with one of the secrets, and its body is what was signed."""
        given = request.headers.get(SIGNATURE, "")
        url = request.url.partition("#")[0]
        suffix = ""
        if request.method == "POST" and is_form(request):
            suffix = signed_fields(form_fields(request))
        elif not _is_bound(request):
            return False
        algorithm = _algorithm(request.headers)
        made = (
            sign(key, spelling + suffix, algorithm)
            for key in self._keys.get(algorithm, ())
            for spelling in spellings(url)
        )
        return _any_equal(given, made)


def sign(key: bytes, text: str, algorithm: str = "HMAC_SHA1") -> str:
    """Return the signature of `text`, base64."""
    digest = hashlib.sha256 if algorithm == "HMAC_SHA256" else hashlib.sha1
    return b64encode(hmac.new(key, text.encode(), digest).digest()).decode("ascii")


def signed_fields(fields: Iterable[tuple[str, str]]) -> str:
    """Return the part of the signed text that a form adds: sorted, a repeated pair once."""
    return "".join(name + value for name, value in sorted(set(fields)))


def _is_bound(request: WebRequest) -> bool:
    """Return whether the URL vouches for a body that is no form: by `bodySHA256`, or because there is none."""
    want = parse_qs(request.query).get("bodySHA256")
    if request.method == "GET" or want is None:
        return not request.body
    return hmac.compare_digest(hashlib.sha256(request.body).hexdigest().encode(), want[0].encode())


def spellings(url: str) -> list[str]:
    """Return the ways in which Twilio may have written `url`: port kept, dropped or explicit; slash of a WebSocket."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    bare = host.rpartition(":")[0] if parts.port is not None else host.rstrip(":")
    hosts = dict.fromkeys((host, bare, f"{bare}:{parts.port or PORTS.get(parts.scheme, 443)}"))
    paths = [parts.path]
    if parts.scheme in ("ws", "wss"):
        paths.append(parts.path[:-1] if parts.path.endswith("/") else parts.path + "/")
    tail = url[url.index("?") :] if "?" in url else ""
    return [f"{parts.scheme}://{host}{path}{tail}" for host in hosts for path in paths]


def _algorithm(headers: Mapping[str, str]) -> str:
    """Read `key=<id>,algorithm=HMAC_SHA256`; an account without shared keys sends no such header."""
    for part in headers.get(SETTINGS, "").split(","):
        name, _, value = part.partition("=")
        if name.strip() == "algorithm" and value.strip():
            return value.strip().upper()
    return "HMAC_SHA1"


def _any_equal(given: str, made: Iterable[str]) -> bool:
    found = False
    for signature in made:
        found |= hmac.compare_digest(signature.encode(), given.encode())
    return found
