"""`voiced flow` and `voiced chat` on a project whose voice and model are scripted."""

import io
import json
import os
import sys
from pathlib import Path

import pytest

from voiced.dialog.reader import schema
from voiced.testing.distribution import install

CAST = """
from voiced.plugin import ModelSpec, NoOptions, PluginSpec, ProviderSpec, hookimpl
from voiced.testing.fakes import ScriptedLlm, ScriptedStt, ScriptedTts

WORDS = {"quand ouvrez-vous": "horaires"}


@hookimpl
def voiced_plugin():
    return PluginSpec(
        "cast",
        "Scripted providers",
        (
            ProviderSpec("stt", "cast", lambda _options, _host: ScriptedStt()),
            ProviderSpec("tts", "cast", lambda _options, _host: ScriptedTts(first_byte=0)),
            ProviderSpec("llm", "cast", lambda _options, _host: ScriptedLlm(WORDS, first_token=0)),
        ),
    )
"""


@pytest.fixture
def cast(project, change, tmp_path, monkeypatch):
    """Give the project a voice, ears and a model that follow a script."""
    install(tmp_path / "site", "a-cast", {"cast": CAST})
    monkeypatch.syspath_prepend(tmp_path / "site")
    for kind in ("stt", "tts", "llm"):
        change(f"{kind}: local", f"{kind}: cast")
    change("  local: {}", "  cast: {}")
    return project


def spoil(project, old, new):
    file = project / "flows" / "accueil.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return file


def test_flows_are_listed_with_their_numbers(project, voiced):
    listed = json.loads(voiced("flow", "list", "--json").out)
    assert [(each["name"], each["numbers"]) for each in listed] == [("accueil", ["default"]), ("echo", [])]
    printed = voiced("flow", "list")
    assert printed.code == 0
    assert "accueil          L'accueil téléphonique" in printed.out
    assert "no number" in printed.out


def test_good_flows_are_good(project, voiced):
    printed = voiced("flow", "lint")
    assert printed.code == 0
    assert [Path(line).name for line in printed.out.splitlines()] == ["accueil.yaml: good", "echo.yaml: good"]
    assert voiced("flow", "lint", "flows/echo.yaml").out == "flows/echo.yaml: good\n"


@pytest.mark.parametrize("files", [[], ["flows/accueil.yaml", "flows/echo.yaml"]])
def test_each_fault_is_told_at_its_line_and_column(project, voiced, files):
    spoil(project, "next: traitement", "next: tretement")
    printed = voiced("flow", "lint", *files)
    assert (printed.code, printed.out) == (2, "")
    (line,) = printed.err.splitlines()
    assert "flows/accueil.yaml:" in line
    assert line.endswith(": there is no step 'tretement' — did you mean 'traitement'?")


def test_a_tool_that_no_plugin_has_is_a_fault(project, voiced):
    spoil(project, "tool: take_message", "tool: take_mesage")
    assert "there is no tool 'take_mesage'" in voiced("flow", "lint").err


def test_a_flow_is_drawn(project, voiced):
    printed = voiced("flow", "draw", "echo")
    assert printed.out.startswith("flowchart TD\n    _start(( )) --> s_bonjour\n")
    assert voiced("flow", "draw", "echo", "--out", "echo.mmd").out == "wrote echo.mmd\n"
    assert (project / "echo.mmd").read_text(encoding="utf-8") == printed.out


def test_a_flow_that_does_not_exist_is_a_usage_error(project, voiced):
    for command in (("flow", "draw", "nulle"), ("chat", "--flow", "nulle")):
        printed = voiced(*command)
        assert printed.code == 2
        assert "there is no flow 'nulle'; there is accueil, echo" in printed.err


def test_the_schema_of_flows(voiced, tmp_path):
    made = json.loads(json.dumps(schema()))
    assert json.loads(voiced("flow", "schema").out) == made
    voiced("flow", "schema", "--out", tmp_path / "flow.schema.json")
    assert json.loads((tmp_path / "flow.schema.json").read_text(encoding="utf-8")) == made


def test_sentences_are_made_once(cast, voiced):
    first = voiced("flow", "warm")
    assert first.code == 0
    count = int(first.out.split()[0])
    assert count > 40
    assert f"{count} of them new." in first.out
    assert len([file for file in (cast / "data/cache/phrases").rglob("*") if file.is_file()]) == count
    assert "0 of them new." in voiced("flow", "warm").out


def test_a_call_by_keyboard_through_a_pipe(cast, voiced, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("oui\nquand ouvrez-vous\nnon merci\n"))
    printed = voiced("chat", "--verbose")
    assert printed.code == 0
    lines = printed.out.splitlines()
    assert lines[1].startswith("Bonjour, ici l'assistant vocal automatique de Cabinet Martin.")
    assert "[the model chose horaires]" in lines
    assert lines[-2:] == ["Merci de votre appel, et bonne journée. Au revoir.", "[hung up: goodbye]"]


def test_without_verbose_only_the_call_is_shown(cast, voiced, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("/hangup\n"))
    printed = voiced("chat", "--flow", "accueil")
    assert not any(line.startswith("[") for line in printed.out.splitlines())


def test_at_a_terminal_it_prompts(cast, voiced, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stdin", Terminal("/hangup\n"))
    assert voiced("chat").out.endswith("> ")


def test_the_keyboard_of_a_real_process(cast, tmp_path):
    import subprocess  # noqa: PLC0415 - only here

    env = os.environ | {"PYTHONPATH": str(tmp_path / "site")}
    command = [sys.executable, "-m", "voiced", "chat"]
    ended = subprocess.run(command, input="non\n/hangup\n", env=env, capture_output=True, text=True, check=True)
    assert "Très bien, rien ne sera conservé." in ended.stdout
    assert ended.stderr == ""
