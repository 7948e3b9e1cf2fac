"""`voiced dev`: what it refuses, and what it makes. A whole call with it is in `tests/lab/dev`."""

import signal
import socket
import stat
import subprocess
import sys

import pytest
import yaml

from voiced.lab.dev.house import kept_key
from voiced.lab.dev.project import SETTINGS, project, told
from voiced.lab.dev.vendors import Opened
from voiced.lab.dev.wishes import VENDORS

FILES = {
    SETTINGS: b"# who\nproviders:\n  telco: twilio\n  vad: webrtc\n\nplugins:\n  local: {} # ears\n\nflows: flows\n"
}
OPENED = {vendor: Opened(f"http://{vendor}", {"url": vendor}, {f"{vendor.upper()}_KEY": "k"}) for vendor in VENDORS}


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--fault", "gladia=often"), "gladia has no fault 'often'"),
        (("--profile", "quick"), "there is no profile 'quick'"),
        (("nowhere",), "nowhere/voiced.yaml: there is no such file"),
        (("here", "--write", "there"), "give a DIR that is there, or --write one that is not"),
    ],
)
def test_what_is_asked_wrongly_is_said_at_once(voiced, options, said):
    refused = voiced("dev", "--no-models", *options)
    assert refused.code == 2
    assert said in refused.err


def test_files_that_are_there_are_never_written_over(voiced, tmp_path):
    (tmp_path / SETTINGS).write_text("mine", "utf-8")
    refused = voiced("dev", "--no-models", "--write", str(tmp_path))
    assert refused.code == 2
    assert f"{tmp_path}: has voiced.yaml already — give another folder, or --force to write over them" in refused.err
    assert (tmp_path / SETTINGS).read_text("utf-8") == "mine"


def test_a_port_that_is_taken_is_named_with_the_vendor_and_the_way_out(voiced):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = voiced("dev", "--no-models", "--base-port", str(port))
    assert refused.code == 2
    assert f"127.0.0.1:{port}: cannot be opened for twilio: address already in use — stop what listens" in refused.err
    assert "--base-port" in refused.err


def test_it_prints_what_to_paste_until_it_is_told_to_stop():
    command = [sys.executable, "-m", "voiced", "dev", "--no-models", "--base-port", "0", "--line", "Oui."]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        printed = "".join(iter(process.stdout.readline, "Ctrl-C ends it. What comes in:\n"))
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    assert "ears   whatever is said is taken for the next of some lines: lines were given" in printed
    settings, _, variables = printed.partition("# voiced.yaml\n")[2].partition("\n# .env\n")
    plugins = yaml.safe_load(settings)["plugins"]
    assert plugins.keys() == {*VENDORS, "audiosocket"}
    named = {line.partition("=")[0] for line in variables.splitlines() if "=" in line}
    assert {text.strip("${}") for text in _texts(plugins) if text.startswith("${")} <= named


def _texts(value):
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize(("choice", "first"), [("cloud", "gladia"), ("europe", "speechmatics")])
def test_a_project_keeps_what_it_had_and_uses_the_vendors(choice, first):
    made = project(FILES, told(OPENED, choice))
    settings = yaml.safe_load(made[SETTINGS])
    assert settings["providers"]["stt"] == first
    assert (settings["providers"]["vad"], settings["flows"]) == ("webrtc", "flows")
    assert first not in settings["fallback"]["stt"]
    assert settings["plugins"].keys() == {"local", "audiosocket", *VENDORS}
    assert b"GLADIA_KEY=k\n" in made[".env"]


def test_the_key_of_the_vonage_application_is_kept_for_its_owner_only(tmp_path):
    file = tmp_path / "dev" / "key.pem"
    key = kept_key(file)
    assert key.startswith("-----BEGIN PRIVATE KEY-----")
    assert kept_key(file) == key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
