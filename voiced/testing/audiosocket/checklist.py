"""What this emulator does like Asterisk; which test shows each is in the table of its page."""

from __future__ import annotations

from voiced.testing.emulator import Checklist

CHECKLIST = Checklist(
    "audiosocket",
    "The emulated Asterisk",
    (
        ("D", "The UUID is the first message"),
        ("D", "Sound both ways in messages of 20 ms, the line's at its pace, ours played as they come"),
        ("D", "Keys are told by 0x03; older versions cannot"),
        ("D", "A message of another type, or of sound without any, drops the leg"),
        ("D", "A payload that does not follow its header within 5 ms drops the leg (a switch, off by default)"),
        ("D", "`AudioSocket()` gives up after 2 s without a byte either way, and hangs the caller up"),
        (
            "C",
            "The caller's hang-up is a message, a close, a reset, or nothing; a stream that broke goes on or hangs up",
        ),
        ("F", "Starvation: it sends only after it was sent something (asterisk issue 2089)"),
        ("D", "Messages of 10, 30 and 40 ms"),
        ("D", "Other rates: slin16 by type 0x12, and further ones"),
        ("D", "The dialplan asks by HTTP, follows one-line answers, and goes on without an answer"),
        ("D", "Connecting takes 2 s at most; an error message ends the stream"),
    ),
)
