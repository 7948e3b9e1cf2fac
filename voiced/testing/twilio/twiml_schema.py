"""Which verbs TwiML has, which attributes and children each may hold. Names are case-sensitive.

One-way streams (`<Start><Stream>`) are not emulated and count as unknown.
Source: twilio.com docs, voice/twiml, and the attributes that the official library can write.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """What one element may hold."""

    attributes: frozenset[str] = frozenset()
    children: frozenset[str] = frozenset()


def _shape(attributes: str = "", children: str = "") -> Shape:
    return Shape(frozenset(attributes.split()), frozenset(children.split()))


_RECORDING = "recordingStatusCallback recordingStatusCallbackMethod recordingStatusCallbackEvent recordingTrack"

_STREAM = (
    "url name track statusCallback statusCallbackMethod audioFormat sampleRate connectorName connector "
    "statusCallbackEvent"
)

_VERBS = "Connect Dial Gather Hangup Pause Play Record Redirect Reject Say Start"

SHAPES = {
    "Response": _shape("", _VERBS),
    "Connect": _shape("action method", "Stream"),
    "Start": _shape("action method", "Recording"),
    "Stream": _shape(_STREAM, "Parameter"),
    "Recording": _shape(
        "recordingStatusCallback recordingStatusCallbackMethod recordingStatusCallbackEvent trim track channels"
    ),
    "Parameter": _shape("name value"),
    "Redirect": _shape("method"),
    "Say": _shape("voice language loop"),
    "Play": _shape("loop digits"),
    "Pause": _shape("length"),
    "Hangup": _shape(),
    "Reject": _shape("reason"),
    "Gather": _shape(
        "input action method timeout finishOnKey numDigits speechTimeout maxSpeechTime language hints bargeIn "
        "actionOnEmptyResult speechModel enhanced partialResultCallback partialResultCallbackMethod "
        "profanityFilter dtmfDetection debug",
        "Say Play Pause",
    ),
    "Dial": _shape(
        "action method timeout hangupOnStar timeLimit callerId record trim answerOnBridge ringTone sequential "
        f"referUrl referMethod events passports {_RECORDING}",
        "Number",
    ),
    "Number": _shape(
        "url method sendDigits statusCallback statusCallbackMethod statusCallbackEvent byoc "
        "machineDetection amdStatusCallback amdStatusCallbackMethod"
    ),
    "Record": _shape(
        "action method timeout finishOnKey maxLength playBeep trim transcribe transcribeCallback "
        f"{_RECORDING.removesuffix(' recordingTrack')}"
    ),
}
"""Every element, by name."""
