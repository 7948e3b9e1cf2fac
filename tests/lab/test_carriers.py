"""Which carrier calls a worker by hand: the one that its own settings name."""

from types import SimpleNamespace

import pytest

from voiced.errors import BadInput
from voiced.lab.carriers import carrier_of
from voiced.testing import audiosocket, twilio, vonage

URL = "http://127.0.0.1:8080"
OPTIONS = {
    "twilio": {"account_sid": "AC" + "1" * 32, "auth_tokens": ("token",)},
    "vonage": {"application_id": "", "api_key": "key", "signature_secrets": ("secret",)},
    "audiosocket": {"key": "key"},
}
KINDS = {"twilio": twilio.Twilio, "vonage": vonage.Vonage, "audiosocket": audiosocket.Asterisk}


def settings(telco, **changes):
    options = {telco: SimpleNamespace(**{**OPTIONS.get(telco, {}), **changes})}
    return SimpleNamespace(file="voiced.yaml", providers=SimpleNamespace(telco=telco), plugins=options)


@pytest.mark.parametrize("telco", KINDS)
def test_a_worker_is_called_by_its_own_carrier(telco):
    assert isinstance(carrier_of(settings(telco), URL), KINDS[telco])


def test_the_account_is_the_workers_own():
    made = carrier_of(settings("vonage", application_id="an-application"), URL)
    assert (made.application.id, made.application.api_key) == ("an-application", "key")
    assert carrier_of(settings("twilio"), URL).account_sid == "AC" + "1" * 32


@pytest.mark.parametrize(
    ("telco", "empty", "said"),
    [
        ("twilio", {"auth_tokens": ()}, "TWILIO_AUTH_TOKEN"),
        ("vonage", {"signature_secrets": ()}, "VONAGE_SIGNATURE_SECRET"),
        ("audiosocket", {"key": ""}, "AUDIOSOCKET_KEY"),
        ("pigeon", {}, "use one of twilio, vonage, audiosocket"),
    ],
)
def test_what_is_missing_is_said(telco, empty, said):
    with pytest.raises(BadInput, match=said):
        carrier_of(settings(telco, **empty), URL)
