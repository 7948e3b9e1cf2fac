"""What goes on at the vendors, a line each: who was asked what, and what became of it. No words of callers unasked."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import trio

from voiced.testing.emulator.watch import Visit, Watch


@dataclass(slots=True)
class Show:
    """Writes lines. `words`: with what was said; `as_json`: each a JSON document, for programs."""

    write: Callable[[str], None]
    words: bool = False
    as_json: bool = False
    began: float = 0.0

    def watch(self, vendor: str) -> Watch:
        """Return what looks on at `vendor`."""

        def tell(visit: Visit) -> None:
            took = "" if visit.outcome == "opened" else f"  {visit.seconds:.2f} s"
            what = f"{visit.method} {visit.path}"
            facts = {"method": visit.method, "path": visit.path, "outcome": visit.outcome}
            self._line(vendor, f"{what}  {visit.outcome}{took}", {**facts, "seconds": round(visit.seconds, 3)})

        return tell

    def act(self, vendor: str, act: str, said: str, **facts: Any) -> None:
        """Tell that `vendor` hears, speaks or thinks; `said` is heard of only where words are wanted."""
        counted = ", ".join(f"{value} {name}" for name, value in facts.items())
        shown = f": {said}" if self.words and said else ""
        self._line(vendor, f"{act} {counted}{shown}", {"act": act, **facts, **({"said": said} if self.words else {})})

    def lesson(self, act: str, tools: int) -> None:
        """Tell that the brain learns."""
        self.act("brain", act, "", tools=tools)

    def _line(self, vendor: str, text: str, facts: dict[str, Any]) -> None:
        at = trio.current_time() - self.began
        if self.as_json:
            told = {"event": "visit", "vendor": vendor, "at": round(at, 3), **facts}
            self.write(json.dumps(told, ensure_ascii=False))
        else:
            self.write(f"{at:8.2f} s  {vendor:<13} {text}")
