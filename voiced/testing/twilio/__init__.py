"""An emulator of Twilio Voice: webhooks, TwiML, media streams and the REST API, with faults on demand."""

from voiced.testing.twilio.carrier import ACCOUNT_SID, AUTH_TOKEN, CallReport, Twilio
from voiced.testing.twilio.faults import Faults
from voiced.testing.twilio.phone import Phone
from voiced.testing.twilio.rest import RestDouble, RestFaults, open_rest
from voiced.testing.twilio.settings import Behaviour, Callee, Hooks, Options

__all__ = [
    "ACCOUNT_SID",
    "AUTH_TOKEN",
    "Behaviour",
    "CallReport",
    "Callee",
    "Faults",
    "Hooks",
    "Options",
    "Phone",
    "RestDouble",
    "RestFaults",
    "Twilio",
    "open_rest",
]
