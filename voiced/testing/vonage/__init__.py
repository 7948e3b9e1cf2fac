"""An emulator of the Vonage Voice API: signed webhooks, NCCO, WebSockets and the REST API, with faults on demand."""

from voiced.testing.vonage.carrier import CallReport, Vonage
from voiced.testing.vonage.faults import Faults
from voiced.testing.vonage.settings import (
    API_KEY,
    APPLICATION_ID,
    SIGNATURE_SECRET,
    Application,
    Callee,
    Hooks,
    Options,
)

__all__ = [
    "API_KEY",
    "APPLICATION_ID",
    "SIGNATURE_SECRET",
    "Application",
    "CallReport",
    "Callee",
    "Faults",
    "Hooks",
    "Options",
    "Vonage",
]
