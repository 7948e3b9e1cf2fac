"""`voiced call`: calls placed by hand to a worker that runs, as its operator would place them; all at once."""

import io
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial

import pytest
import trio
import yaml
from rich.console import Console

from voiced.audio import read_wav
from voiced.cli.main import run
from voiced.cli.project import read_project
from voiced.lab.caller import by_hand
from voiced.testing.scenario import read_scenario

NAME = "je m'appelle Zéphyrine Quatrevents"

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


@dataclass
class Placed:
    """What became of a call."""

    code: int
    shown: str


def typed(*arguments):
    """Type a command."""
    shown = io.StringIO()
    with redirect_stdout(shown), redirect_stderr(shown):
        code = run([str(argument) for argument in arguments])
    return Placed(code, shown.getvalue())


async def followed(project, folder, name, **changes):
    """Follow the scenario with `changes`."""
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump({**SCENARIO, **changes}, allow_unicode=True), "utf-8")
    console = Console(file=io.StringIO(), width=120)
    code = await by_hand(project.settings, project.plugins, read_scenario(path), console, path, folder / f"{name}.wav")
    return Placed(code, console.file.getvalue())


@pytest.fixture(scope="module")
def placed(house, sounds):
    """The calls."""
    calls = {}

    async def keep(name, call):
        calls[name] = await call()

    async def place(project):
        by_command = ("call", "--config", house.config, "--say", "oui", "--wav", sounds / "nom.wav",
                      "--out", sounds / "typed.wav")  # fmt: skip
        async with trio.open_nursery() as nursery:
            nursery.start_soon(keep, "typed", partial(trio.to_thread.run_sync, typed, *by_command))
            nursery.start_soon(keep, "good", partial(followed, project, sounds, "good"))
            refused = {"consent": "refused"}
            nursery.start_soon(keep, "bad", partial(followed, project, sounds, "bad", expect=refused))

    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(house.folder / "site")
        for name, value in {**house.env, "COLUMNS": "120"}.items():
            patch.setenv(name, value)
        trio.run(place, read_project(house.config))
    return calls


def test_sentences_and_sounds_are_said_in_turn_and_the_call_is_shown(placed, sounds):
    assert placed["typed"].code == 0, placed["typed"].shown
    for words in ("agent   Gardons-nous le texte ?", "caller  oui", "consent granted", f"caller  {NAME}",
                  "agent   Au revoir.", "ended by the agent", "From the caller's last sound to our first"):  # fmt: skip
        assert words in placed["typed"].shown
    assert read_wav(sounds / "typed.wav").channels == 2


def test_a_scenario_that_comes_true(placed, sounds):
    assert placed["good"].code == 0, placed["good"].shown
    assert (sounds / "good.wav").is_file()


def test_a_scenario_that_does_not(placed):
    assert placed["bad"].code == 1
    assert "not as it should be: consent is granted, not refused" in placed["bad"].shown
