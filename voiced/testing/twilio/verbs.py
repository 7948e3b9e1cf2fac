"""The verbs of a caller's leg."""

from __future__ import annotations

from collections.abc import Mapping

from voiced.testing.twilio import verbs_dial, verbs_record, verbs_stream
from voiced.testing.twilio.interpreter import Handler

HANDLERS: Mapping[str, Handler] = {
    **verbs_dial.WHISPER_HANDLERS,
    "Connect": verbs_stream.connect,
    "Dial": verbs_dial.dial,
    "Record": verbs_record.record,
    "Start": verbs_record.start,
}
