"""The secret that sessions are signed with: made once, kept beside the data, readable by this user only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from voiced.errors import Unavailable

_BYTES = 32


def session_secret(data_dir: Path) -> bytes:
    """Return the secret in `data_dir`, made at the first call. Whoever deletes it signs everybody out.

    Raises `Unavailable` when it can be neither read nor made, or when others may read it.
    """
    path = data_dir / "admin.secret"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        _make(path)
        secret, mode = path.read_bytes(), path.stat().st_mode & 0o777
    except OSError as error:
        fix = "start voiced as the user whose data it is"
        raise Unavailable(f"the secret {path} cannot be had: {error.strerror}", fix=fix) from error
    if mode & 0o077 or len(secret) < _BYTES:
        raise Unavailable(f"the secret {path} is not safe", fix=f"delete it; everybody signs in again (mode {mode:o})")
    return secret


def _make(path: Path) -> None:
    """Put a whole secret at `path` unless there is one."""
    if path.exists():
        return
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(_BYTES))
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass  # another process was first: its secret counts
    finally:
        draft.unlink()
