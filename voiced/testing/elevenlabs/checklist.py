"""The twenty-three things that this emulator does like ElevenLabs; the table of its page is made from them."""

from __future__ import annotations

from voiced.testing.emulator import Checklist

CHECKLIST = Checklist(
    "elevenlabs",
    "ElevenLabs",
    (
        ("D", "The key is checked: 401 `invalid_api_key`; a host of another residency has keys of its own"),
        ("D", "HTTP streams: the codec that was asked, in chunks, faster than real time, with the headers of usage"),
        ("DC", "Unknown voice `voice_not_found` with 404 or 400, bad format 422, text too long 400"),
        ("F", "The first sound takes its time by model, drawn from a seed; slow first byte on demand"),
        ("D", "429 `concurrent_limit_exceeded` beyond the account's parallel requests; 429 `system_busy` by chance"),
        ("D", "401 `quota_exceeded` once the characters are spent"),
        ("F", "A cut in mid-stream, half a sample at the end, 200 without sound, 200 with an error in JSON"),
        ("DC", "Settings after the first message close with 1008; text without a first message too, or not"),
        ("D", "Without flush, auto_mode or end no sound comes before 120 characters"),
        ("D", "flush speaks everything that waits"),
        ("D", "An empty text ends the single socket: rest, isFinal, close 1000; on the other it keeps a context alive"),
        ("D", "Each sound has its alignment, with times from 0"),
        ("D", "Silence of the client: `input_timeout_exceeded`, then 1008"),
        ("D", "Contexts side by side on one socket, each with its contextId and isFinal"),
        ("FC", "A closed context still gives the sound that was flushed, or some of it, then isFinal"),
        ("F", "The sixth context closes the whole socket: `max_active_conversations`"),
        ("D", "close_socket flushes all contexts and closes"),
        ("F", "Malformed messages, messages without anything, unknown keys, `context_id` for `contextId`"),
        ("F", "Sockets dropped (1006) and going away (1001) in mid-context; handshakes refused with 403, 429, 503"),
        ("F", "20 to 150 ms of silence before, and some after, what is said"),
        ("D", "Speed changes how long it takes; a break tag is silence, one in two messages is read aloud"),
        ("D", "Beyond the limit a request waits 50 ms for each that waits, before 429"),
        ("F", "Sound of a context that is closed, or that nobody opened"),
    ),
)
