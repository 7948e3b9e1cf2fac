"""Signed webhooks: vectors that Vonage's own library made and accepts, and everything that must be refused."""

import json
from base64 import urlsafe_b64encode

import jwt
import pytest
from msgspec.structs import replace
from vonage_jwt import verify_signature

from voiced.plugin import WebRequest
from voiced_vonage.signature import LIFE, SKEW, Signatures

API_KEY, SECRET = "a1b2c3d4", "0123456789abcdef0123456789abcdef0123456789abcdef"
APPLICATION = "aaaaaaaa-bbbb-cccc-dddd-0123456789ab"
HEAD = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
CALL = '"uuid":"aaaaaaaa-bbbb-cccc-dddd-0123456789ab","conversation_uuid":"CON-aaaaaaaa-bbbb-cccc-dddd-0123456789ab"'
RINGS = '{"from":"33612345678","to":"33912345678",' + CALL + "}"
ANSWERED = RINGS[:-1] + ',"status":"answered","direction":"inbound","timestamp":"2026-11-23T09:30:00.000Z"}'
QUERY = (
    "to=33912345678&from=33612345678&conversation_uuid=CON-aaaaaaaa-bbbb-cccc-dddd-0123456789ab"
    "&uuid=aaaaaaaa-bbbb-cccc-dddd-0123456789ab"
)
VECTORS = {
    "V1": ("POST", RINGS, 1767261600, "UsickBAQk9eiRO13Me_ZJCgZpw9gOqfjHO3zd2g8VwQ"),
    "V2": ("POST", ANSWERED, 1767261601, "BEWKftpFtw77yPvtx-0gW6BK57BCKYyDYDsA0A3IcZg"),
    "V3": ("GET", "", 1767261602, "1jhs-rhoY4AO79QcmoWxEhDdEjWyBYoqTAxpSpTaGJs"),
    "V4": ("GET", QUERY, 1767261603, "JH6-JtUqqsHrJZFngCRSczgAsfu4siCIdloARHJxfTY"),
}
HASHES = {
    "V1": "4853d806c735300435e3f85f694d745f301ba5d28176f4f8a6b3f7790e0e5cc8",
    "V2": "704e5992ff7d436d5629d638450a78b48e74fa934fc6914b1787b9f786850d0c",
    "V4": "4e2159bcf1ccb04b3c8d6a1d46f573413ae6c999e144cbd41d435795e1aebe50",
}


def jti(name):
    digit = name[1]
    return f"{digit * 8}-{digit * 4}-4{digit * 3}-8{digit * 3}-{digit * 12}"


def claims_of(name):
    claims = {"iat": VECTORS[name][2], "jti": jti(name), "iss": "Vonage", "api_key": API_KEY}
    hashed = {"payload_hash": HASHES[name]} if name in HASHES else {}
    return encoded(json.dumps({**claims, "application_id": APPLICATION, **hashed}, separators=(",", ":")))


def encoded(text):
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def vector(name):
    method, said, issued, signature = VECTORS[name]
    query, body = (said, b"") if method == "GET" else ("", said.encode())
    headers = {"authorization": f"Bearer {HEAD}{claims_of(name)}.{signature}"}
    return WebRequest(
        method, f"https://a.example/voice/inbound?{query}", "/voice/inbound", query, headers, body
    ), issued


def judge(request, now, *, secrets=(SECRET,), key=API_KEY, application=""):
    return Signatures(key, secrets, application).judge(request, now)


def signed(body=b"", *, secret=SECRET, algorithm="HS256", method="GET", **claims):
    basic = {"iat": 1000, "jti": "j1", "iss": "Vonage", "api_key": API_KEY}
    kept = {name: value for name, value in {**basic, **claims}.items() if value is not None}
    token = jwt.encode(kept, secret, algorithm=algorithm)
    return WebRequest(method, "https://a.example/", "/", "", {"authorization": f"Bearer {token}"}, body)


@pytest.mark.parametrize("name", VECTORS)
def test_the_vectors_are_genuine_to_us_and_to_vonages_library(name):
    request, issued = vector(name)
    verdict = judge(request, issued)
    assert verdict.genuine
    assert verdict.jti == jti(name)
    assert verify_signature(request.headers["authorization"].removeprefix("Bearer "), SECRET)


