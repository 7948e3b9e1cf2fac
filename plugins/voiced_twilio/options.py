"""What an operator may set for Twilio in `voiced.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec

from voiced.plugin import checked_url, option

NAME = "twilio"
"""The provider's name, as in addresses and logs."""

Token = Annotated[str, msgspec.Meta(min_length=1)]

APOLOGY = (
    "Nous sommes désolés, un problème technique nous empêche de poursuivre cet appel. "
    "Merci de rappeler dans quelques minutes. Au revoir."
)
TRANSFER = "Nous sommes désolés, un problème technique nous empêche de poursuivre. Nous vous mettons en relation."
REFUSAL = "Toutes nos lignes sont occupées pour le moment. Merci de rappeler un peu plus tard. Au revoir."


@dataclass(frozen=True, slots=True)
class TwilioOptions:
    """The options of the plugin `twilio`. Webhooks without a valid signature are refused; no option changes that.

    Without an account or a token every call is refused: so an installation runs before it has an account.
    """

    account_sid: Annotated[
        str,
        option(
            "Account that our numbers belong to; webhooks of any other are refused", pattern="^(AC[0-9a-fA-F]{32})?$"
        ),
    ] = ""
    auth_tokens: Annotated[
        tuple[Token, ...],
        option("Auth tokens that sign webhooks: one per region, and the old one too during a rotation", secret=True),
    ] = ()
    shared_keys: Annotated[
        tuple[Token, ...],
        option("Shared keys that sign webhooks by HMAC-SHA256, where the account has them", secret=True),
    ] = ()
    api_key: Annotated[
        str, option("API key (SK...) that asks the REST API in place of the account; empty: the first auth token does")
    ] = ""
    api_secret: Annotated[str, option("Secret of `api_key`", secret=True)] = ""
    url: Annotated[
        str,
        option("Address of the REST API, which names edge and region: `https://api.dublin.ie1.twilio.com` for Ireland"),
    ] = "https://api.twilio.com"
    say_language: Annotated[str, option("Language of the carrier's own voice (BCP 47)")] = "fr-FR"
    say_voice: Annotated[str, option("The carrier's own voice, heard when ours cannot speak")] = "Polly.Lea-Neural"
    refuse_with: Annotated[
        Literal["say", "busy"],
        option("What a call that cannot be taken gets: `say` answers it with `refusal`, `busy` is the unbilled tone"),
    ] = "say"
    refusal: Annotated[str, option("Said to a call that cannot be taken", max_length=1000)] = REFUSAL
    apology: Annotated[
        str, option("Said by the fallback URL before it hangs up (no `fallback_number`)", max_length=1000)
    ] = APOLOGY
    transfer: Annotated[str, option("Said by the fallback URL before it dials `fallback_number`", max_length=1000)] = (
        TRANSFER
    )
    apology_recording: Annotated[
        str,
        option(
            "Recording played in place of `apology`, and of whatever else the carrier's own voice would say before a "
            "call ends, since ours could not: address of a file. Empty: none"
        ),
    ] = ""
    transfer_recording: Annotated[
        str,
        option("The same in place of `transfer`, and of what would be said before a person is connected. Empty: none"),
    ] = ""
    fallback_number: Annotated[
        str,
        option(
            "Person to connect when the fallback URL is asked (E.164); empty: nobody", pattern=r"^(\+[0-9]{6,15})?$"
        ),
    ] = ""
    fallback_timeout: Annotated[float, option("Seconds that `fallback_number` may ring", ge=5, le=600)] = 25.0
    dial_limit: Annotated[int, option("Longest a connected person may talk, in seconds", ge=60, le=14400)] = 3600

    def __post_init__(self) -> None:
        """Raises ValueError for an address without encryption."""
        for url in (self.url, self.apology_recording, self.transfer_recording):
            checked_url(url or self.url, "https")
