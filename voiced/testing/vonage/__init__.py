"""An emulator of the Vonage Voice API: signed webhooks, NCCO, WebSockets and the REST API, with faults on demand."""

from voiced.testing.vonage.carrier import CallReport, Vonage
from voiced.testing.vonage.checklist import CHECKLIST
from voiced.testing.vonage.faults import Faults, RestFaults
from voiced.testing.vonage.rest import Rest, open_rest
from voiced.testing.vonage.settings import (
    API_KEY,
    API_SECRET,
    APPLICATION_ID,
    SIGNATURE_SECRET,
    Application,
    Callee,
    Hooks,
    Options,
)

__all__ = [
    "API_KEY",
    "API_SECRET",
    "APPLICATION_ID",
    "CHECKLIST",
    "SIGNATURE_SECRET",
    "Application",
    "CallReport",
    "Callee",
    "Faults",
    "Hooks",
    "Options",
    "Rest",
    "RestFaults",
    "Vonage",
    "open_rest",
]