@pytest.mark.parametrize("name", VECTORS)
def test_each_of_them_is_refused_with_another_secret_or_account(name):
    request, issued = vector(name)
    assert judge(request, issued, secrets=("another",)).why == "signature"
    assert judge(request, issued, key="b1b2c3d4").why == "account"
    assert judge(request, issued, key="").why == "account"
    assert judge(request, issued, secrets=()).why == "signature"


def test_what_was_changed_on_the_way_is_refused():
    request, issued = vector("V1")
    assert judge(replace(request, body=request.body.replace(b"33612345678", b"33612345679")), issued).why == "payload"
    asked, then = vector("V4")
    assert judge(replace(asked, query=asked.query.replace("33612345678", "33612345679")), then).why == "payload"
    assert judge(replace(asked, query=""), then).why == "payload"


def test_the_hash_may_be_of_the_same_json_without_spaces():
    request, issued = vector("V1")
    spaced = json.dumps(json.loads(request.body), indent=2).encode()
    assert judge(replace(request, body=spaced), issued).genuine


def test_a_body_without_a_hash_is_refused_and_a_query_is_not():
    assert judge(signed(b'{"uuid":"x"}', method="POST"), 1000).why == "payload"
    assert judge(signed(b"x"), 1000).why == "payload"
    assert judge(signed(), 1000).genuine


@pytest.mark.parametrize(
    ("issued", "why"), [(1000 + SKEW, ""), (1000 + SKEW + 1, "age"), (1000 - LIFE, ""), (1000 - LIFE - 1, "age")]
)
def test_a_request_is_good_for_five_minutes(issued, why):
    assert judge(signed(iat=issued), 1000).why == why


@pytest.mark.parametrize("claims", [{"iat": "1"}, {"iat": True}, {"iat": None}, {"jti": None}, {"jti": ""}, {"jti": 5}])
def test_claims_that_are_missing_or_strange(claims):
    assert judge(signed(**claims), 1000).why == "claims"


def test_other_algorithms_are_refused():
    head = encoded('{"alg":"none","typ":"JWT"}')
    none = replace(vector("V3")[0], headers={"authorization": f"Bearer {head}.{claims_of('V3')}."})
    assert judge(none, 1767261602).why == "algorithm"
    assert judge(signed(algorithm="HS512", secret=SECRET * 2), 1000).why == "algorithm"


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("", "no token"), ("Bearer", "no token"), ("Basic abc", "no token"), ("Bearer abc", "malformed"),
        ("Bearer a.b.c", "malformed"), ("Bearer ....", "malformed"), ("Bearer é.é.é", "malformed"),
        (f"Bearer {HEAD}bm9uZQ.x", "malformed"), (f"Bearer {HEAD}{'A' * 9000}.x", "malformed"),
        (f"Bearer {HEAD}{'W1tb' * 2000}.x", "malformed"),
    ],
)  # fmt: skip
def test_what_is_no_token(header, why):
    request = replace(signed(), headers={"authorization": header})
    assert judge(request, 1000).why == why


def test_a_rotation_and_an_application():
    assert judge(signed(), 1000, secrets=("new", SECRET)).genuine
    assert judge(signed(application_id=APPLICATION), 1000, application=APPLICATION).genuine
    assert judge(signed(), 1000, application=APPLICATION).genuine
    assert judge(signed(application_id="another"), 1000, application=APPLICATION).why == "application"


def test_the_proof_of_a_media_socket():
    now, before = Signatures(API_KEY, ("new", "old")), Signatures(API_KEY, ("old",))
    assert now.is_proven("token", now.prove("token"))
    assert now.is_proven("token", before.prove("token"))
    assert not now.is_proven("token", now.prove("another"))
    assert not now.is_proven("token", "")
    assert Signatures(API_KEY, ()).prove("token") == ""
    assert not Signatures(API_KEY, ()).is_proven("token", "")


def test_an_empty_secret_is_no_secret():
    with pytest.raises(ValueError, match="empty"):
        Signatures(API_KEY, ("", SECRET))
