"""The twenty-two things that this emulator does like speechCloud; the table of its page is made from them."""

from __future__ import annotations

from voiced.testing.emulator import Checklist

CHECKLIST = Checklist(
    "readspeaker",
    "ReadSpeaker speechCloud",
    (
        ("D", "A key that is missing or wrong is refused with 403, in words"),
        (
            "D",
            "Unknown languages, voices and codings, values out of range and no text: 400 with `ERROR: ...`",
        ),
        ("D", "Requests by GET with a query and by POST with a form"),
        ("D", "streaming=1, which is the default, answers 302: the Location streams"),
        ("FC", "A Location is good once, or as often as it is asked; and for some seconds only"),
        ("DC", "streaming=0 answers 200 with the sound: while it is made, or whole"),
        ("D", "Plain samples and streaming=1 are refused together with 400"),
        ("D", "container=none has no header; a WAV header else, with `fact` and format 7 for mu-law"),
        ("DC", "samplerate 8000, 16000 or 22050; mu-law that does not say it is at 8 kHz, or at 22.05"),
        ("D", "Who says nothing else gets mp3, streamed"),
        ("D", "speed changes how long it takes, volume how loud it is"),
        ("FC", "Breaks in SSML are silence; or a voice does not take SSML"),
        ("D", "503 while it is busy, some times, then sound"),
        ("FC", "The credit is spent: 200 with words, 503, or 400"),
        ("D", "500 on demand"),
        ("F", "The first byte late on demand: five seconds, or never"),
        ("F", "A cut in the middle of the sound, or silence from there on"),
        ("F", "A Content-Length that is longer, or shorter, than the sound"),
        (
            "DC",
            "voiceinfo, credits, statistics and events, in JSON or XML; the list has its command's name or another",
        ),
        ("F", "A redirect that leads to itself, to another host, or nowhere"),
        ("D", "Texts in UTF-8 and in latin-1, as charset says"),
        ("D", "preview speaks with a mark that is heard"),
    ),
)
