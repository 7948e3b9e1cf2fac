"""The reception of a small business: requests for appointments and messages, kept for the people who call back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from voiced.plugin import HERE, Host, PluginSpec, ProviderSpec, Tool, hookimpl, option


@dataclass(frozen=True, slots=True)
class Options:
    """Where requests are written."""

    path: Annotated[
        str,
        option("File that gets one JSON line for each request. Relative to data_dir.", min_length=1),
    ] = "requests.jsonl"


def _appointment_request(options: Options, host: Host) -> Tool:
    from voiced_frontdesk.tools import AppointmentRequest  # noqa: PLC0415 - declaring costs nothing

    return AppointmentRequest.for_host(options.path, host)


def _take_message(options: Options, host: Host) -> Tool:
    from voiced_frontdesk.tools import TakeMessage  # noqa: PLC0415 - declaring costs nothing

    return TakeMessage.for_host(options.path, host)


@hookimpl
def voiced_plugin() -> PluginSpec:
    """Declare the two tools."""
    return PluginSpec(
        name="frontdesk",
        about="Takes requests for appointments and messages at the reception.",
        providers=(
            ProviderSpec("tool", "appointment_request", _appointment_request, "Notes a request for an appointment."),
            ProviderSpec("tool", "take_message", _take_message, "Notes a message for the team."),
        ),
        options=Options,
        goes_to=lambda _options: HERE,
    )
