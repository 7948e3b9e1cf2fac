"""An emulator of Twilio Voice: webhooks, TwiML, media streams and the REST API, with faults on demand."""

from voiced.testing.caller.phone import Behaviour, Phone
from voiced.testing.twilio.carrier import ACCOUNT_SID, AUTH_TOKEN, CallReport, Twilio
from voiced.testing.twilio.faults import Faults
from voiced.testing.twilio.rest import RestDouble, RestFaults, open_rest
from voiced.testing.twilio.settings import Callee, Hooks, Options

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
