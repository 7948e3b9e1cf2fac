"""What an operator may set for Vonage in `voiced.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec

from voiced.plugin import checked_url, option

Secret = Annotated[str, msgspec.Meta(min_length=1)]

APOLOGY = (
    "Nous sommes désolés, un problème technique nous empêche de poursuivre cet appel. "
    "Merci de rappeler dans quelques minutes. Au revoir."
)
TRANSFER = "Nous sommes désolés, un problème technique nous empêche de poursuivre. Nous vous mettons en relation."
REFUSAL = "Toutes nos lignes sont occupées pour le moment. Merci de rappeler un peu plus tard. Au revoir."
UUID = "^([0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})?$"


@dataclass(frozen=True, slots=True)
class VonageOptions:
    """The options of the plugin `vonage`. Webhooks without a valid signature are refused; no option changes that.

    Without a key or a secret every call is refused: so an installation runs before it has an account.
    """

    api_key: Annotated[str, option("Key of the account; webhooks of any other are refused", max_length=64)] = ""
    signature_secrets: Annotated[
        tuple[Secret, ...],
        option("Signature secrets of the account: the one in use, and the old one too during a rotation", secret=True),
    ] = ()
    application_id: Annotated[
        str, option("Voice application; webhooks of any other are refused. Empty: any of the account", pattern=UUID)
    ] = ""
    private_key: Annotated[
        str,
        option("Private key of the application (PEM), to end, move and place calls by the API", secret=True),
    ] = ""
    url: Annotated[
        str, option("Address of the API, in the application's region (`https://api-eu-3.vonage.com`: western Europe)")
    ] = "https://api.nexmo.com"
    api_secret: Annotated[
        str, option("API secret of the account (not a signature secret), to find, buy and wire numbers", secret=True)
    ] = ""
    numbers_url: Annotated[str, option("Address of the API of numbers")] = "https://rest.nexmo.com"
    applications_url: Annotated[str, option("Address of the API of applications")] = "https://api.nexmo.com"
    media_proof: Annotated[
        Literal["custom", "vonage", "none"],
        option(
            "What a media socket shows beside its one-shot token: `custom` is a header of ours, `vonage` a JWT of "
            "Vonage's own, `none` nothing"
        ),
    ] = "custom"
    say_language: Annotated[str, option("Language of the carrier's own voice (BCP 47)")] = "fr-FR"
    say_style: Annotated[int, option("Number of the carrier's own voice in that language", ge=0, le=99)] = 1
    say_premium: Annotated[bool, option("Whether the carrier's own voice is the dearer kind")] = False
    refusal: Annotated[str, option("Said to a call that cannot be taken", max_length=1000)] = REFUSAL
    apology: Annotated[
        str, option("Said by the fallback address before it hangs up (no `fallback_number`)", max_length=1000)
    ] = APOLOGY
    transfer: Annotated[
        str, option("Said by the fallback address before it calls `fallback_number`", max_length=1000)
    ] = TRANSFER
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
            "Person to connect when the fallback address is asked (E.164); empty: nobody", pattern=r"^(\+[0-9]{6,15})?$"
        ),
    ] = ""
    fallback_timeout: Annotated[float, option("Seconds that `fallback_number` may ring", ge=5, le=120)] = 25.0
    dial_limit: Annotated[int, option("Longest a connected person may talk, in seconds", ge=60, le=7200)] = 3600

    def __post_init__(self) -> None:
        """Raises ValueError for an address without encryption."""
        for url in (self.url, self.numbers_url, self.applications_url):
            checked_url(url, "https")
        for recording in (self.apology_recording, self.transfer_recording):
            checked_url(recording or self.url, "https")
