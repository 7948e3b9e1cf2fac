"""The twenty-two things that this emulator does like Acapela Cloud; the table of its page is made from them."""

from __future__ import annotations

from voiced.testing.emulator import Checklist

CHECKLIST = Checklist(
    "acapela",
    "Acapela Cloud",
    (
        ("DC", "A login is taken as JSON and as a form, or as one of them only"),
        ("D", "Wrong credentials are refused with 401 and `error`"),
        ("D", "The login of an account that is not active is refused with 401 and `error`"),
        ("D", "Without a token, or with another, 401 and `detail`; in the header, or in the query"),
        ("DC", "A logout ends the token: for all who share the account, or for the one login"),
        ("F", "A token that is revoked in the middle of the day: the plugin logs in again, once and not in a loop"),
        ("D", "Commands by GET with a query and by POST with JSON"),
        (
            "D",
            "An unknown voice or coding, values out of range and an empty text are refused with 400",
        ),
        ("D", "A text that is too long is refused with 400: beyond 3000 characters, by GET beyond 2048"),
        ("D", "Type and samplerate give the right bytes: plain samples without a header, files with one"),
        ("D", "Who does not say a type gets mp3"),
        ("D", r"`\pau=500\` is silence, `\rspd=`, `\spd=`, `\vct=` and `\vol=` change what follows, `\rst\` ends it"),
        ("F", "Sound comes in chunks of any size, faster than real time; the first after a time drawn from a seed"),
        (
            "DC",
            "Sound comes while it is made, or all at the end; `output=file` answers with an address, or sound",
        ),
        ("F", "The first byte late on demand: five seconds, or never"),
        ("F", "A cut in the middle of the sound: no end of the chunked answer; or silence from there on"),
        ("F", "200 with an error in JSON, with a page in HTML, or without sound"),
        ("D", "400 when the credit is spent"),
        ("F", "429 and 503 on demand, with or without Retry-After"),
        ("F", "An odd number of bytes for 16-bit samples"),
        ("F", "With events asked for, sound and events come in frames that say their length"),
        ("D", "Accents in the query, as UTF-8"),
    ),
)
