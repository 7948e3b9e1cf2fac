"""`voiced check` on projects that are sound, and on machines that are not."""

import http.server
import json
import os
import socket
import subprocess
import sys
import threading

import pytest

from voiced.store import db


@pytest.fixture
def findings(voiced):
    """Findings of `voiced check` about `subject`, as (level, message, fix); models are the machine's affair."""

    def go(subject, **env):
        report = json.loads(voiced("check", "--json", "--offline", **env).out)
        return [(each["level"], each["message"], each["fix"]) for each in report["findings"]
                if each["subject"] == subject]  # fmt: skip

    return go


def port_of(project):
    line = next(line for line in (project / "voiced.yaml").read_text().splitlines() if "port:" in line)
    return int(line.split()[-1])


def test_a_fresh_project_is_sound_and_says_what_it_waits_for(project, findings):
    for subject in ("settings", "plugins", "flows", "consent", "privacy", "port", "database"):
        assert [finding for finding in findings(subject) if finding[0] == "error"] == []
    warned = [message for level, message, _ in findings("settings") if level == "warning"]
    assert warned == [
        "PUBLIC_URL is not set: no carrier can call",
        "TWILIO_ACCOUNT_SID is not set: calls will be refused",
        "TWILIO_AUTH_TOKEN is not set: calls will be refused",
    ]


