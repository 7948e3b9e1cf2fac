"""Reads TwiML into verbs, and refuses what Twilio refuses. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from voiced.testing.twilio.twiml_schema import SHAPES

MAX_BYTES = 64 * 1024
"""Twilio's limit on one document."""

BAD_XML = 12100
TOO_LARGE = 11750
BAD_SCHEMA = 12200
BAD_TRACK = 31941

PARAMETER_CHARACTERS = 500
"""A Parameter's name and value together stay below this."""

MEDIA_VERBS = frozenset({"Connect", "Dial", "Gather", "Pause", "Play", "Record", "Say", "Start"})
"""The verbs that answer the call when they come first."""


class TwimlRefused(ValueError):
    """The document cannot be executed; `code` is Twilio's error."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Verb:
    """One element: its name, attributes, stripped text, and the elements within."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    children: tuple[Verb, ...] = ()

    def get(self, attribute: str, default: str = "") -> str:
        """Return an attribute, or `default` when it is not written."""
        return self.attributes.get(attribute, default)

    def number(self, attribute: str, default: float) -> float:
        """Return a numeric attribute, or `default` when it is not written or no number."""
        try:
            return float(self.attributes.get(attribute, default))
        except ValueError:
            return default

    def flag(self, attribute: str, *, default: bool) -> bool:
        """Return a `true`/`false` attribute."""
        return self.attributes.get(attribute, str(default).lower()) == "true"

    def child(self, name: str) -> Verb | None:
        """Return the first element of that name within."""
        return next((child for child in self.children if child.name == name), None)


def parse(document: bytes) -> tuple[Verb, ...]:
    """Return the verbs of a TwiML document.

    Raises:
        TwimlRefused: It is too long, no XML, or holds what TwiML has not: names are case-sensitive.
    """
    if len(document) > MAX_BYTES:
        raise TwimlRefused(TOO_LARGE, f"the document is {len(document)} bytes, more than 64 KB")
    if b"<!DOCTYPE" in document:
        raise TwimlRefused(BAD_XML, "a document type is not allowed")
    try:
        root = ET.fromstring(document)  # noqa: S314 -- entities need a DOCTYPE, refused above
    except ET.ParseError as error:
        raise TwimlRefused(BAD_XML, f"not XML: {error}") from None
    if root.tag != "Response":
        raise TwimlRefused(BAD_SCHEMA, f"the root is <{root.tag}>, not <Response>")
    return _verb(root).children


def parameters(stream: Verb) -> dict[str, str]:
    """Return a Stream's custom parameters, as `start` tells them."""
    return {child.get("name"): child.get("value") for child in stream.children}


def _verb(element: ET.Element) -> Verb:
    shape = SHAPES[element.tag]
    for name in element.attrib:
        if name not in shape.attributes:
            raise TwimlRefused(BAD_SCHEMA, f"<{element.tag}> has no attribute {name!r}")
    for child in element:
        if child.tag not in shape.children:
            raise TwimlRefused(BAD_SCHEMA, f"<{child.tag}> is not allowed in <{element.tag}>")
    text = (element.text or "").strip()
    verb = Verb(element.tag, dict(element.attrib), text, tuple(_verb(child) for child in element))
    _check(verb)
    return verb


def _check(verb: Verb) -> None:
    if verb.name == "Connect":
        _check_connect(verb)
    elif verb.name == "Parameter" and len(verb.get("name")) + len(verb.get("value")) >= PARAMETER_CHARACTERS:
        raise TwimlRefused(BAD_SCHEMA, f"the Parameter {verb.get('name')[:40]!r} has 500 characters or more")


def _check_connect(verb: Verb) -> None:
    streams = [child for child in verb.children if child.name == "Stream"]
    if len(streams) != 1:
        raise TwimlRefused(BAD_SCHEMA, "<Connect> holds exactly one <Stream>")
    if streams[0].get("track", "inbound_track") != "inbound_track":
        raise TwimlRefused(BAD_TRACK, "<Connect><Stream> has the inbound track only")
