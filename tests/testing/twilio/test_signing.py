"""Signatures: the public vectors, and the official library as judge."""

import pytest
from twilio.request_validator import RequestValidator

from voiced.testing.twilio.signing import sign, signature_headers, signed_url

TOKEN = "0123456789abcdef0123456789abcdef"

FORM = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675310",
    "Digits": "1234",
    "From": "+14158675310",
    "To": "+18005551212",
}


@pytest.mark.checklist("twilio-2")
def test_the_public_vector():
    assert sign("12345", "https://example.com/myapp.php?foo=1&bar=2", FORM) == "L/OH5YylLD5NRKLltdqwSvS0BnU="


@pytest.mark.checklist("twilio-2", "twilio-15")
@pytest.mark.parametrize(
    ("url", "signature"),
    [
        ("wss://agent.example.org/twilio/media", "Z0wpzC/i2VAhlaAT6eukKRuZYFk="),
        ("wss://agent.example.org/twilio/media/", "XJUzJsK2BM3EREAg3u9oh02CwXE="),
    ],
)
def test_vectors_without_a_form(url, signature):
    assert sign(TOKEN, url) == signature


@pytest.mark.checklist("twilio-2")
def test_empty_and_accented_fields_count():
    fields = {"ForwardedFrom": "", "CallerName": "Hélène Dûpont"}
    assert RequestValidator(TOKEN).validate(
        "https://a.example/voice", fields, sign(TOKEN, "https://a.example/voice", fields)
    )


@pytest.mark.checklist("twilio-2")
@pytest.mark.parametrize(
    ("url", "signed"),
    [
        ("https://a.example:8443/v?x=1#ct=100", "https://a.example/v?x=1"),
        ("https://user:pass@a.example/v", "https://a.example/v"),
        ("http://a.example:8080/v", "http://a.example:8080/v"),
        ("wss://a.example:443/m", "wss://a.example/m"),
    ],
)
def test_what_is_signed_of_a_url(url, signed):
    assert signed_url(url) == signed


@pytest.mark.checklist("twilio-2")
def test_the_port_may_stay():
    assert signed_url("https://a.example:8443/v#x", keep_port=True) == "https://a.example:8443/v"


@pytest.mark.checklist("twilio-15")
def test_the_upgrade_may_be_signed_with_a_slash():
    assert signed_url("wss://a.example/m", trailing_slash=True) == "wss://a.example/m/"


@pytest.mark.checklist("twilio-12")
def test_wrong_signatures_look_right_and_are_not():
    url = "https://a.example/voice"
    wrong = signature_headers("wrong", TOKEN, url, FORM)["X-Twilio-Signature"]
    assert len(wrong) == len(sign(TOKEN, url, FORM))
    assert not RequestValidator(TOKEN).validate(url, FORM, wrong)
    assert signature_headers("none", TOKEN, url, FORM) == {}
