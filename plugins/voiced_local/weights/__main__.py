"""`python -m voiced_local.weights [NAME ...]`: fetch the weights (all of them where none is named)."""

from __future__ import annotations

import sys

from voiced.plugin import Unavailable
from voiced_local.weights.console import console_progress
from voiced_local.weights.fetch import ensure
from voiced_local.weights.manifest import MODELS


def main(names: list[str]) -> int:
    """Fetch `names`; return the exit code: 0 done, 1 a source failed, 2 a name is unknown."""
    if unknown := sorted(set(names) - set(MODELS)):
        sys.stderr.write(f"unknown: {', '.join(unknown)}; there are {', '.join(MODELS)}\n")
        return 2
    try:
        with console_progress() as progress:
            places = ensure(names or list(MODELS), progress)
    except Unavailable as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for name, place in places.items():
        sys.stdout.write(f"{name}\t{place}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
