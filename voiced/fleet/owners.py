"""Whose each call is: one small file for each in run/calls/, so that any worker can tell to whom a webhook belongs.

The name is a digest of the carrier and its id of the call; it holds the worker's number and process id. All functions
touch the disk: call them in a thread.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct


class Owner(Struct, frozen=True):
    """The worker that has a call."""

    number: int
    pid: int
    heirs: int = 0
    """How many workers had this call before, and died with it."""


class Owners:
    """The folder of owners, as worker `me` sees it."""

    def __init__(self, folder: Path, me: Owner) -> None:
        self._folder = folder
        self._me = me

    def claim(self, provider: str, call: str, is_alive: Callable[[Owner], bool], best: Callable[[], int]) -> Owner:
        """Return whose the call is from now on.

        A living worker keeps its call. One that nobody has, or a dead worker had, goes to the worker `best()`: it is
        written down here when that is us, and left to the other to write down when it is not. Raises OSError.
        """
        path = self._folder / _name(provider, call)
        with self._locked():
            owner = _read(path)
            if owner is not None and is_alive(owner):
                return owner
            heirs = owner.heirs + 1 if owner is not None else 0
            number = best()
            if number != self._me.number:
                return Owner(number, 0, heirs)
            _write(path, mine := Owner(self._me.number, self._me.pid, heirs))
            return mine

    def release(self, provider: str, call: str) -> None:
        """Forget the call, if it is ours. Raises OSError."""
        path = self._folder / _name(provider, call)
        with self._locked():
            owner = _read(path)
            if owner is not None and (owner.number, owner.pid) == (self._me.number, self._me.pid):
                path.unlink(missing_ok=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the folder: two workers that find the same dead owner must not both take its call."""
        self._folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def sweep(folder: Path) -> None:
    """Forget every call: to be called while no worker runs."""
    for path in folder.glob("*"):
        path.unlink(missing_ok=True)


def _name(provider: str, call: str) -> str:
    return hashlib.sha256(f"{provider}\0{call}".encode()).hexdigest()[:32]


def _read(path: Path) -> Owner | None:
    """Read an owner; None when there is none, or what is written is no owner (the disk was full)."""
    try:
        number, pid, heirs = path.read_text("ascii").split()
        return Owner(int(number), int(pid), int(heirs))
    except (FileNotFoundError, ValueError):
        return None


def _write(path: Path, owner: Owner) -> None:
    path.write_text(f"{owner.number} {owner.pid} {owner.heirs}", "ascii")
