"""What this emulator does like Vonage; which test shows each is in the table of its page."""

from __future__ import annotations

from voiced.testing.emulator import Checklist

CHECKLIST = Checklist(
    "vonage",
    "The emulated Vonage",
    (
        ("D", "The answer webhook is a GET with a query or a POST of JSON; numbers have no plus"),
        (
            "DC",
            "Requests bear a fresh HS256 token with the hash of their body; a GET's of its query, or none",
        ),
        ("D", "Forged requests: none, wrong secret, alg none, RS256, tampered, old, future, unknown key, replayed"),
        ("D", "Time-outs for connecting, answering, events"),
        (
            "DC",
            "One retry after a time-out, a reset, 429, 503, 504; none after 401, 404, 500, a bad NCCO",
        ),
        ("D", "Then the fallback address, twice, with the original payload, a reason and the original request"),
        ("D", "Without a fallback an answer that fails ends the call, an event that fails does not"),
        ("D", "An NCCO that is none: an event says so, and the call ends"),
        ("D", "An NCCO of another content type than JSON is none"),
        ("D", "Events of the caller's leg, and of the WebSocket's with a uuid, address and headers of its own"),
        ("C", "Events may come in another order, or twice: with the same token or another"),
        ("D", "Machine detection names its leg call_uuid"),
        ("D", "The WebSocket opens exactly the address it was given, with its query"),
        (
            "DC",
            "The upgrade bears Vonage's token, a header of ours, or nothing; forged ones must be refused",
        ),
        ("C", "The headers of the NCCO may be headers of the upgrade"),
        ("D", "The first message is websocket:connected, with the content type and the headers at its top level"),
        ("FC", "A frame of sound may come before it"),
        ("D", "Frames of exactly 20 ms, silence too, at 8, 16 and 24 kHz"),
        ("D", "The WebSocket hears the mix of everybody else"),
        ("F", "A frame of another size ends the playing and the socket, and counts as disconnected"),
        ("DC", "Sound is queued up to 3072 frames and played in real time; what comes on top is lost"),
        ("D", "clear drops the queue at once, and is told back"),
        ("D", "notify comes back with its payload when the sound before it was played; at once on an empty queue"),
        ("C", "Notifications that clear overtakes are dropped or fired"),
        ("C", "websocket:cleared may be late, so that it comes after new sound"),
        ("D", "Keys are websocket:dtmf; they may be told one level deeper"),
        ("D", "Unknown actions and broken JSON are ignored"),
        ("D", "24 kHz is spoken"),
        ("D", "A queue that runs dry in an utterance is written down as a glitch"),
        ("D", "No last message: a hang-up is a close and completed events; those may come first, or late"),
        ("F", "The socket may be left half-open, or reset"),
        ("D", "The application drops the socket: disconnected, whose answer is executed; without one the call ends"),
        ("D", "A hang-up by the API closes the socket, without disconnected"),
        ("D", "A socket that cannot be opened: failed or unanswered, whose answer is executed where it is synchronous"),
        ("C", "Actions behind the connect run as soon as the socket is open, or once it is gone"),
        ("D", "talk delays the socket by its length; bargeIn ends it"),
        ("D", "The limit ends the socket and the call"),
        ("D", "Vonage never opens a lost socket again by itself"),
        ("D", "A transfer by the API: the leg leaves the conversation, the socket closes, a transfer event names both"),
        (
            "DC",
            "The API admits the application's own RS256 token; 404 or 400 for calls that are over; 15 a second",
        ),
        ("C", "A call is unknown in another region"),
        ("D", "Words, files and keys are played into a leg by the API, and stopped"),
        ("D", "record: an event names the file, which needs a token; it can be deleted"),
        ("D", "input: what was pressed or said, or that nothing came; the answer is executed"),
        ("D", "connect to a person: every outcome, with its detail; the whisper comes first"),
    ),
)
