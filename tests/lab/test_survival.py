"""Misfortunes: a vendor dies in the middle of a call, another stands in, and the caller is answered all the same."""

import io
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import trio
import yaml
from rich.console import Console
from worker_house import build

from voiced.audio import MULAW_8K
from voiced.lab.cases import CASES as ALL
from voiced.lab.cases import Case, named
from voiced.lab.chaos import Misfortune
from voiced.lab.demo import SCENARIO, set_stage
from voiced.lab.happenings import Happenings
from voiced.lab.survival import Survived, as_gates, survive
from voiced.testing.caller.facts import longest_silence
from voiced.testing.caller.tape import Tape
from voiced.testing.emulator.prompter import Said

FLOW = """\
flow: reception
title: Asks for a name, says it, and answers one question
start: nom
policies:
  end_of_turn: {after: 0.3}
  failure: {say: Nous avons un souci., then: sortie}
  silence: {after: 30}
steps:
  nom:
    collect: {slot: nom, kind: name, ask: "Votre nom ?"}
    next: question
  question:
    ask: "Bonjour {nom}, que voulez-vous donc savoir de nous ?"
    routes:
      - {intent: quand, examples: ["à quelle heure ouvrez-vous"], to: fin}
  fin: {hangup: "À neuf heures."}
  sortie: {hangup: "Voici la sortie."}
"""
ASKED = "Quels sont vos horaires d'ouverture ?"
CALL = [
    {"agent": "Votre nom"},
    {"caller": {"says": "Je m'appelle Sophie Lefèvre.", "audio": "kok_f_s28.wav", "after": 0.2}},
    {"agent": "que voulez-vous donc savoir"},
    {"caller": {"says": ASKED, "audio": "kok_f_s06.wav", "after": 0.2}},
    {"agent": "À neuf heures"},
    {"ends": "agent"},
]
LINES = {"scenario": "Une petite visite", "flow": "reception", "call": CALL, "understands": {ASKED: "quand"}}
CASES = (
    Case("stt", "cut"),
    Case("llm", "stall"),
    Case("tts", "cut", within_sentence=True, moment="Sophie"),
    Case("line", "cut", within_sentence=True, moment="Sophie"),
)


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    """What was shown of a call with each misfortune, all held at once; and the folder with their sound."""
    folder = tmp_path_factory.mktemp("chaos")
    house = build(folder / "house")
    settings = yaml.safe_load(house.config.read_text("utf-8")) | {"numbers": {"default": {"flow": "reception"}}}
    files = {
        "voiced.yaml": yaml.safe_dump(settings).encode(),
        "flows/reception.yaml": FLOW.encode(),
        SCENARIO: yaml.safe_dump(LINES).encode(),
    }

    def stage_at(place):
        made = set_stage(folder / place, files, folder / "cache")
        made.env.update(house.env)
        return made

    console = Console(record=True, width=160, file=io.StringIO())
    code = trio.run(survive, stage_at, console, folder, CASES)
    return SimpleNamespace(code=code, shown=console.export_text(), folder=folder)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_caller_is_answered_whatever_dies(held, case):
    [verdict] = re.findall(rf"│ {case.name} +│.*", held.shown)
    assert "survived" in verdict, held.shown
    assert (held.folder / f"chaos-{CASES.index(case) + 1}.wav").stat().st_size > 8000


def test_calls_that_survive_are_a_success(held):
    assert held.code == 0


SURVIVED = Survived(Case("llm", "stall"), struck=True, silence=1.0, failures=(), happenings=Happenings())


def test_what_was_not_as_it_should_be_is_told():
    assert SURVIVED.faults == []
    assert replace(SURVIVED, struck=False).faults == ["the misfortune never came"]
    failed = replace(SURVIVED, silence=3.0, failures=("line 2: nothing",))
    assert failed.faults == ["silence of 3.00 s", "line 2: nothing"]


def test_a_call_that_failed_and_a_long_silence_miss_their_gates():
    def gates(*survived):
        return [(gate.value, gate.passed) for gate in as_gates(survived)]

    assert gates(SURVIVED, replace(SURVIVED, silence=2.5)) == [(2.5, True), (0, True)]
    assert gates(SURVIVED, replace(SURVIVED, silence=2.6)) == [(2.6, False), (0, True)]
    unlike = replace(SURVIVED, struck=False), replace(SURVIVED, failures=("line 2: nothing",))
    assert gates(SURVIVED, *unlike) == [(1.0, True), (2, False)]


async def test_who_begins_to_listen_hears_the_line_of_the_moment_and_those_after_it(nursery):
    fate = Misfortune(
        Case("stt", "cut", moment="never"), [Said(text, 1.0) for text in ("un", "deux", "trois")], nursery
    )
    for words in ("un", "deux"):
        fate.says(words)
    rest = fate.rest()
    assert [next(rest).text, next(rest).text, next(rest).text] == ["deux", "trois", "trois"]


def test_the_longest_silence_is_between_two_sounds():
    loud, tape = b"\x10\x90" * 4000, Tape()
    tape.hear(0, loud)
    tape.hear(8000 * 4, loud)
    tape.hear(8000 * 6, loud)
    silence = longest_silence(tape, ())
    assert (silence.start, silence.end) == pytest.approx((1.0, 4.0), abs=0.02)
    assert MULAW_8K.seconds(len(loud)) == 1.0


def test_cases_are_chosen_by_name():
    assert named(["voice dies", "model stalls"]) == [Case("llm", "stall"), Case("tts", "cut")]
    assert named([]) == list(ALL)
    with pytest.raises(ValueError, match="no case 'modele stalls'; did you mean 'model stalls'"):
        named(["modele stalls"])
    with pytest.raises(ValueError, match=r"there is recogniser dies, .*carrier API stalls"):
        named(["zzz"])


def test_every_case_is_described():
    page = (Path(__file__).parents[2] / "docs" / "resilience.md").read_text("utf-8")
    assert [case.name for case in ALL if f"`{case.name}`" not in page] == []
