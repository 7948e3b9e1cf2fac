"""What this emulator does like Speechmatics; which test shows each is in the table of its page."""

from __future__ import annotations

from voiced.testing.emulator import Checklist

CHECKLIST = Checklist(
    "speechmatics",
    "The emulated Speechmatics",
    (
        ("D", "A missing or wrong key is refused with 401; `?jwt=` is taken; other parameters and headers are ignored"),
        ("C", "How many sessions there are may be told before the start"),
        ("D", "RecognitionStarted comes after a delay, longer when many words are taught"),
        ("D", "Sound before RecognitionStarted: Error protocol_error, close 1003"),
        ("D", "AudioAdded counts each message of sound from 1; acknowledgements can be stalled"),
        ("D", "8 kHz is recognised by the telephony model, and that is told"),
        ("D", "Words of the moment replace each other and begin anew after each final"),
        ("D", "Words are final at most `max_delay` after they were said; numbers later in the flexible mode"),
        ("D", "Finals come in pieces, with a trailing space and punctuation apart"),
        ("D", "EndOfUtterance: after the final, once for each silence that was asked for, never without speech"),
        ("C", "A forced end: final and EndOfUtterance, up to its timestamp only; with nothing to say, either or both"),
        ("D", "Some settings may be changed while a session runs; others are an Error"),
        ("D", "EndOfStream: the rest as finals, EndOfTranscript, close 1000; sound after it: a Warning"),
        ("D", "What is no JSON from the client: Error invalid_message, close 1003"),
        ("C", "Too many sessions: Error quota_exceeded, close 4005, until one ends; or 429 at the handshake"),
        ("D", "job_error 4013, internal 1011, timelimit_exceeded 4006, not_allowed 4003 on demand"),
        ("D", "A connection without any message is dropped; time-outs are warned of and happen on demand"),
        ("D", "The connection breaks in the middle of an utterance, or is read no more"),
        ("D", "Malformed and unknown messages, empty results, missing transcripts on demand"),
        ("D", "Late handshakes and late words on demand"),
        ("D", "Times count from the first sound of each session"),
        ("C", "Agent mode: segments, turns; mu-law and `max_delay` are refused; `turn_config` may be missing"),
    ),
)
