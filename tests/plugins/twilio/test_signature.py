"""X-Twilio-Signature: vectors made by Twilio's own package and from its documentation, and that package as a peer."""

from __future__ import annotations

import hashlib
from urllib.parse import urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from voiced.plugin import WebRequest
from voiced_twilio.signature import Signatures, sign, signed_fields

TOKEN = "0123456789abcdef0123456789abcdef"
HOST = "https://agent.example.org"
CALL = "CA00000000000000000000000000000001"
FORM = {"content-type": "application/x-www-form-urlencoded"}

RINGING = {
    "CallSid": CALL,
    "AccountSid": "AC00000000000000000000000000000001",
    "From": "+33612345678",
    "To": "+33912345678",
    "CallStatus": "ringing",
    "ApiVersion": "2010-04-01",
    "Direction": "inbound",
    "ForwardedFrom": "",
    "CallerName": "Hélène Dûpont",
}
STATUS = {
    "CallSid": CALL,
    "CallStatus": "completed",
    "CallDuration": "37",
    "SequenceNumber": "3",
    "Timestamp": "Mon, 23 Nov 2026 09:00:00 +0000",
}
KEYED = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675310",
    "Digits": "1234",
    "From": "+14158675310",
    "To": "+18005551212",
}
KEYED_TOO = {**KEYED, "Caller": "+12349013030", "From": "+12349013030"}


def form(url: str, fields: object, signature: str, **headers: str) -> WebRequest:
    body = urlencode(fields, doseq=True).encode()
    return request("POST", url, signature, body, **FORM, **headers)


def request(method: str, url: str, signature: str, body: bytes = b"", **headers: str) -> WebRequest:
    parts = urlsplit(url)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return WebRequest(method, url, parts.path, parts.query, {"x-twilio-signature": signature, **named}, body)


VECTORS = [
    pytest.param(TOKEN, form(f"{HOST}/twilio/voice", RINGING, "9cnGyQicAvDYWmbEofOX5lTD4Vk="), id="T1 form"),
    pytest.param(
        TOKEN,
        request(
            "GET",
            f"{HOST}/twilio/voice?CallSid={CALL}&From=%2B33612345678&To=%2B33912345678&CallStatus=ringing",
            "QpNEDKWdHEvM5xzqCc8DYoAhqF4=",
        ),
        id="T2 get",
    ),
    pytest.param(
        TOKEN, form("https://agent.example.org:8443/twilio/status?tenant=42", STATUS, "8uqVfkoXtXwznP2S5seahKtlhpM="),
        id="T4 port and query",
    ),
    pytest.param(
        TOKEN, request("GET", "wss://agent.example.org/twilio/media", "Z0wpzC/i2VAhlaAT6eukKRuZYFk="), id="T5 socket"
    ),
    pytest.param(
        TOKEN, request("GET", "wss://agent.example.org/twilio/media/", "XJUzJsK2BM3EREAg3u9oh02CwXE="), id="T5b slash"
    ),
    pytest.param(TOKEN, request("GET", f"{HOST}/twilio/media", "GUKnEzLgg05wK9CagnTMznRGqWM="), id="T5c https"),
    pytest.param(
        TOKEN, form(f"{HOST}/d", {"A": ["2", "1", "2"], "B": "x"}, "QlEsDdR7mreeEhDjoVgXV12whJY="), id="T7 repeated"
    ),
    pytest.param("12345", form("https://example.com/myapp.php?foo=1&bar=2", KEYED, "L/OH5YylLD5NRKLltdqwSvS0BnU="),
                 id="T8 documented"),
    pytest.param(
        "12345", form("https://mycompany.com/myapp.php?foo=1&bar=2", KEYED_TOO, "0/KCTR6DLpKmkAf8muzZqo1nDgQ="),
        id="T9 documented",
    ),
]  # fmt: skip

JSON_BODY = '{"CallSid":"CA00000000000000000000000000000001","event":"été"}'.encode()
JSON_URL = f"{HOST}/twilio/json?x=1&bodySHA256=859416723f49ecd337ef7fa9b57f078070aa86dc23512d83325f874ead916cee"
JSON_SIGNATURE = "iTWLCItrfpHCBFNI8MoT1HYUw9I="


@pytest.mark.parametrize(("token", "made"), VECTORS)
def test_vectors(token: str, made: WebRequest):
    assert Signatures([token]).admit(made)
    assert Signatures(["another", token, "a-third"]).admit(made)


@pytest.mark.parametrize(("token", "made"), VECTORS)
def test_vectors_under_another_token(token: str, made: WebRequest):
    assert not Signatures([token + "0"]).admit(made)


def test_json_is_bound_by_its_hash():
    """T3, and the same with one byte more."""
    check = Signatures([TOKEN])
    header = {"content_type": "application/json"}
    assert check.admit(request("POST", JSON_URL, JSON_SIGNATURE, JSON_BODY, **header))
    assert not check.admit(request("POST", JSON_URL, JSON_SIGNATURE, JSON_BODY + b" ", **header))
    assert not check.admit(request("POST", JSON_URL, JSON_SIGNATURE, JSON_BODY, **FORM))


def test_a_body_that_nothing_binds_is_refused():
    url = f"{HOST}/voice/inbound"
    signature = sign(TOKEN.encode(), url)
    check = Signatures([TOKEN])
    assert check.admit(request("POST", url, signature))
    assert not check.admit(request("POST", url, signature, b"CallSid=CA1"))
    assert not check.admit(request("POST", url, signature, b"{}", content_type="application/json"))
    assert not check.admit(request("GET", url, signature, b"CallSid=CA1", **FORM))


