"""`voiced bench`, `voiced call`, `voiced run`, `voiced demo`: what they print, and what they say when they cannot."""

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "daemon"))

from worker_house import build, said

from voiced.audio import MULAW_8K, write_wav
from voiced.lab.cases import NAMES


@pytest.fixture
def troupe(tmp_path, monkeypatch, voiced):
    """A project whose providers know their lines; run `voiced ...` on it."""
    house = build(tmp_path / "house")
    monkeypatch.syspath_prepend(house.folder / "site")
    for name, value in house.env.items():
        if name != "PYTHONPATH":
            monkeypatch.setenv(name, value)
    return lambda *arguments: voiced(*arguments, "--config", house.config)


@pytest.fixture
def recordings(tmp_path):
    write_wav(tmp_path / "oui.wav", said(1), MULAW_8K)
    write_wav(tmp_path / "adresse.wav", said(4), MULAW_8K)
    path = tmp_path / "list.tsv"
    path.write_text(
        "file\ttranscript\tvoice\noui.wav\tOui.\tAnne\nadresse.wav\tOù êtes-vous donc installés ?\tPaul\n", "utf-8"
    )
    return path


@pytest.fixture
def sentences(tmp_path):
    path = tmp_path / "sentences.tsv"
    path.write_text(
        "intent\tsentence\nhoraires\tQuels sont vos horaires d'ouverture ?\nhoraires\tx y z\nnone\tun deux trois\n",
        "utf-8",
    )
    return path


def test_the_recogniser_is_judged_by_voice(troupe, recordings):
    printed = troupe("bench", "stt", recordings)
    assert printed.code == 0
    assert [line.split()[0] for line in printed.out.splitlines()] == ["Anne", "Paul", "all"]
    assert [line.split()[-2] for line in printed.out.splitlines()] == ["0.0", "20.0", "16.7"]


@pytest.mark.parametrize(("most", "code"), [("17", 0), ("16", 1)])
def test_too_many_wrong_words_are_a_failure(troupe, recordings, most, code):
    assert troupe("bench", "stt", recordings, "--max", most).code == code


def test_what_was_heard_otherwise_can_be_listed(troupe, recordings):
    printed = troupe("bench", "stt", recordings, "--wrong")
    assert printed.out.splitlines()[:2] == [
        "adresse.wav: Où êtes-vous donc installés ?",
        "    heard: où êtes-vous installés",
    ]


def test_the_recogniser_s_figures_for_programs(troupe, recordings):
    figures = json.loads(troupe("bench", "stt", recordings, "--json").out)
    assert figures["wer"] == pytest.approx(1 / 6)
    assert figures["voices"] == {"Anne": 0.0, "Paul": 0.2}
    assert [one["heard"] for one in figures["files"]] == ["oui", "où êtes-vous installés"]


def test_the_model_is_judged_with_the_library_of_intents(troupe, sentences):
    printed = troupe("bench", "intents", sentences)
    assert (printed.code, printed.err) == (0, "")
    first, *rest = printed.out.splitlines()
    assert first == "accuracy 50.0%, rejection 100.0%, 3 sentences"
    assert rest == ["   1  horaires -> none"]


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (("--min", "50"), 0),
        (("--min", "51"), 1),
        (("--min-rejected", "100"), 0),
        (("--min", "51", "--min-rejected", "100"), 1),
    ],
)
def test_too_few_that_are_understood_are_a_failure(troupe, sentences, limits, code):
    assert troupe("bench", "intents", sentences, *limits).code == code


def test_the_model_s_figures_and_faults_for_programs_and_readers(troupe, sentences):
    figures = json.loads(troupe("bench", "intents", sentences, "--json").out)
    assert figures == {
        "accuracy": 0.5,
        "rejection": 1.0,
        "sentences": 3,
        "confusions": [{"intent": "horaires", "chosen": "none", "count": 1}],
    }
    assert troupe("bench", "intents", sentences, "--wrong").out.splitlines()[0] == "horaires -> none: x y z"


