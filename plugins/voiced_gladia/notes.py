"""Which sessions are still to be deleted, as small files: they outlive the process that opened them.

A file is written when a session is opened, and goes with it. Workers of a host share the folder, and do not know of
each other's calls: so a session is looked after by others only once no call can be as old.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, unquote

from voiced.plugin import Host

LONGEST = 5 * 3600.0
"""Seconds after which the call of a session is over for certain: carriers end one after four hours."""


class Notes:
    """The notes of all processes of this host; each method works on files, in a thread."""

    def __init__(self, host: Host) -> None:
        self._host, self._folder = host, host.data_dir / "sessions"

    async def keep(self, name: str) -> None:
        """Note a session that was opened. A disk that fails is logged, and costs no call."""
        try:
            await self._host.offload(self._write, name, str(self._host.now()))
        except OSError as error:
            self._host.log.warning("gladia_session_not_noted", error=type(error).__name__)

    async def strike(self, name: str) -> None:
        """Forget a session that is deleted."""
        with suppress(OSError):
            await self._host.offload(self._path(name).unlink)

    async def overdue(self) -> list[str]:
        """Return the sessions whose process stopped before it had deleted them."""
        with suppress(OSError):
            return await self._host.offload(self._old, self._host.now() - LONGEST)
        return []

    def _path(self, name: str) -> Path:
        return self._folder / quote(name, safe="")

    def _write(self, name: str, now: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._path(name).write_text(now, encoding="ascii")

    def _old(self, before: float) -> list[str]:
        old = []
        for file in self._folder.iterdir():
            with suppress(OSError, ValueError):  # gone meanwhile, or half written
                if float(file.read_text(encoding="ascii")) < before:
                    old.append(unquote(file.name))
        return old
