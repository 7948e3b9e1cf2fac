"""Regular expressions that are compiled when they are first used.

A worker's rooms hold some two hundred; compiling them takes a twentieth of its start, and no call needs them before it
is ready. `compile_the_rest` is for the time after.
"""

from __future__ import annotations

import re
from typing import Any, cast

_METHODS = ("search", "match", "fullmatch", "findall", "finditer", "split", "sub", "subn")
_waiting: list[_Pattern] = []


class _Pattern:
    """Stands for a pattern: its methods take its place once there is one."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags
        _waiting.append(self)

    def __getattr__(self, name: str) -> Any:
        """Compile, and be the compiled pattern from now on."""
        compiled = re.compile(self.pattern, self._flags)
        for method in _METHODS:
            self.__dict__[method] = getattr(compiled, method)
        return getattr(compiled, name)


def lazy(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return `pattern`, to be compiled at its first use; a mistake in it shows only then."""
    return cast("re.Pattern[str]", _Pattern(pattern, flags))


def compile_the_rest() -> None:
    """Compile every pattern that was not used yet. Takes tenths of a second: for a thread."""
    while _waiting:
        _ = _waiting.pop().search
