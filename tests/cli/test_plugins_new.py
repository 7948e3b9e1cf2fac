"""`voiced plugins new`: a project begun by one command, and nothing overwritten."""

import pytest

from voiced.cli.main import run


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_writes_a_project_and_says_what_is_next(folder, capsys):
    assert run(["plugins", "new", "morse", "--kind", "tts"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("Next: pip install ./voiced-morse")
    assert "class MorseTts" in (folder / "voiced-morse" / "voiced_morse" / "__init__.py").read_text("utf-8")


def test_what_is_there_stays(folder, capsys):
    assert run(["plugins", "new", "morse", "--kind", "tts", "--folder", "mine"]) == 0
    assert run(["plugins", "new", "morse", "--kind", "stt", "--folder", "mine"]) == 2
    assert "already has pyproject.toml" in capsys.readouterr().err
    assert "class MorseTts" in (folder / "mine" / "voiced_morse" / "__init__.py").read_text("utf-8")


def test_a_name_that_is_none_is_refused(folder, capsys):
    assert run(["plugins", "new", "Ma Voix", "--kind", "tts"]) == 2
    assert "is no name" in capsys.readouterr().err
    assert not list(folder.iterdir())
