"""Misfortunes: a vendor dies in the middle of a call, another stands in, and the caller is answered all the same."""

import io
import json

import pytest
import yaml
from rich.console import Console
from worker_house import RECEPTION, build

from voiced.audio import MULAW_8K
from voiced.lab.chaos import Case, Misfortune
from voiced.lab.demo import SCENARIO, set_stage
from voiced.lab.happenings import Happenings
from voiced.lab.survival import Survived, survive
from voiced.testing.caller.facts import longest_silence
from voiced.testing.caller.tape import Tape
from voiced.testing.emulator.prompter import Said

CALL = [
    {"agent": "Gardons-nous le texte"},
    {"caller": {"says": "Oui.", "audio": "kok_f_s02.wav", "after": 0.2}},
    {"agent": "Votre nom"},
    {"hangup": True},
]
LINES = {"scenario": "Une petite visite", "flow": "reception", "call": CALL, "expect": {"consent": "granted"}}


@pytest.fixture
def stage_at(tmp_path):
    def make(place):
        house = build(tmp_path / f"h-{place}")
        files = {
            "voiced.yaml": house.config.read_bytes(),
            "flows/reception.yaml": RECEPTION.encode(),
            "flows/menu.yaml": (house.folder / "flows" / "menu.yaml").read_bytes(),
            SCENARIO: yaml.safe_dump(json.loads(json.dumps(LINES))).encode(),
        }
        made = set_stage(tmp_path / place, files, tmp_path / "cache")
        made.env.update(house.env)
        return made

    return make


async def test_a_dying_recogniser_costs_no_call(stage_at, tmp_path):
    console = Console(record=True, width=160, file=io.StringIO())
    code = await survive(stage_at, console, tmp_path, [Case("stt", "cut", moment="Oui")])
    shown = console.export_text()
    assert "survived" in shown, shown
    assert (code, (tmp_path / "chaos-1.wav").stat().st_size > 8000) == (0, True)


def test_what_was_not_as_it_should_be_is_told():
    def went(*, struck=True, silence=1.0, failures=()):
        return Survived(Case("llm", "stall"), struck, silence, failures, Happenings()).faults

    assert went() == []
    assert went(struck=False) == ["the misfortune never came"]
    assert went(silence=3.0, failures=("line 2: nothing",)) == ["silence of 3.00 s", "line 2: nothing"]


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
