"""`voiced call`: a call placed by hand to a worker that runs, as its operator would place it."""

import os
import subprocess
import sys

import pytest
import yaml

from voiced.audio import read_wav

SCENARIO = {
    "scenario": "Quelqu'un dit son nom",
    "flow": "reception",
    "call": [
        {"agent": "Gardons-nous le texte"},
        {"dtmf": "1"},
        {"agent": "Votre nom"},
        {"caller": {"says": "Je m'appelle Zéphyrine.", "audio": "nom.wav", "after": 0.2}},
        {"unheard": "Voici la sortie"},
        {"agent": "Au revoir"},
        {"ends": "agent"},
    ],
    "expect": {"consent": "granted", "gap": 5},
}


@pytest.fixture
def voiced(house, tmp_path):
    """Run `voiced ...` beside the worker; return what became of it."""

    def go(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "voiced", *map(str, arguments), "--config", str(house.config)],
            cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
            env={**os.environ, **house.env, "COLUMNS": "120"},
        )  # fmt: skip

    return go


def test_sounds_are_played_in_turn_and_the_call_is_shown(voiced, sounds, tmp_path):
    done = voiced("call", "--wav", sounds / "oui.wav", "--wav", sounds / "nom.wav")
    assert (done.returncode, done.stderr) == (0, "")
    for words in ("agent   Gardons-nous le texte ?", "caller  oui", "consent granted", "agent   Au revoir."):
        assert words in done.stdout, done.stdout
    assert "ended by the agent" in done.stdout
    assert "From the caller's last sound to our first" in done.stdout
    recording = read_wav(tmp_path / "call.wav")
    assert recording.channels == 2


def scenario(sounds, **changes):
    path = sounds / "scenario.yaml"
    path.write_text(yaml.safe_dump({**SCENARIO, **changes}, allow_unicode=True), "utf-8")
    return path


def test_a_scenario_that_comes_true(voiced, sounds):
    done = voiced("call", "--scenario", scenario(sounds), "--out", sounds / "good.wav")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert (sounds / "good.wav").is_file()


def test_a_scenario_that_does_not(voiced, sounds):
    done = voiced("call", "--scenario", scenario(sounds, expect={"consent": "refused"}), "--out", sounds / "bad.wav")
    assert done.returncode == 1
    assert "not as it should be: consent is granted, not refused" in done.stdout
