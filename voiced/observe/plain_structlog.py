"""structlog without rich: it dresses up tracebacks with rich where rich can be imported, and we never ask it to.

That would take 90 ms of every process's start, a tenth of a worker's.
"""

from __future__ import annotations

import sys

_HIDDEN = "rich"
_known = sys.modules.get(_HIDDEN)
if _known is None:
    sys.modules[_HIDDEN] = None  # type: ignore[assignment]  # Python's way to say that a module cannot be imported
try:
    import structlog
finally:
    if _known is None:
        del sys.modules[_HIDDEN]

__all__ = ["structlog"]