@pytest.mark.parametrize("what", ["stt", "intents"])
def test_a_list_that_is_wrong_is_told(troupe, tmp_path, what):
    missing = troupe("bench", what, tmp_path / "nothing.tsv")
    assert (missing.code, missing.out) == (2, "")
    assert missing.err.startswith(f"{tmp_path / 'nothing.tsv'}: the list cannot be read: No such file")
    (tmp_path / "columns.tsv").write_text("a\tb\n", "utf-8")
    assert "columns.tsv:1:1: the list has no column" in troupe("bench", what, tmp_path / "columns.tsv").err
    (tmp_path / "short.tsv").write_text("file\ttranscript\tvoice\tintent\tsentence\na\n", "utf-8")
    assert "short.tsv:2:1: this line has fewer fields" in troupe("bench", what, tmp_path / "short.tsv").err
    (tmp_path / "latin.tsv").write_bytes("intent\tsentence\nx\té\n".encode("latin-1"))
    assert "latin.tsv: the list is not UTF-8" in troupe("bench", what, tmp_path / "latin.tsv").err


def test_a_sound_that_is_not_there_is_told(troupe, tmp_path):
    (tmp_path / "list.tsv").write_text("file\ttranscript\tvoice\nnothing.wav\tOui.\tAnne\n", "utf-8")
    printed = troupe("bench", "stt", tmp_path / "list.tsv")
    assert printed.code == 2
    assert "nothing.wav" in printed.err


def test_a_call_without_a_worker_is_told(troupe):
    printed = troupe("call", "--say", "Bonjour.")
    assert printed.code == 2
    assert "no worker answers at" in printed.err
    assert "start one with `voiced run`" in printed.err
    assert len(printed.err.splitlines()) == 1


def test_a_call_needs_something_to_say(troupe):
    printed = troupe("call")
    assert printed.code == 2
    assert "give --say, --wav or --scenario" in printed.err


def test_a_call_needs_what_the_worker_would_know_its_carrier_by(voiced, project):
    printed = voiced("call", "--say", "Bonjour.")
    assert printed.code == 2
    assert "the carrier twilio has no secret that the worker would know a call by" in printed.err
    assert "set TWILIO_AUTH_TOKEN in .env" in printed.err


def test_a_scenario_with_a_fault_is_told(troupe, tmp_path):
    (tmp_path / "s.yaml").write_text("scenario: x\nflow: x\ncall: [{caller: a, agent: b}]\n", "utf-8")
    printed = troupe("call", "--scenario", tmp_path / "s.yaml")
    assert printed.code == 2
    assert "s.yaml:3:" in printed.err
    assert "a line has exactly one key" in printed.err


@pytest.mark.parametrize("command", [("run",), ("call",), ("demo",), ("bench",), ("bench", "gates"), ("bench", "stt")])
def test_help_says_how(voiced, command):
    printed = voiced(*command, "--help")
    assert printed.code == 0
    assert "Example: voiced " + " ".join(command) in printed.out


def test_a_demonstration_whose_folder_cannot_be_made_is_told(voiced, tmp_path):
    (tmp_path / "file").write_text("")
    printed = voiced("demo", "--out", tmp_path / "file" / "below")
    assert printed.code == 2
    assert "file" in printed.err


def test_help_names_the_misfortunes(voiced):
    printed = " ".join(voiced("demo", "--help").out.split())
    assert all(name in printed for name in NAMES)


def test_a_misfortune_that_there_is_not_is_told_with_what_was_meant(voiced):
    printed = voiced("demo", "--chaos", "--case", "model stall")
    assert (printed.code, printed.out) == (2, "")
    assert "there is no case 'model stall'; did you mean 'model stalls'?" in printed.err


def test_a_misfortune_without_chaos_is_refused(voiced):
    printed = voiced("demo", "--case", "model stalls")
    assert printed.code == 2
    assert "--case chooses among what --chaos does: give both" in printed.err
