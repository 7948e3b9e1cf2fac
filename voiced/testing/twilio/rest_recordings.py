"""The Recordings resources: of one call, and of the account."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, cast

from voiced.testing.twilio.leg import Leg
from voiced.testing.twilio.recording import PauseBehavior, Recording
from voiced.testing.twilio.rest_errors import ApiError, Params, Reply, Route, not_found, page
from voiced.testing.twilio.webhook import API_VERSION

if TYPE_CHECKING:
    from voiced.testing.twilio.rest import RestDouble

CURRENT = "Twilio.CURRENT"
"""Stands for the recording that runs."""


def recording_json(leg: Leg, recording: Recording) -> dict[str, Any]:
    """Return the resource of a recording."""
    created = format_datetime(leg.created)
    duration = round(recording.seconds(leg.now if leg.live else recording.start))
    return {
        "sid": recording.sid,
        "account_sid": leg.account.sid,
        "call_sid": leg.sid,
        "status": recording.status,
        "channels": recording.channels,
        "track": recording.track,
        "source": recording.source,
        "duration": str(duration) if recording.end is not None else None,
        "date_created": created,
        "date_updated": created,
        "start_time": created,
        "price": None,
        "price_unit": "USD",
        "error_code": None,
        "api_version": API_VERSION,
        "media_url": leg.recording_url(recording),
        "uri": f"/{API_VERSION}/Accounts/{leg.account.sid}/Recordings/{recording.sid}.json",
    }


class Recordings:
    """The handlers of `/Recordings` and `/Calls/{sid}/Recordings`."""

    def __init__(self, double: RestDouble) -> None:
        self._double = double

    def routes(self, root: str) -> list[Route]:
        """Return what this resource answers."""
        of_call, of_account = f"{root}/Calls/(CA\\w+)/Recordings", f"{root}/Recordings"
        return [
            ("POST", f"{of_call}.json", self.create),
            ("GET", f"{of_call}.json", self.list),
            ("POST", f"{of_call}/([\\w.]+).json", self.update),
            ("GET", f"{of_account}.json", self.list),
            ("GET", f"{of_account}/(RE\\w+).json", self.fetch),
            ("GET", f"{of_account}/(RE\\w+)(?:.wav)?", self.media),
            ("DELETE", f"{of_account}/(RE\\w+).json", self.delete),
        ]

    def _all(self) -> list[tuple[Leg, Recording]]:
        legs = self._double.twilio.legs.values()
        return [(leg, recording) for leg in legs for recording in leg.recordings]

    def _find(self, sid: str, call_sid: str = "") -> tuple[Leg, Recording]:
        for leg, recording in reversed(self._all()):
            running = sid == CURRENT and recording.end is None
            if (recording.sid == sid or running) and call_sid in {"", leg.sid}:
                return leg, recording
        raise not_found(f"Recordings/{sid}")

    def create(self, params: Params, call_sid: str) -> Reply:
        """Begin to record a call in progress."""
        leg = self._double.calls.find(call_sid)
        if leg.status != "in-progress":
            raise ApiError(400, 21220, "Requested resource is not eligible for recording")
        recording = Recording(
            call_sid,
            leg.now,
            "StartCallRecordingAPI",
            channels=2 if params.get("RecordingChannels") == "dual" else 1,
            track=params.get("RecordingTrack", "both"),
            callback=params.get("RecordingStatusCallback", ""),
            callback_method=params.get("RecordingStatusCallbackMethod", "POST"),
            callback_events=frozenset(params.get("RecordingStatusCallbackEvent", "completed").split()),
        )
        leg.record(recording)
        return Reply(201, recording_json(leg, recording))

    def update(self, params: Params, call_sid: str, sid: str) -> Reply:
        """Pause, resume or stop a recording of a call in progress."""
        leg, recording = self._find(sid, call_sid)
        if recording.end is not None:
            raise ApiError(400, 21220, "The recording is over")
        match params.get("Status"):
            case "paused":
                recording.pause(leg.now, cast("PauseBehavior", params.get("PauseBehavior", "silence")))
            case "in-progress":
                recording.resume(leg.now)
            case "stopped":
                leg.end_recording(recording)
            case other:
                raise ApiError(400, 20001, f"Status {other!r} is not supported")
        return Reply(json=recording_json(leg, recording))

    def list(self, params: Params, call_sid: str = "") -> Reply:
        """List recordings, of one call or of all."""
        wanted = call_sid or params.get("CallSid", "")
        found: list[Mapping[str, Any]] = [recording_json(*pair) for pair in self._all() if wanted in {"", pair[0].sid}]
        return page("recordings", found, params, f"{self._double.root}/Recordings.json")

    def fetch(self, _params: Params, sid: str) -> Reply:
        """Return one recording."""
        return Reply(json=recording_json(*self._find(sid)))

    def media(self, _params: Params, sid: str) -> Reply:
        """Return the sound as WAV."""
        leg, recording = self._find(sid)
        return Reply(body=recording.wav(leg.line.tape), content_type="audio/x-wav")

    def delete(self, _params: Params, sid: str) -> Reply:
        """Delete a recording for good; the second time it is not found."""
        leg, recording = self._find(sid)
        leg.recordings.remove(recording)
        return Reply(204)
