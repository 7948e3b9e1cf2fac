"""What Vonage would send to us."""

import hashlib
import json
from dataclasses import dataclass, field
from urllib.parse import urlencode

import jwt

from voiced.plugin import WebRequest
from voiced.testing.fakes.host import Notes

API_KEY, SECRET = "a1b2c3d4", "0123456789abcdef0123456789abcdef0123456789abcdef"
APPLICATION = "aaaaaaaa-bbbb-cccc-dddd-0123456789ab"
CALL = "aaaaaaaa-bbbb-cccc-dddd-000000000001"
PUBLIC = "https://agent.example.org"
NOW = 1_767_261_600.0


@dataclass
class PlainHost:
    """A host for a plugin that logs and looks at the clock."""

    log: Notes = field(default_factory=Notes)

    def now(self):
        return NOW


@dataclass
class Sender:
    """Vonage's side: signs by its own library, each request with a `jti` of its own."""

    count: int = 0

    def token(self, secret=SECRET, algorithm="HS256", **claims):
        self.count += 1
        basic = {"iat": int(NOW), "jti": f"j{self.count}", "iss": "Vonage", "api_key": API_KEY}
        return jwt.encode({**basic, "application_id": APPLICATION, **claims}, secret, algorithm=algorithm)

    def post(self, path, fields, *, secret=SECRET, **claims):
        body = json.dumps(fields).encode()
        claims = {"payload_hash": hashlib.sha256(body).hexdigest(), **claims}
        headers = {"authorization": f"Bearer {self.token(secret, **claims)}", "content-type": "application/json"}
        return WebRequest("POST", PUBLIC + path, path, "", headers, body)

    def get(self, path, fields, **claims):
        query = urlencode(fields)
        headers = {"authorization": f"Bearer {self.token(**claims)}"}
        return WebRequest("GET", f"{PUBLIC}{path}?{query}", path, query, headers)


def of_call(**more):
    """What an answer webhook says."""
    return {"from": "33600000001", "to": "33900000001", "uuid": CALL, "conversation_uuid": "CON-1", **more}


def of_socket(status, **more):
    """What an event of the WebSocket's leg says."""
    echoed = {"call": CALL, "call_id": "call-1", "caller": "+33600000001", "called": "+33900000001"}
    uri = "wss://agent.example.org/voice/vonage/media/t.1"
    return {"from": "33900000001", "to": uri, "uuid": "ws-leg", "status": status, "headers": echoed, **more}
