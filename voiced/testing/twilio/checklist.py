"""The fifty things this emulator does like Twilio, and which test shows each.

Tests carry `@pytest.mark.checklist("twilio-12")`. `python -m voiced.testing.twilio.checklist` writes the table in
`docs/emulators/twilio.md` again, from the repository's root.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Tag = Literal["D", "F", "C"]
"""Documented by Twilio; seen in the field; uncertain, therefore a switch that is tested both ways."""

TESTS = Path("tests/testing/twilio")
TABLE = Path("docs/emulators/twilio.md")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing."""

    id: str
    tags: tuple[Tag, ...]
    text: str


def _items(*lines: tuple[str, str]) -> Iterator[Item]:
    for number, (tags, text) in enumerate(lines, start=1):
        yield Item(f"twilio-{number}", tuple(tags), text)  # type: ignore[arg-type]  # written with the letters of Tag


ITEMS = tuple(
    _items(
        ("D", "The voice webhook is a UTF-8 form with every field, E.164 numbers, and a field no application knows"),
        ("DC", "Every request is signed over the configured URL without fragment; HTTPS without port, or with it"),
        ("D", "Requests carry an idempotency token that their retries repeat"),
        ("D", "Requests come from a TwilioProxy user agent, without the URL's fragment"),
        ("D", "15 s for a request, a second connection attempt, and the overrides ct, rt, tt, rc, rp"),
        (
            "D",
            "A failed document leads to the fallback with ErrorCode and ErrorUrl; without one, an apology and the end",
        ),
        ("D", "Redirect asks for the next document of the same call, in progress; the eleventh is error 11215"),
        ("D", "Unknown or mis-cased verbs and attributes, and documents over 64 KB, are refused"),
        ("D", "The first verb that needs sound answers the call; Reject does not"),
        ("DC", "Status callbacks carry RFC 2822 time, sequence and source; late, doubled and out of order on demand"),
        ("F", "The voice webhook comes twice on demand"),
        ("D", "Unsigned and wrongly signed requests: the application must answer 403 and no TwiML"),
        ("D", "A caller who withholds the number"),
        ("D", "Streams open to wss only, or ws on this machine where allowed; the query is dropped"),
        ("D", "The upgrade is signed over the wss URL, with the documented headers, no Origin, no subprotocol"),
        ("D", "A forged or replayed upgrade must be refused; then 31920, stream-error, and the TwiML goes on"),
        ("D", "stream-started is posted when the stream is open"),
        ("D", "connected comes first, without a number; then start, numbered 1; then media"),
        ("D", "Numbers are strings, except in mediaFormat"),
        ("F", "A media message every 20 ms with 160 bytes; chunk, timestamp and the sequence shared by all messages"),
        ("FC", "Frames in bursts, frames lost, silence left out"),
        ("D", "Custom parameters are exactly the Parameter elements; 500 characters and more are refused"),
        ("D", "Keys arrive as dtmf messages, one digit each"),
        ("DF", "The inbound track only; a second Connect on the same call ends the first stream"),
        ("D", "Another track on Connect is error 31941"),
        ("D", "Sound is queued in order and played at 8000 bytes a second, any size, without gaps"),
        ("D", "A mark is echoed when the byte before it was played; in order; at once on an empty queue"),
        ("D", "clear empties the queue at once and echoes the marks; the recording shows where"),
        ("C", "Echoes of marks may be late, so that those of a cleared turn arrive within the next"),
        ("D", "A wrong streamSid is ignored; binary or broken messages warn once (31950); unknown events do nothing"),
        ("D", "Broken base64 warns (31950); odd sizes play; a WAV header is a failure of the application"),
        ("D", "A queue that runs dry for more than 20 ms in an utterance is written down as a glitch"),
        ("C", "The queue may be limited; the socket may stop reading for a while"),
        ("D", "The caller hangs up: stop, close 1000, stream-stopped, then completed"),
        ("F", "The stream may end without stop, with a reset, or without any word but the status callback"),
        ("D", "The application closes or dies: 31921, then action or the next verb; a new stream counts from 1 again"),
        ("D", "Without action or next verb the call ends with the stream"),
        ("D", "A lost socket is never opened again by itself"),
        ("C", "A stop may be sent when the application closes the socket"),
        ("D", "A call over the limit is ended with stop"),
        ("D", "REST credentials: 401/20003 for wrong ones and other regions' tokens, 404/20404 for calls elsewhere"),
        ("D", "Calls.update ends the call like a hang-up, or replaces the stream with other TwiML"),
        ("D", "Updates of ended calls, throttling and outages have Twilio's errors"),
        ("D", "Outgoing calls with their events; busy, no answer, failed; machine detection"),
        ("D", "Dial: every outcome, the whisper, the action's fields, and a caller who hangs up while it rings"),
        ("D", "Gather: keys, words, timeouts, and what follows when nothing came"),
        ("D", "Recordings: made, paused, deleted once, told to the callback"),
        ("D", "Numbers: search, papers that are missing, the review of a bundle, the warning about mobile numbers"),
        ("D", "Calls in progress can be listed after a restart"),
        ("D", "Say, Play and Pause take their time: about 14 characters a second"),
    )
)


def shown(tests: Path = TESTS) -> Mapping[str, list[str]]:
    """Return which tests carry each item's mark, by reading their source."""
    found: dict[str, list[str]] = {}
    for path in sorted(tests.glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for item in _marks(node):
                    found.setdefault(item, []).append(f"{path.name}::{node.name}")
    return found


def _marks(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith("mark.checklist"):
            yield from (str(ast.literal_eval(argument)) for argument in decorator.args)


def table(tests: Path = TESTS) -> str:
    """Return the document: every item, and the tests that show it."""
    marks = shown(tests)
    rows = []
    for item in ITEMS:
        tests_of_it = ", ".join(f"`{test}`" for test in marks.get(item.id, []))
        rows.append(f"| {item.id} | {''.join(item.tags)} | {item.text} | {tests_of_it} |")
    head = (
        "# The Twilio emulator\n\n"
        "What `voiced.testing.twilio` does like Twilio, and the test that shows it (in `tests/testing/twilio`).\n"
        "D: documented. F: seen on real calls. C: uncertain, so it is a switch and is tested both ways.\n\n"
        "```python\n"
        "from voiced.testing.twilio import Faults, Twilio\n\n"
        "\n"
        "async def caller(phone):\n"
        "    await phone.wait_for_agent(seconds=5)\n"
        "    await phone.wait_quiet(0.7)\n"
        "    await phone.say(mulaw)\n\n\n"
        'twilio = Twilio("http://127.0.0.1:8080/voice/twilio/inbound", faults=Faults(jitter="bursts"))\n'
        "report = await twilio.call(caller)\n"
        'report.write_wav("call.wav")\n'
        "print(report.turns, report.barge_ins, report.glitches, report.failures)\n"
        "```\n\n"
        "This table is made by `python -m voiced.testing.twilio.checklist`.\n\n"
        "| item | tag | what | shown by |\n|---|---|---|---|\n"
    )
    return head + "\n".join(rows) + "\n"


if __name__ == "__main__":
    TABLE.parent.mkdir(parents=True, exist_ok=True)
    TABLE.write_text(table())
