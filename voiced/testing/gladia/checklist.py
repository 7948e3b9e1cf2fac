"""What the emulator does like Gladia, item by item."""

from voiced.testing.emulator import Checklist

CHECKLIST = Checklist(
    "gladia",
    "Gladia",
    (
        ("D", "`POST /v2/live` wants the key, by a header of any case: else 401 `gladia key not found`"),
        ("D", "Parameters out of range are 400 with `validation_errors`, an unknown model is 422"),
        ("D", "201 with id, time and an address on the emulator's own host, token in the query"),
        ("C", "A WebSocket with an unknown token is closed with 4401, or refused"),
        ("D", "Sound is taken as bytes or as base64; an empty chunk is acknowledged too"),
        ("D", "Each chunk is acknowledged with its range, counted from the session's beginning, unless switched off"),
        ("F", "A message of more than 1 MiB closes with 1009"),
        ("D", "`speech_start` soon after the sound began, `speech_end` after `endpointing` of silence"),
        ("D", "Partials only where wanted: growing, now and then revised, less sure, with a space in front"),
        ("D", "The final has the id of its partials, comes after `endpointing` and a delay; the next id follows"),
        ("D", "`maximum_duration_without_endpointing` makes a final in the middle of speech"),
        ("D", "A second `stop_recording` is refused: 409 ConflictError"),
        ("D", "After `stop_recording`: its acknowledgement, the last finals, `post_final_transcript`, close 1000"),
        ("DC", "After a break the same address goes on, nothing is said twice; of two connections one is closed"),
        ("C", "A session that is too long is closed with 1008"),
        ("C", "One session too many is 429, with and without `Retry-After`, and works again later"),
        ("F", "Faults: TCP reset in mid-utterance, close 1011, 1006, 44xx"),
        ("F", "Faults: a late answer, a late WebSocket"),
        ("F", "Faults: a message that is no JSON, an unknown type, no language, no words"),
        ("F", "Faults: no acknowledgements but transcripts; no transcripts but acknowledgements"),
        ("F", "Fault: a partial whose final never comes"),
        ("F", "Fault: a chunk that is not acknowledged, with its error"),
        ("D", "Sound faster than time is taken; its results come as late as the work takes"),
    ),
)
