"""Vonage as a carrier: signed webhooks, NCCO, and WebSockets that carry L16.

`signature` says who made a request, `replays` whether it was made before, `webhooks` answers it with what `ncco`
writes, `leg` speaks the media stream in the words of `wire`. None of these has a socket, task or clock: the worker owns
those. `control` asks Vonage's API from outside a call, and `numbers` acts on the account (`account`, `applications`),
by the network that the host lends.
"""

from __future__ import annotations

from voiced.plugin import Destination, Host, PluginSpec, ProviderSpec, Telco, Unavailable, by_host, hookimpl
from voiced_vonage.options import VonageOptions


def make(options: VonageOptions, host: Host) -> Telco:
    """Build the carrier. Raises `Unavailable` when a secret that signs webhooks is empty."""
    from voiced_vonage.webhooks import Controlled, Vonage  # noqa: PLC0415 - only a process that takes calls needs it

    try:
        return Controlled(options, host) if options.private_key and options.application_id else Vonage(options, host)
    except ValueError as error:
        raise Unavailable(
            f"vonage: {error}", fix="set the variable that `signature_secrets` names to the account's signature secret"
        ) from error


def goes_to(options: VonageOptions) -> Destination:
    """Say where calls are processed: in the region that the address names."""
    fix = "set plugins.vonage.url to https://api-eu-3.vonage.com, with an application of that region"
    return by_host(options.url, "Vonage", {"-eu-": "eu", "nexmo.com": "us", "-us-": "us"}, fix)


@hookimpl
def voiced_plugin() -> PluginSpec:
    """Declare the plugin."""
    about = "Calls over the Vonage Voice API: signed webhooks, NCCO and WebSockets"
    return PluginSpec(
        name="vonage",
        about=about,
        providers=(ProviderSpec(kind="telco", name="vonage", make=make, about=about),),
        options=VonageOptions,
        goes_to=goes_to,
    )
