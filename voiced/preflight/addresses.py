"""Addresses seen from here: whether they answer, for how long their certificate is good, what time it is there."""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from voiced.config.settings import Settings
from voiced.plugin import Destination
from voiced.preflight.finding import Finding

PATIENCE = 5.0
"""Seconds that an address may take to answer."""
SOON = 21.0
"""Days before the end of a certificate from which on it is worth a warning."""
SKEW, WRONG = 5.0, 60.0
"""Seconds by which this clock may differ from the others' before it is worth a warning, and an error: signatures and
tokens go by it, and carriers' are good for minutes."""
DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Seen:
    """An answer. `days`: until the certificate ends, None without one; `ahead`: seconds of our clock before theirs."""

    status: int
    days: float | None
    ahead: float | None


def look(url: str) -> Seen:
    """Ask an address for a page. Raises OSError, also for a certificate that is not trusted, or HTTPException."""
    parts = urlsplit(url)
    plain = parts.scheme in {"http", "ws"}
    host, port = parts.hostname or "", parts.port
    connection = (
        http.client.HTTPConnection(host, port, timeout=PATIENCE)
        if plain
        else http.client.HTTPSConnection(host, port, timeout=PATIENCE, context=ssl.create_default_context())
    )
    try:
        connection.connect()
        ends = None if plain else _ends(connection)
        connection.request("GET", parts.path or "/")
        answer = connection.getresponse()
        return Seen(answer.status, None if ends is None else (ends - time.time()) / DAY, _ahead(answer))
    finally:
        connection.close()


def _ends(connection: http.client.HTTPConnection) -> float:
    assert isinstance(connection.sock, ssl.SSLSocket)
    certificate = connection.sock.getpeercert() or {}
    return float(ssl.cert_time_to_seconds(str(certificate["notAfter"])))


def _ahead(answer: http.client.HTTPResponse) -> float | None:
    said = answer.getheader("date")
    return None if said is None else time.time() - parsedate_to_datetime(said).timestamp()


def look_at_providers(going: dict[str, Destination]) -> Iterator[Finding]:
    """Say of each provider's host whether it can be reached from here; then whether our clock is right."""
    ahead = []
    for name, goes in going.items():
        host = urlsplit(goes.url).hostname
        try:
            seen = look(goes.url)
        except (OSError, http.client.HTTPException) as error:
            fix = "let this machine reach it (DNS, firewall, proxy), or look at the provider's status page"
            yield Finding("error", "network", f"{name}: {host} cannot be reached ({_why(error)})", fix)
            continue
        yield Finding("ok", "network", f"{name}: {host} answers")
        if seen.ahead is not None:
            ahead.append(seen.ahead)
    if ahead:
        yield judged_clock(min(ahead, key=abs))


def judged_clock(ahead: float) -> Finding:
    """Return what to say of a clock that is so many seconds ahead of others'; answers' dates are whole seconds."""
    said = f"this clock is {abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} others'"
    if abs(ahead) <= SKEW:
        return Finding("ok", "clock", "this clock agrees with others'")
    level = "warning" if abs(ahead) <= WRONG else "error"
    return Finding(level, "clock", said, "let the clock be set: `timedatectl set-ntp true`")  # type: ignore[arg-type]  # one of the two


def look_at_public_address(settings: Settings) -> Iterator[Finding]:
    """Say whether carriers reach us by `server.public_url`, and for how long its certificate is good."""
    url = settings.server.public_url
    if not url:
        return
    try:
        seen = look(f"{url}/healthz")
    except (OSError, http.client.HTTPException) as error:
        fix = "look at the name's DNS entry, the reverse proxy and its certificate"
        yield Finding("error", "public", f"{url} cannot be reached ({_why(error)})", fix)
        return
    if seen.status == http.client.OK:
        yield Finding("ok", "public", f"voiced answers at {url}")
    else:
        fix = "start voiced, and let the reverse proxy lead to server.port"
        yield Finding("warning", "public", f"{url} answers {seen.status}, not voiced", fix)
    if seen.days is not None:
        yield judged_certificate(url, seen.days)


def judged_certificate(url: str, days: float) -> Finding:
    """Return what to say of a certificate that is good for so many days."""
    said = f"the certificate of {url} is good for {days:.0f} days"
    if days >= SOON:
        return Finding("ok", "public", said)
    return Finding("warning", "public", said, "see to it that it is renewed in time")


def _why(error: Exception) -> str:
    return str(error) or type(error).__name__
