"""The panel's own process: it starts, answers, and leaves when it is told to or when its parent is gone."""

import os
import signal
import stat
import subprocess
import sys
import time

import httpx2
import pytest
from admin_house import project

from voiced.errors import Unavailable
from voiced.lab.worker import free_port
from voiced_admin.secret import session_secret

SERVE = """
import sys
from pathlib import Path
from voiced.config.reader import read_settings
from voiced.observe.log import configure
from voiced.registry import discover
from voiced_admin.serve import serve_admin
configure()
found, file = discover(), Path(sys.argv[1])
serve_admin(file, read_settings(file, {}, found), found, parent=int(sys.argv[2]) if sys.argv[2:] else None)
"""


@pytest.fixture
def started(tmp_path):
    """Start the panel of a project; nothing is left of it after the test."""
    file = project(tmp_path)
    port = free_port()
    file.write_text(file.read_text() + f"\nadmin: {{port: {port}}}\n")
    running = []

    def start(*arguments):
        command = [sys.executable, "-c", SERVE, str(file), *map(str, arguments)]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONWARNINGS": ""})
        running.append(process)
        return process, f"http://127.0.0.1:{port}"

    yield start
    for process in running:
        process.kill()
        process.communicate()


def wait_ready(process, url):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError(process.stderr.read())
        try:
            return httpx2.get(f"{url}/readyz")
        except httpx2.TransportError:
            time.sleep(0.05)
    raise AssertionError("it does not answer")


def test_it_answers_and_ends_when_told(started, tmp_path):
    process, url = started()
    assert wait_ready(process, url).status_code == 200
    page = httpx2.get(url, follow_redirects=True)
    assert "voiced user add admin --generate" in page.text
    assert "server" not in page.headers, "what serves it is nobody's business"
    assert stat.S_IMODE((tmp_path / "data" / "admin.secret").stat().st_mode) == 0o600
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=20)
    assert process.returncode == 0
    assert [word in log for word in ("listening", "stopped", "Traceback")] == [True, True, False]


def test_it_ends_when_its_parent_is_another(started):
    process, _url = started(1)
    assert process.wait(timeout=20) == 0


def test_a_port_that_is_taken_is_said(started):
    first, url = started()
    wait_ready(first, url)
    second, _url = started()
    _, log = second.communicate(timeout=20)
    assert second.returncode != 0
    assert "choose another admin.port" in log


def test_the_secret_is_made_once_and_kept_from_others(tmp_path):
    made = session_secret(tmp_path / "data")
    assert session_secret(tmp_path / "data") == made
    assert len(made) == 32
    (tmp_path / "data" / "admin.secret").chmod(0o644)
    with pytest.raises(Unavailable, match="is not safe — delete it"):
        session_secret(tmp_path / "data")


def test_a_secret_that_cannot_be_had_is_said(tmp_path):
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(Unavailable, match="cannot be had"):
        session_secret(tmp_path / "data")
