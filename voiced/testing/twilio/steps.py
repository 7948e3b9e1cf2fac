"""What a verb leaves to be done: the words between the interpreter and the verbs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from voiced.testing.twilio.twiml import Verb
from voiced.testing.twilio.webhook import absolute


@dataclass(frozen=True, slots=True)
class Fetch:
    """Ask `url` for the next document, with `fields` on top of the usual ones."""

    url: str
    method: str = "POST"
    fields: Mapping[str, str] = field(default_factory=dict)
    fallback: bool = False
    """This is the fallback: when it fails too, the call ends."""
    redirects: int = 0
    """How many redirects led here without anything between."""
    twice: bool = False
    """The first answer is lost: ask again, and take the second."""


@dataclass(frozen=True, slots=True)
class Execute:
    """Run a document; relative URLs in it start from `base`."""

    document: bytes
    base: str
    fallback: bool = False
    redirects: int = 0


@dataclass(frozen=True, slots=True)
class Finish:
    """End the call."""


Step = Fetch | Execute | Finish


def action(verb: Verb, base: str, fields: Mapping[str, str]) -> Fetch:
    """Return the request of a verb's `action`; without one it is the current document's own URL."""
    return Fetch(absolute(base, verb.get("action")) or base, verb.get("method", "POST").upper(), fields)
