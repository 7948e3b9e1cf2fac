"""Which vendor fails in which way, and the test that shows it: the page of faults is made from this.

A test carries `@pytest.mark.fault("gladia", "401", "5xx")`. Each emulator has a test for each fault, or a reason why
the fault cannot occur with it; without either the build fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from voiced.testing.checklists import CHECKLISTS
from voiced.testing.emulator.marks import marked, texts

FAULTS: Mapping[str, str] = {
    "401": "the credentials are refused (403 where the vendor has it so)",
    "429 with Retry-After": "too much is asked, and it says when to come again",
    "429 without Retry-After": "too much is asked",
    "5xx": "the vendor is down",
    "slow first byte": "the answer begins late",
    "cut in mid-stream": "the connection breaks in the middle",
    "malformed message": "what comes is not the protocol",
    "silence": "the connection lives, and nothing comes",
    "half-open": "the connection is dead, and nobody says so",
    "wrong codec": "the sound is another than was agreed",
    "idle time-out": "a connection on which nothing goes on is closed",
}
"""What may go wrong at any vendor."""

_ASKS_NOTHING = "Asterisk asks the worker by HTTP, and the worker asks it nothing"
CANNOT: Mapping[tuple[str, str], str] = {
    ("audiosocket", "401"): _ASKS_NOTHING,
    ("audiosocket", "429 with Retry-After"): _ASKS_NOTHING,
    ("audiosocket", "429 without Retry-After"): _ASKS_NOTHING,
    ("audiosocket", "5xx"): _ASKS_NOTHING,
    ("audiosocket", "wrong codec"): "each message of sound says its rate, and all rates are taken",
    ("mistral", "wrong codec"): "it gives text, no sound",
}
"""Why a fault cannot occur with an emulator."""


def shown(tests: Path) -> Mapping[tuple[str, str], list[str]]:
    """Return which tests below the folder `tests` show each fault of each emulator, by reading their source."""
    found: dict[tuple[str, str], list[str]] = {}
    for test, _, mark in marked(tests, "fault"):
        emulator, *faults = texts(mark)
        for fault in faults:
            found.setdefault((emulator, fault), []).append(test)
    return found


def missing(tests: Path) -> list[str]:
    """Return what is wrong with the marks: faults without test or reason, with both, or that nobody knows."""
    return list(_gaps(shown(tests)))


def _gaps(found: Mapping[tuple[str, str], list[str]]) -> Iterator[str]:
    cells = [(emulator, fault) for emulator in CHECKLISTS for fault in FAULTS]
    for emulator, fault in cells:
        if ((emulator, fault) in found) == ((emulator, fault) in CANNOT):
            both = "a test, and a reason why it cannot occur" if (emulator, fault) in CANNOT else "no test"
            yield f"{emulator} has {both}: {fault}"
    for emulator, fault in found.keys() - set(cells):
        yield f"{found[emulator, fault][0]} is marked {emulator}, {fault}, and there is no such fault"


def meanings() -> str:
    """Return the table of what each fault is, in Markdown."""
    return "\n".join(
        ["| fault | what happens |", "| --- | --- |", *(f"| {name} | {text} |" for name, text in FAULTS.items())]
    )


def table(tests: Path) -> str:
    """Return the table of the page, in Markdown: a section for each emulator."""
    found, parts = shown(tests), []
    for emulator, checklist in CHECKLISTS.items():
        rows = [f"### {checklist.title.removeprefix('The emulated ')}", "", "| fault | shown by |", "| --- | --- |"]
        for fault in FAULTS:
            tests_of_it = ", ".join(f"`{test}`" for test in found.get((emulator, fault), ()))
            reason = CANNOT.get((emulator, fault), "")
            rows.append(f"| {fault} | {tests_of_it or f'cannot occur: {reason}'} |")
        parts.append("\n".join(rows))
    return "\n\n".join(parts)
