"""docs/plugins/authoring.md, followed to the letter in a folder outside the repository."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from voiced.yamlfile import loads

PAGE = (Path(__file__).parents[2] / "docs" / "plugins" / "authoring.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^`(voiced-morse/[^`]+)`[^\n]*:\n\n```\w+\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL))
(SETTINGS,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
(LISTED,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    """Someone's folder, with the page's files, installed without network into a place of its own."""
    folder = tmp_path_factory.mktemp("stranger")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    assert "pip install ./voiced-morse\n" in PAGE
    offline = ["--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check"]
    target = ["--quiet", "--target", str(folder / "site")]
    run(folder, sys.executable, "-m", "pip", "install", *offline, *target, "./voiced-morse")
    return folder


def run(folder, *command):
    env = {**os.environ, "PYTHONPATH": str(folder.joinpath("site").resolve()), "PYTHONWARNINGS": "error"}
    for name in ("TTS_PROVIDER", "VOICED_CONFIG"):
        env.pop(name, None)
    cwd = folder / "accueil" if (folder / "accueil").exists() else folder
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def voiced(folder, *commands):
    """Run these `voiced` commands in one process; return what they printed."""
    code = "import sys; from voiced.cli.main import run; sys.exit(max(run(line.split()) for line in sys.argv[1:]))"
    return run(folder, sys.executable, "-P", "-c", code, *commands)


def test_the_page_has_what_a_plugin_needs():
    assert list(FILES) == [
        "voiced-morse/pyproject.toml",
        "voiced-morse/voiced_morse.py",
        "voiced-morse/test_voiced_morse.py",
        "voiced-morse/test_contract.py",
    ]


def test_the_plugin_works_as_the_page_says(stranger):
    voiced(stranger, "init accueil")
    chosen = loads(SETTINGS, "page").data
    assert chosen == {"providers": {"tts": "morse"}, "plugins": {"morse": {"pitch": 700}}}
    file = stranger / "accueil" / "voiced.yaml"
    text = file.read_text(encoding="utf-8").replace("tts: local", "tts: morse", 1)
    file.write_text(text.replace("plugins:\n", "plugins:\n  morse: {pitch: 700}\n", 1), encoding="utf-8")
    printed = voiced(stranger, "plugins", "plugins show morse", "config show", "config schema")
    assert LISTED in printed
    assert "origin:    voiced-morse 1.0" in printed
    assert "pitch (whole number from 200 to 2000, default 600): Pitch of the tone, in Hz." in printed
    assert "plugins.morse.pitch: 700\n" in printed
    assert '"pitch": {' in printed


def test_its_tests_pass(stranger):
    run(stranger, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(stranger / "voiced-morse"))