def test_with_an_account_nothing_is_left_to_warn_of(project, findings):
    account = {"TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "token", "PUBLIC_URL": "https://voix.fr"}
    assert [level for level, _, _ in findings("settings", **account)] == ["ok"]


def test_the_report_for_eyes_ends_with_the_verdict(project, voiced, change):
    change("stt: local", "stt: locla")
    printed = voiced("check")
    assert printed.code == 2
    assert "error    settings  voiced.yaml:" in printed.out
    assert "                   -> did you mean 'local'?" in printed.out
    assert printed.out.endswith("Not ready: mend the errors above.\n")


def test_consent_is_asked_with_these_words(project, findings):
    (finding,) = findings("consent")
    assert finding[0] == "ok"
    assert "Acceptez-vous" in finding[1]
    assert "{" not in finding[1]


def test_a_flow_without_consent_is_worth_a_warning_and_an_error_where_calls_are_recorded(project, findings, change):
    change("flow: accueil", "flow: echo")
    assert findings("consent")[0][0] == "warning"
    (level, message, fix) = findings("consent", RECORDING_ENABLED="true")[0]
    assert (level, message) == ("error", "calls are recorded, and the flow echo asks nobody for consent")
    assert "add a consent step" in fix


def test_privacy_settings_that_nobody_chose_are_pointed_out(project, findings, change):
    change("data_ttl_days", "# data_ttl_days")
    assert ("warning", "data_ttl_days is 90 because nobody chose") in [finding[:2] for finding in findings("privacy")]
    assert ("ok", "data_ttl_days is 30") in [finding[:2] for finding in findings("privacy", DATA_TTL_DAYS="30")]


def test_a_port_that_something_else_holds(project, findings):
    with socket.create_server(("127.0.0.1", port_of(project))) as other:
        other.settimeout(0)
        threading.Thread(target=_refuse, args=(other,), daemon=True).start()
        (level, message, fix) = findings("port")[0]
    assert (level, "Address already in use" in message) == ("error", True)
    assert "change server.port" in fix


def _refuse(server):
    """Close the first connection without a word."""
    server.settimeout(5)
    connection, _ = server.accept()
    connection.close()


class _Healthy(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/healthz" else 404)
        self.end_headers()

    def log_message(self, *args):
        """Say nothing."""


def test_a_port_that_voiced_itself_holds_is_fine(project, findings):
    with http.server.HTTPServer(("127.0.0.1", port_of(project)), _Healthy) as server:
        running = threading.Thread(target=server.handle_request)
        running.start()
        (level, message, _) = findings("port")[0]
        running.join()
    assert level == "ok"
    assert message.startswith("voiced is running on ")


def test_an_address_that_is_not_ours(project, findings, change):
    change("host: 127.0.0.1", "host: 192.0.2.1")
    (level, message, fix) = findings("port")[0]
    assert (level, fix) == ("error", "change server.host and server.port")
    assert "192.0.2.1" in message


def test_a_database_that_is_none(project, findings):
    (project / "data").mkdir()
    (project / "data" / "voiced.db").write_text("these are my notes, and no database at all" * 30)
    (level, message, fix) = findings("database")[0]
    assert (level, "file is not a database" in message) == ("error", True)
    assert "restore it from a backup" in fix


def test_a_database_that_is_one_is_left_as_it_is(project, findings, voiced):
    (project / "data").mkdir()
    db.close(db.open(f"sqlite:///{project}/data/voiced.db"))
    before = sorted(project.joinpath("data").iterdir())
    assert findings("database")[0][0] == "ok"
    assert sorted(project.joinpath("data").iterdir()) == before


def test_a_check_makes_nothing(project, findings):
    assert "will be made" in findings("database")[0][1]
    assert not (project / "data").exists()


def test_a_database_server_that_cannot_be_reached(project, findings, change):
    change("sqlite:///data/voiced.db", "postgresql://nobody@127.0.0.1:9/voiced")
    assert findings("database")[0][0] == "error"


def test_weights_that_are_missing_are_an_error_only_where_nothing_stands_in(project, findings, change, tmp_path):
    nowhere = {"VOICED_MODELS": str(tmp_path / "none")}
    assert [level for level, _, _ in findings("models", **nowhere)] == ["error", "warning"]
    _, message, fix = findings("models", **nowhere)[1]
    assert message.endswith(": pico speaks")
    assert fix.startswith("fetch them: ")
    change("local: {}", "local: {fallback: none}")
    assert [level for level, _, _ in findings("models", **nowhere)] == ["error", "error"]
    change("fallback: none", "voice: pico")
    assert [level for level, _, _ in findings("models", **nowhere)] == ["error"]
    change("vad: webrtc", "vad: silero")
    assert [level for level, _, _ in findings("models", **nowhere)] == ["error", "error"]


def test_weights_of_the_right_size_are_read_and_an_error_if_broken(project, findings, change, spoilt_weights):
    spoilt = {"VOICED_MODELS": str(spoilt_weights)}
    heard, spoken = findings("models", **spoilt)
    assert (heard[0], spoken[0]) == ("error", "error")
    assert heard[1].endswith("model.bin is broken: it is not the file that was published")
    assert heard[2] == "fetch it again: python -m voiced_local.weights whisper"
    change("plugins:", "fallback: {stt: [gladia]}\nplugins:")
    change("  local: {}", "  local: {}\n  gladia: {api_key: '${KEY}'}")
    stood_in = findings("models", **spoilt, KEY="key")[0]
    assert (stood_in[0], stood_in[1].split(": ")[-1]) == ("warning", "gladia stands in")


def test_traces_are_sent_where_a_collector_is_configured(project, findings):
    assert findings("traces") == []
    collector = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}
    assert findings("traces", **collector) == [("ok", "sent to http://127.0.0.1:4318/v1/traces", "")]
    (finding,) = findings("traces", OTEL_EXPORTER_OTLP_ENDPOINT="127.0.0.1:4318")
    assert finding[0] == "error"


def test_traces_without_their_packages_are_an_error(project):
    without = (
        "import sys; sys.modules['opentelemetry'] = None; from voiced.cli.main import run; sys.exit(run(['check']))"
    )
    env = {**os.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}
    checked = subprocess.run([sys.executable, "-c", without], env=env, capture_output=True, text=True, check=False)
    assert checked.returncode == 2
    assert "OpenTelemetry is not installed" in checked.stdout
    assert "pip install 'voiced[otel]'" in checked.stdout
