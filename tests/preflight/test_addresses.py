"""Addresses seen from here: answers, certificates, clocks."""

import datetime as dt
import http.server
import ssl
import threading
from email.utils import format_datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from voiced.plugin import Destination
from voiced.preflight.addresses import judged_certificate, judged_clock, look, look_at_providers


class Page(http.server.BaseHTTPRequestHandler):
    """Answers 404, with a date so many seconds before ours."""

    behind = 0.0

    def do_GET(self):
        self.send_response_only(404)
        when = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=self.behind)
        self.send_header("date", format_datetime(when, usegmt=True))
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def serve():
    """Start a server; return its port."""
    servers = []

    def start(page=Page, context=None):
        server = http.server.HTTPServer(("127.0.0.1", 0), page)
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        servers.append(server)
        return server.server_port

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def certificate(tmp_path):
    """A certificate for `localhost` that is good for ten more days, its own authority."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=10))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file = tmp_path / "localhost.pem"
    file.write_bytes(pem + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return file


def test_whatever_it_answers_it_is_there(serve):
    seen = look(f"http://127.0.0.1:{serve()}/x")
    assert (seen.status, seen.days) == (404, None)
    assert abs(seen.ahead) < 5


def test_nobody_is_there():
    with pytest.raises(OSError, match="refused"):
        look("wss://127.0.0.1:9")


def test_a_certificate_that_is_trusted_has_its_days_counted(serve, certificate, monkeypatch):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    port = serve(context=context)
    with pytest.raises(ssl.SSLCertVerificationError):
        look(f"https://localhost:{port}")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert look(f"https://localhost:{port}").days == pytest.approx(10, abs=0.1)


@pytest.mark.parametrize(("days", "level"), [(21.5, "ok"), (20.0, "warning"), (0.5, "warning")])
def test_a_certificate_that_ends_soon(days, level):
    assert judged_certificate("https://voix.fr", days).level == level


@pytest.mark.parametrize(
    ("ahead", "level"), [(0.0, "ok"), (-4.0, "ok"), (30.0, "warning"), (-30.0, "warning"), (400.0, "error")]
)
def test_a_clock_that_is_wrong(ahead, level):
    assert judged_clock(ahead).level == level


def test_the_clock_is_compared_with_the_providers(serve):
    class Late(Page):
        behind = 120.0

    going = {"one": Destination("eu", url=f"http://127.0.0.1:{serve(Late)}")}
    found = list(look_at_providers(going))
    assert [(each.subject, each.level) for each in found] == [("network", "ok"), ("clock", "error")]
    assert "120 s ahead of others'" in found[1].message or "119 s" in found[1].message or "121 s" in found[1].message


def test_one_right_clock_is_enough(serve):
    class Late(Page):
        behind = 120.0

    pages = {
        name: Destination("eu", url=f"http://127.0.0.1:{serve(page)}") for name, page in (("a", Late), ("b", Page))
    }
    assert list(look_at_providers(pages))[-1].message == "this clock agrees with others'"


def test_a_host_that_cannot_be_reached_is_named_with_what_to_look_at():
    (finding,) = look_at_providers({"mistral": Destination("eu", url="https://127.0.0.1:9")})
    assert finding.level == "error"
    assert finding.message.startswith("mistral: 127.0.0.1 cannot be reached (")
    assert "DNS, firewall" in finding.fix
