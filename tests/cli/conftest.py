"""The command line, run in this process: its exit code and what it printed."""

import os
from typing import NamedTuple

import pytest

from voiced.cli.main import run
from voiced.config.flags import FLAGS


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
