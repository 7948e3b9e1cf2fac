"""Values as YAML text, so that YAML 1.1, YAML 1.2 and our own reader all read the same value from it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

WIDTH = 100
"""Characters of a line of folded text, without its indentation."""

_WORD = r"[^\W\d_]"  # a letter: what begins with another character may be a number, a date or a sign of YAML
_PLAIN = re.compile(rf"{_WORD}(?:[\w .,/'’@%&()+=!?«»\xa0\u202f…-]*[\w./'’@%&()+=!?»…-])?")
_FLOW = re.compile(r"[,?]")
_TAKEN = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
_HIDDEN = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_STRAY = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def inline(value: Any, *, quote: str = "", flow: bool = False) -> str:
    """Return `value` (what JSON knows) on one line. `quote`: the quotes that a text has by preference.

    `flow`: whether it will stand inside [] or {}.
    """
    if isinstance(value, str):
        return _text(value, quote, flow=flow)
    if isinstance(value, Mapping):
        return (
            "{" + ", ".join(f"{inline(key, flow=True)}: {inline(each, flow=True)}" for key, each in value.items()) + "}"
        )
    if isinstance(value, list | tuple):
        return "[" + ", ".join(inline(each, flow=True) for each in value) + "]"
    return json.dumps(value)


def folded(text: str, indent: int, newline: str = "\n") -> str | None:
    """Return `text` as a folded block (`>-`) whose lines are indented by `indent`; None when it cannot be one."""
    if not text or _STRAY.search(text) or re.search(r"^ | $|  ", text):
        return None
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > WIDTH:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
    return newline.join([">-", *(" " * indent + line for line in lines)])


def _text(text: str, quote: str, *, flow: bool) -> str:
    if quote == "'" and not _STRAY.search(text):
        return "'" + text.replace("'", "''") + "'"
    plain = _PLAIN.fullmatch(text) and text.lower() not in _TAKEN and not (flow and _FLOW.search(text))
    if plain and quote != '"':
        return text
    return _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))
