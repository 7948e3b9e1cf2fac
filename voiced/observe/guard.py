"""The guard between facts and the log: what could name a person or open a door does not pass. Pure.

Two nets, both on the safe side. By key: whatever stands under a name such as `caller`, `text` or `token` is hidden.
By value: telephone numbers, e-mail addresses and credentials are hidden wherever they stand in a text. Objects that
JSON does not know are logged as their type alone, for their `repr` may say anything.
"""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from voiced.errors import VoicedError

HIDDEN = "[hidden]"
LONGEST = 2000
"""Characters of one text that are logged; the rest is cut."""

SAFE_KEYS = frozenset({"call_id", "timestamp", "level", "logger"})
"""Keys whose values this house makes itself and that must stay whole to be found again."""

_EXACT = frozenset({"from", "to", "apikey", "said", "heard"})
_SEGMENTS = frozenset({
    "text", "transcript", "caller", "called", "token", "secret", "password", "passwd", "authorization", "cookie",
    "phone", "email", "signature",
})  # fmt: skip
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_DEEPEST = 8

_GAP = r"[\s.\-()/_·‐‑–]{0,3}"
_PATTERNS = (
    # This hides the user and password of a URL too.
    (re.compile(r"(?<![^\s@,;<>\"'()])[^\s@,;<>\"'()]+@[^\s@,;<>\"'()]+"), "[e-mail]"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[^\s,;]+"), rf"\1 {HIDDEN}"),
    (re.compile(r"(?i)\b(\w*(?:token|secret|password|passwd|api[_-]?key|authorization))\b(['\"]?\s*[=:]\s*)"
                r"(?!\s*(?:bearer|basic)\b)[^\s,;&]+"), rf"\1\2{HIDDEN}"),
)  # fmt: skip
_LAST_WORD = re.compile(r"[\d\s.\-()/+]*\S*\Z")
_NUMBER = re.compile(
    # A date or time stamp, which is kept: it is tried first where both could begin.
    r"(?P<date>(?<!\d)\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?(?!\d))"
    rf"|\+{_GAP}\d(?:{_GAP}\d){{5,}}"  # +33 6 12 34 56 78, +33 (0)6...
    rf"|(?<!\d)0[1-9](?:{_GAP}\d){{8}}(?!\d)"  # the ten digits of a French number, whatever letters stand around
    rf"|(?<![0-9A-Za-z])(?<!\d\.)0\d(?:{_GAP}\d){{4,}}(?![0-9A-Za-z])"  # 06 12 34 56 78, 0033...
    rf"|(?<![0-9A-Za-z])33{_GAP}[1-9](?:{_GAP}\d){{8}}(?![0-9A-Za-z])"  # 33612345678, as some carriers write it
)


def guard(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return `facts` as JSON values with everything hidden that the log may not hold."""
    return {
        clean_text(str(key)): value if key in SAFE_KEYS else _by_key(str(key), value) for key, value in facts.items()
    }


def clean_text(text: str) -> str:
    """Return `text` without telephone numbers, e-mail addresses and credentials, cut to `LONGEST`."""
    length = len(text)
    if length > LONGEST:  # cut first: what is not logged is not searched; nor is half a number left at the cut
        text = _LAST_WORD.sub("", text[:LONGEST])
    for pattern, shown in _PATTERNS:
        text = pattern.sub(shown, text)
    text = _NUMBER.sub(lambda match: match["date"] or "[number]", text)
    return text if length <= LONGEST else f"{text}… ({length} characters)"


def is_private(key: str) -> bool:
    """Return whether whatever stands under `key` is hidden."""
    plain = _CAMEL.sub("_", key).lower().replace("-", "_").replace(".", "_")
    return plain in _EXACT or plain.endswith("api_key") or not _SEGMENTS.isdisjoint(plain.split("_"))


def _by_key(key: str, value: Any, depth: int = 0) -> Any:
    if is_private(key) and value is not None and not isinstance(value, bool):
        return HIDDEN
    return clean(value, depth)


def clean(value: Any, depth: int = 0) -> Any:
    """Return one value as JSON, guarded; `depth` is how deep it stands."""
    if depth > _DEEPEST:
        return "[too deep]"
    if isinstance(value, Mapping):
        return {clean_text(str(key)): _by_key(str(key), inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [clean(inner, depth + 1) for inner in value]
    return _plain(value)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float) and not isinstance(value, enum.Enum):
        return _figure(value)
    return clean_text(_words(value))


def _words(value: Any) -> str:
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, str | PurePath):
        return str(value)
    if isinstance(value, VoicedError):  # its message was written here, and is guarded all the same
        return f"{type(value).__name__}: {value}"
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{len(value)} bytes>"
    return f"<{type(value).__name__}>"


def _figure(value: float) -> Any:
    if isinstance(value, int):
        return "[number]" if re.fullmatch(r"33[1-9]\d{8}", str(value)) else value
    return value if math.isfinite(value) else str(value)
