"""The demonstration, with providers that cost nothing: a worker is started, called, and its record is written down."""

import io
import json
from dataclasses import replace

import pytest
import yaml
from rich.console import Console
from worker_house import RECEPTION, build

from voiced.errors import BadInput, Unavailable
from voiced.lab.demo import SCENARIO, demonstrate, set_stage
from voiced.lab.voices import no_voice

LINES = {
    "scenario": "Une petite visite",
    "flow": "reception",
    "call": [
        {"agent": "Gardons-nous le texte"},
        {"caller": {"says": "Oui.", "audio": "oui.wav", "after": 0.2}},
        {"agent": "Votre nom"},
        {"hangup": True},
    ],
    "expect": {"consent": "granted"},
}


@pytest.fixture
def stage(tmp_path, sounds):
    """A stage with the troupe's project and a scenario of its own."""

    def make(**changes):
        house = build(tmp_path / "house")
        lines = {**LINES, **changes}
        scenario = json.dumps(lines).replace("oui.wav", str(sounds / "oui.wav"))
        files = {
            "voiced.yaml": house.config.read_bytes(),
            "flows/reception.yaml": RECEPTION.encode(),
            "flows/menu.yaml": (house.folder / "flows" / "menu.yaml").read_bytes(),
            SCENARIO: yaml.safe_dump(json.loads(scenario)).encode(),
        }
        made = set_stage(tmp_path / "stage", files, tmp_path / "cache")
        return replace(made, env={**made.env, **house.env})

    return make


async def perform(stage, out, name="embedded"):
    console = Console(record=True, width=160, file=io.StringIO())
    code = await demonstrate(stage, no_voice, console, out, name)
    return code, console.export_text()


async def test_it_shows_a_whole_call_and_leaves_its_record(stage, tmp_path):
    code, shown = await perform(stage(), tmp_path)
    assert code == 0, shown
    assert "The conversation went as its scenario demands." in shown
    assert "At the caller's ear: answers after" in shown
    record = json.loads((tmp_path / "demo-call.json").read_text("utf-8"))
    assert record["call"]["ended_by"] == "caller"
    assert [row["text"] for row in record["messages"]][-1] == "Votre nom ?"
    assert (tmp_path / "demo-call.wav").stat().st_size > 8000


@pytest.mark.parametrize(
    ("name", "used"),
    [
        ("cloud", {"telco": "twilio", "stt": "gladia", "llm": "mistral", "tts": "elevenlabs"}),
        ("europe", {"telco": "vonage", "stt": "speechmatics", "llm": "mistral", "tts": "acapela"}),
    ],
)
async def test_the_same_call_is_held_with_emulated_clouds(stage, tmp_path, name, used):
    spoken = {"caller": {"says": "Oui.", "audio": "kok_f_s02.wav", "after": 0.2}}
    made = stage(call=[LINES["call"][0], spoken, *LINES["call"][2:]])
    code, shown = await perform(made, tmp_path, name)
    assert code == 0, shown
    record = json.loads((tmp_path / "demo-call.json").read_text("utf-8"))
    assert record["call"]["provider"] == used.pop("telco")
    assert {kind: choice["name"] for kind, choice in record["call"]["providers"].items()} == used
    assert [row["text"] for row in record["messages"] if row["role"] == "caller"] == ["Oui."]


async def test_it_says_what_was_not_as_it_should_be(stage, tmp_path):
    code, shown = await perform(stage(expect={"consent": "refused"}), tmp_path)
    assert code == 1
    assert "not as it should be: consent is granted, not refused" in shown


async def test_a_worker_that_cannot_start_is_told_with_its_log(stage, tmp_path):
    made = stage()
    (made.folder / "flows" / "menu.yaml").write_text("flow: menu\n", "utf-8")
    with pytest.raises(Unavailable, match=r"(?s)stopped at once.*menu.yaml"):
        await perform(made, tmp_path)


async def test_a_sentence_without_a_sound_is_told(stage, tmp_path):
    made = stage(call=[{"caller": "Bonjour."}])
    with pytest.raises(BadInput, match=r"no sound is given for 'Bonjour\.'"):
        await perform(made, tmp_path)
