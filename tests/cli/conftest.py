"""The command line, run in this process: its exit code and what it printed."""

import os
import threading
from contextlib import contextmanager
from types import SimpleNamespace
from typing import NamedTuple

import pytest
import trio

from voiced.cli.main import run
from voiced.config.flags import FLAGS
from voiced.testing.twilio import Twilio, open_rest
from voiced.testing.vonage import API_KEY, API_SECRET, APPLICATION_ID, SIGNATURE_SECRET, Hooks, Vonage
from voiced.testing.vonage import open_rest as open_vonage

VONAGE = """\
  vonage:
    api_key: ${{VONAGE_API_KEY:-}}
    api_secret: ${{VONAGE_API_SECRET:-}}
    signature_secrets: ["${{VONAGE_SIGNATURE_SECRET}}"]
    application_id: ${{VONAGE_APPLICATION_ID:-}}
    numbers_url: {url}
    applications_url: {url}
"""


class Printed(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def voiced(capsys, monkeypatch):
    """Run `voiced ...`; no flag of the machine that runs the tests decides anything."""
    for name in (*FLAGS, "VOICED_CONFIG", "PUBLIC_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")

    def go(*arguments, **env):
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        code = run([str(argument) for argument in arguments])
        for name in env:
            monkeypatch.delenv(name)
        captured = capsys.readouterr()
        return Printed(code, captured.out, captured.err)

    return go


@pytest.fixture
def project(voiced, tmp_path, monkeypatch):
    """A fresh project, which is the current folder, with a port that is free."""
    assert voiced("init", tmp_path / "accueil").code == 0
    monkeypatch.chdir(tmp_path / "accueil")
    text = (tmp_path / "accueil" / "voiced.yaml").read_text(encoding="utf-8")
    port = 20_000 + os.getpid() % 10_000
    (tmp_path / "accueil" / "voiced.yaml").write_text(text.replace("port: 8080", f"port: {port}"), encoding="utf-8")
    return tmp_path / "accueil"


@pytest.fixture
def change(project):
    """Change one thing in the project's voiced.yaml."""

    def edit(old, new):
        text = (project / "voiced.yaml").read_text(encoding="utf-8")
        assert old in text
        (project / "voiced.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


@contextmanager
def served(opened):
    """An emulated account, served by a thread; `opened()` is its async context."""
    ready, here = threading.Event(), SimpleNamespace()

    async def serve():
        async with opened() as double:
            here.double, here.stop, here.token = double, trio.Event(), trio.lowlevel.current_trio_token()
            ready.set()
            await here.stop.wait()

    thread = threading.Thread(target=trio.run, args=(serve,))
    thread.start()
    assert ready.wait(10)
    yield here.double
    here.token.run_sync_soon(here.stop.set)
    thread.join(10)


@pytest.fixture
def account():
    """An emulated account at Twilio."""
    with served(lambda: open_rest(Twilio())) as double:
        yield double


@pytest.fixture
def vonage(change):
    """An emulated account at Vonage, which the project calls over: how it is asked, and what it holds."""
    with served(lambda: open_vonage(Vonage(Hooks("")))) as (server, rest):
        secrets = {"VONAGE_API_KEY": API_KEY, "VONAGE_API_SECRET": API_SECRET}
        secrets |= {"VONAGE_APPLICATION_ID": APPLICATION_ID, "VONAGE_SIGNATURE_SECRET": SIGNATURE_SECRET}
        change("telco: twilio", "telco: vonage")
        change("  twilio: # refuses", VONAGE.format(url=server.url) + "  twilio: # refuses")
        yield SimpleNamespace(rest=rest, env={**secrets, "PUBLIC_URL": "https://voix.example.fr"})