def test_sha256_of_a_shared_key():
    """T6: the header names the algorithm, the shared key signs; the auth token is no shared key."""
    settings = {"x_twilio_webhooks_signature_settings": "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"}
    made = form(
        f"{HOST}/twilio/voice",
        {"CallSid": CALL, "Digits": "1#"},
        "Ed7QjFvlu9QUg75tuBiYPsbpXRUqNibEgH2jpWwXZr4=",
        **settings,
    )
    assert Signatures(["token"], [TOKEN]).admit(made)
    assert not Signatures([TOKEN]).admit(made)
    odd = form(f"{HOST}/x", {}, "", x_twilio_webhooks_signature_settings="key=k,algorithm=NONE")
    assert not Signatures([TOKEN], [TOKEN]).admit(odd)


@pytest.mark.parametrize(
    ("signed", "seen", "valid"),
    [
        ("https://a.example/x", "https://a.example:443/x", True),
        ("https://a.example/x", "https://a.example:8443/x", True),
        ("https://a.example:443/x", "https://a.example/x", True),
        ("https://a.example:8443/x", "https://a.example/x", False),
        ("https://a.example/x", "http://a.example/x", False),
        ("https://a.example/x", "https://a.example/x/", False),
        ("https://a.example/x", "https://user:word@a.example/x", True),
        ("https://a.example/x", "https://a.example/x#rt=4000", True),
        ("https://a.example/x", "https://a.example/x?y=1", False),
        ("https://[2001:db8::1]/x", "https://[2001:db8::1]:443/x", True),
        ("wss://a.example:443/m/t", "wss://a.example/m/t", True),
        ("wss://a.example/m/t/", "wss://a.example/m/t", True),
        ("wss://a.example/m/t", "wss://a.example:443/m/t/", True),
        ("wss://a.example/m/t", "https://a.example/m/t", False),
        ("wss://a.example/m/t", "wss://a.example/m/u", False),
    ],
)
def test_spellings_of_the_address(signed: str, seen: str, *, valid: bool):
    assert Signatures([TOKEN]).admit(request("GET", seen, sign(TOKEN.encode(), signed))) is valid


@pytest.mark.parametrize("signature", ["", "=", "9cnGyQicAvDYWmbEofOX5lTD4Vk", "é" * 28])
def test_no_signature_or_a_broken_one(signature: str):
    assert not Signatures([TOKEN]).admit(form(f"{HOST}/twilio/voice", RINGING, signature))


@pytest.mark.parametrize(("tokens", "keys"), [([""], []), (["a", ""], []), (["a"], [""]), ([], [""])])
def test_an_empty_secret_admits_nobody(tokens: list[str], keys: list[str]):
    with pytest.raises(ValueError, match="empty"):
        Signatures(tokens, keys)


def test_without_a_secret_nobody_is_admitted():
    signature = sign(b"", f"{HOST}/x" + signed_fields(RINGING.items()))
    assert not Signatures([]).admit(form(f"{HOST}/x", RINGING, signature))
    assert not Signatures([]).admit(form(f"{HOST}/x", RINGING, ""))


def test_a_form_of_thousands_of_fields_is_refused():
    fields = [(f"n{number}", "x") for number in range(2000)]
    signature = sign(TOKEN.encode(), f"{HOST}/x" + signed_fields(fields))
    assert not Signatures([TOKEN]).admit(form(f"{HOST}/x", fields, signature))


class Fields(dict[str, list[str]]):
    """Fields as the peer wants them: all values of a name."""

    def getall(self, name: str) -> list[str]:
        return self[name]


texts = st.text(max_size=8)
forms = st.dictionaries(texts, st.lists(texts, min_size=1, max_size=3), max_size=6)
urls = st.builds(
    "{}://a.example{}{}{}".format,
    st.sampled_from(["https", "http"]),
    st.sampled_from(["", ":80", ":443", ":8443"]),
    st.sampled_from(["", "/", "/voice", "/voice/"]),
    st.sampled_from(["", "?a=1&b=%20", "?bodySHA256=0"]),
)


@given(fields=forms, signed=urls, seen=urls, algorithm=st.sampled_from(["HMAC_SHA1", "HMAC_SHA256"]))
def test_the_vendor_and_we_agree_on_forms(fields: dict[str, list[str]], signed: str, seen: str, algorithm: str):
    peer = RequestValidator(TOKEN)
    signature = peer.compute_signature(signed, Fields(fields), algorithm)
    made = form(seen, fields, signature, x_twilio_webhooks_signature_settings=f"key=k,algorithm={algorithm}")
    verdict = peer.validate(seen, Fields(fields), signature, algorithm)
    assert Signatures([TOKEN], [TOKEN]).admit(made) is verdict
    if signed == seen:
        assert verdict


@given(body=st.text(min_size=1), tampered=st.text(), url=urls)
def test_the_vendor_and_we_agree_on_other_bodies(body: str, tampered: str, url: str):
    peer = RequestValidator(TOKEN)
    url = f"{url.partition('?')[0]}?bodySHA256={hashlib.sha256(body.encode()).hexdigest()}"
    signature = peer.compute_signature(url, {})
    for sent in (body, tampered):
        made = request("POST", url, signature, sent.encode(), content_type="application/json")
        assert Signatures([TOKEN]).admit(made) is peer.validate(url, sent, signature)
