"""What protects every page: headers, cookies, forms that only our own pages can send, and a limit on guessing.

The policy allows this server's own files and nothing else: no script or style inside a page, nothing from elsewhere,
no page in a frame.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
SESSION = timedelta(hours=8)
"""A session ends this long after its last page."""
LARGEST_FORM = 256 * 1024
"""Bytes of a form."""

csrf = CSRFProtect()
limiter = Limiter(get_remote_address, storage_uri="memory://", strategy="moving-window")
"""Counts in memory: the panel is one process, and a restart forgives."""


class _Sessions(SecureCookieSessionInterface):
    """Cookies that go over https only, where the page came over https."""

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002 - Flask's signature
        """Return whether this request came over https, as far as the proxy told."""
        return bool(request.is_secure)

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Return whether this answer prolongs the session: a page that brings itself up to date does not."""
        by_itself = request.headers.get("X-Requested-With") == "refresh"
        return super().should_set_cookie(app, session) and (session.modified or not by_itself)


def protect(app: Flask, secret: bytes) -> None:
    """Put the protection around `app`."""
    app.config.update(
        SECRET_KEY=secret,
        SESSION_COOKIE_NAME="voiced_admin",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=SESSION,
        WTF_CSRF_TIME_LIMIT=None,  # a form is good as long as its session
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
    )
    app.session_interface = _Sessions()
    csrf.init_app(app)
    limiter.init_app(app)
    app.after_request(_headers)


def _headers(response: Response) -> Any:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
