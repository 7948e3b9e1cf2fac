"""Passwords: made, hashed with argon2id, compared. Costs 64 MB and about 0.15 CPU-seconds each time, by intent."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from voiced.errors import BadInput, Problem

SHORTEST, LONGEST = 12, 1024
"""Characters of a password. 12 is what the CNIL asks where nothing but a password protects (délibération 2022-100)."""

_HASHER = PasswordHasher()
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""A hash that no password has: a name that does not exist takes as long to refuse as one that does."""


def generate() -> str:
    """Return a new password of 96 random bits."""
    return secrets.token_urlsafe(12)


def hashed(password: str) -> str:
    """Return what is kept of `password`. Raises `BadInput` when it is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        reason = f"has {len(password)} characters: from {SHORTEST} to {LONGEST} are needed"
        raise BadInput([Problem("password", 0, 0, reason, "choose a longer one, or let it be generated")])
    return _HASHER.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Return whether `password` is the one whose hash is `kept`; None: there is no such user."""
    if len(password) > LONGEST:
        return False
    try:
        return _HASHER.verify(kept or _NOBODY, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False
