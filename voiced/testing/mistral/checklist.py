"""What this emulator does like Mistral, and its copies of OpenAI; the tests in `tests/testing/mistral` show each."""

from __future__ import annotations

from voiced.testing.emulator import Checklist

CHECKLIST = Checklist(
    "mistral",
    "Mistral",
    (
        ("D", "401 without a key, or with a wrong one; models are listed to who has one"),
        ("D", "404 for a model that is unknown or retired"),
        ("F", "422 for unknown fields, the role developer, ids and names of another form, more than 128 tools"),
        ("FC", "400 code 3230 for roles out of order, calls without results, results without calls, a wrong last role"),
        ("D", "Events of one line `data:`, a blank line after each; the role first, then text, then `[DONE]`"),
        ("F", "Tokens are paced: time to the first, tokens a second, now and then a stall; the same for the same seed"),
        ("FC", "Bytes cut within characters and events; CRLF; comments"),
        ("DC", "The costs in the last event, in one of their own, or nowhere"),
        (
            "FC",
            "Calls whole in one event; in pieces; arguments as an object; text before them; broken and invented ones",
        ),
        ("D", "`tool_choice` none, any, required or one function; `parallel_tool_calls`"),
        ("D", "An answer may end for its length, or by an error"),
        ("DC", "Content may be a list of parts, with thinking"),
        ("FC", "A field `p` of random length"),
        (
            "DF",
            "429 code 1300 with rate headers, with and without Retry-After, so many times; 429 and 503 for capacity",
        ),
        ("F", "500 and 502 with a page of HTML"),
        ("F", "A late head, or a late first event"),
        (
            "FC",
            "In the middle of an answer: a reset, an end without `[DONE]`, silence, an error event, the reason `error`",
        ),
        ("F", "An event that is no JSON"),
        ("F", "Who leaves is noticed, with the number of tokens that were made"),
        ("F", "A warm connection is closed between two requests"),
        ("F", "A longer prompt has a later first token"),
        ("D", "Voxtral's sockets for hearing and speaking: session, update, text or sound, end; error first; no word"),
        ("C", "A beginning marked `prefix` is said again, or not"),
        ("D", "Without a script it answers by rules: a tool by the caller's words, words by a tool's result"),
        ("D", "As OpenAI: costs for who asks, in an event of their own; calls in pieces; errors in `error`"),
    ),
)
