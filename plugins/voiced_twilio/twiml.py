"""The answers to webhooks, in TwiML (twilio.com/docs/voice/twiml). Pure: values in, XML out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from voiced.plugin import WebResponse

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold; one of them in a phrase would cost the call."""


@dataclass(frozen=True, slots=True)
class Voice:
    """The carrier's own voice: `name` as Twilio calls it, `language` in BCP 47.

    Where there is a recording for its words, of an `apology` or of words before a `transfer`, that is played instead.
    """

    name: str
    language: str
    apology: str = ""
    transfer: str = ""


def empty() -> WebResponse:
    """Answer that nothing more is to be done."""
    return _answer(ET.Element("Response"))


def stream(media_url: str, *, then: str, status: str, params: Mapping[str, str]) -> WebResponse:
    """Open a media stream; go on at `then` once it ended, for whatever reason. `status` hears of its fate."""
    response = ET.Element("Response")
    connect = ET.SubElement(response, "Connect")
    opened = ET.SubElement(connect, "Stream", url=media_url, statusCallback=status)
    for name, value in params.items():
        ET.SubElement(opened, "Parameter", name=name, value=value)
    # With an `action` on <Connect>, what follows it would never be reached; a <Redirect> is.
    ET.SubElement(response, "Redirect", method="POST").text = then
    return _answer(response)


def hang_up(say: str, voice: Voice) -> WebResponse:
    """Say the words, if any, and end the call."""
    response = ET.Element("Response")
    _say(response, say, voice)
    ET.SubElement(response, "Hangup")
    return _answer(response)


def apologise(say: str, voice: Voice) -> WebResponse:
    """Say, or play, that we failed, unless there are no words for it; end the call."""
    response = ET.Element("Response")
    _say(response, say, voice, voice.apology)
    ET.SubElement(response, "Hangup")
    return _answer(response)


def busy() -> WebResponse:
    """Refuse a call that rings, with the busy tone; it is not answered, so not billed."""
    response = ET.Element("Response")
    ET.SubElement(response, "Reject", reason="busy")
    return _answer(response)


@dataclass(frozen=True, slots=True)
class Connection:
    """Someone to dial: `ring` and `limit` in seconds, `caller_id` may be empty; `then` is asked afterwards if set."""

    number: str
    caller_id: str
    ring: float
    limit: int
    then: str = ""


def dial(connection: Connection, say: str, voice: Voice) -> WebResponse:
    """Say the words, if any, or play what stands for them, and connect the caller."""
    response = ET.Element("Response")
    _say(response, say, voice, voice.transfer)
    # Twilio takes whole seconds, 600 at most.
    how = {"timeout": str(min(max(round(connection.ring), 1), 600)), "timeLimit": str(connection.limit)}
    if connection.caller_id:
        how["callerId"] = connection.caller_id
    if connection.then:
        how["action"] = connection.then
    dialled = ET.SubElement(response, "Dial", how)
    ET.SubElement(dialled, "Number").text = connection.number
    return _answer(response)


def _say(response: ET.Element, text: str, voice: Voice, recording: str = "") -> None:
    if text and recording:
        ET.SubElement(response, "Play").text = recording
    elif text:
        ET.SubElement(response, "Say", language=voice.language, voice=voice.name).text = _FORBIDDEN.sub(" ", text)


def _answer(response: ET.Element) -> WebResponse:
    body = ET.tostring(response, encoding="UTF-8", xml_declaration=True)
    return WebResponse(body=body, content_type="text/xml; charset=utf-8")
