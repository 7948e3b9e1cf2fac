"""A new plugin of each kind: written, built, installed into a folder of its own, found by voiced, held to its contract.

All without network; what is run is what its author would run.
"""

import os
import subprocess
import sys

import pytest

from voiced.cli.plugins import KINDS as OFFERED
from voiced.plugin import KINDS
from voiced.testing.template import project

OFFLINE = ("--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check", "--quiet", "--no-compile")


def run(folder, *command):
    env = {**os.environ, "PYTHONPATH": str(folder / "site"), "PYTHONWARNINGS": "error"}
    env.pop("VOICED_CONFIG", None)
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    """Someone's folder with six new plugins, installed."""
    folder = tmp_path_factory.mktemp("stranger")
    code = "import sys; from voiced.cli.main import run; sys.exit(max(run(line.split()) for line in sys.argv[1:]))"
    commands = [f"plugins new ma-{kind} --kind {kind}" for kind in KINDS]
    printed = run(folder, sys.executable, "-P", "-c", code, *commands)
    for kind in KINDS:
        assert f"wrote voiced-ma-{kind}/tests/test_contract.py" in printed
    projects = [f"./voiced-ma-{kind}" for kind in KINDS]
    run(folder, sys.executable, "-m", "pip", "install", *OFFLINE, "--target", str(folder / "site"), *projects)
    return folder


def test_voiced_finds_them(stranger):
    listed = run(stranger, sys.executable, "-P", "-m", "voiced", "plugins")
    for kind in KINDS:
        assert f"ma-{kind}".ljust(14) + " available" in listed, listed


def test_they_keep_their_contracts(stranger):
    tests = [str(stranger / f"voiced-ma-{kind}" / "tests") for kind in KINDS]
    plain = ("-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--import-mode=importlib", "--rootdir", str(stranger))
    assert f"{len(KINDS)} passed" in run(stranger, sys.executable, "-m", "pytest", *plain, *tests)


def test_every_kind_is_offered():
    assert OFFERED == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_the_example_is_left(kind):
    files = project("ma-voix", kind)
    assert not [path for path, text in files.items() if "acme" in (path + text).lower() or "@" in text.split("\n")[0]]
    assert "class MaVoix" in files["voiced_ma_voix/__init__.py"]
    assert "from voiced_ma_voix import " in files["tests/test_contract.py"]
    assert 'ma-voix = "voiced_ma_voix"' in files["pyproject.toml"]


@pytest.mark.parametrize(("name", "kind"), [("Voix", "tts"), ("ma_voix", "tts"), ("", "tts"), ("voix", "voice")])
def test_what_cannot_be_a_plugin_is_refused(name, kind):
    with pytest.raises(ValueError, match=r"is no name|there is no kind"):
        project(name, kind)
