"""Twilio as a carrier: signed webhooks, TwiML, and Media Streams.

`signature` says who made a request, `webhooks` answers it with what `twiml` writes, `leg` speaks the media stream in
the words of `wire` and in the order that `timeline` finds. `calls` and `numbers` act on the account over `rest`. No
socket, task or clock anywhere: the worker owns those.
"""

from __future__ import annotations

from voiced.plugin import Destination, Host, PluginSpec, ProviderSpec, Telco, Unavailable, by_host, hookimpl
from voiced_twilio.options import TwilioOptions


def make(options: TwilioOptions, host: Host) -> Telco:
    """Build the carrier. Raises `Unavailable` when a secret that signs webhooks is empty."""
    from voiced_twilio.webhooks import Twilio  # noqa: PLC0415 - only a process that takes calls needs it

    try:
        return Twilio(options, host.log, host.net)
    except ValueError as error:
        raise Unavailable(
            f"twilio: {error}", fix="set the variable that `auth_tokens` names to the account's auth token"
        ) from error


def goes_to(options: TwilioOptions) -> Destination:
    """Say where calls are processed: in the region that the address names; the account's own data stays in the US."""
    fix = "set plugins.twilio.url to https://api.dublin.ie1.twilio.com, and let the number's calls go to region ie1"
    return by_host(options.url, "Twilio", {".ie1.": "eu", "twilio.com": "us"}, fix)


@hookimpl
def voiced_plugin() -> PluginSpec:
    """Declare the plugin."""
    about = "Calls over Twilio Programmable Voice: webhooks and bidirectional Media Streams"
    return PluginSpec(
        name="twilio",
        about=about,
        providers=(ProviderSpec(kind="telco", name="twilio", make=make, about=about),),
        options=TwilioOptions,
        goes_to=goes_to,
    )
