"""Asterisk as a carrier: its dialplan asks by HTTP what to do with a call, and brings the sound by AudioSocket.

`webhooks` answers the dialplan, `leg` speaks the stream in the words of `wire`, with the sound converted by `sound`. No
socket, task or clock anywhere: the worker owns those.
"""

from __future__ import annotations

from voiced.plugin import HERE, Host, PluginSpec, ProviderSpec, Telco, hookimpl
from voiced_audiosocket.options import AudioSocketOptions


def make(options: AudioSocketOptions, host: Host) -> Telco:
    """Build the carrier."""
    from voiced_audiosocket.webhooks import AudioSocket  # noqa: PLC0415 - only a process that takes calls needs it

    return AudioSocket(options, host.log)


@hookimpl
def voiced_plugin() -> PluginSpec:
    """Declare the plugin."""
    about = "Calls over a telephone system of your own: Asterisk, by its dialplan and AudioSocket"
    return PluginSpec(
        name="audiosocket",
        about=about,
        providers=(ProviderSpec(kind="telco", name="audiosocket", make=make, about=about),),
        options=AudioSocketOptions,
        goes_to=lambda _options: HERE,
    )
