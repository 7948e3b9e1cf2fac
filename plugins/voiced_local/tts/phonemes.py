"""The client of the espeak-ng process: starts it, asks it, starts it again when it died."""

from __future__ import annotations

import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from pathlib import Path

from voiced.plugin import ProviderOverloaded

SCRIPT = Path(__file__).with_name("espeak.py")
"""Run by its path and isolated, so that the GPL library shares a process with nothing of this package."""


def _nothing() -> None:
    """End no process, since none was started."""


class Espeak:
    """One espeak-ng process. Safe to call from several threads; blocks for a millisecond or two."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._ending: Callable[[], object] = _nothing

    def ipa(self, text: str) -> str:
        """Return the IPA of `text`; raises ProviderOverloaded when espeak-ng does not run."""
        line = " ".join(text.split()) + "\n"
        with self._lock:
            return self._ask(line) or self._ask(line) or self._give_up()

    def close(self) -> None:
        """End the process; done without asking when this object, or the program, ends."""
        with self._lock:
            self._ending()
            self._process = None

    def _ask(self, line: str) -> str:
        """Return the answer without its end of line, or nothing when the process died."""
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(line)
            process.stdin.flush()
            answer = process.stdout.readline()
        except OSError:
            answer = ""
        if not answer:
            process.kill()
            self._ending()
            self._process = None
        return answer.strip("\n") or answer

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None:
            command = [sys.executable, "-I", str(SCRIPT)]
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, encoding="utf-8")  # noqa: S603 - our own file
            self._ending = weakref.finalize(self, self._process.communicate)
        return self._process

    def _give_up(self) -> str:
        raise ProviderOverloaded("espeak-ng does not run", provider="local", hint="pip install 'voiced[local]'")
