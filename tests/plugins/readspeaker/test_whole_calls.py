"""The shipped flow's scenarios, spoken by the emulated ReadSpeaker at the tempo that is guessed, in virtual time."""

from pathlib import Path

import msgspec
import pytest

from voiced.testing.emulator.playback import Player
from voiced.testing.fakes import ScriptedTts
from voiced.testing.fakes.spelling import CHARACTER, spell
from voiced.testing.readspeaker import REAL, Account, Faults
from voiced.testing.scenario import Outcome
from voiced.testing.stage import Cast, cast_for, play
from voiced.testing.stage.repertory import read

SCENARIOS = Path(__file__).parents[3] / "flows" / "scenarios"


def spelled(text):
    """Speech that the stage can read."""
    return spell(text) + b" " * CHARACTER


@pytest.fixture
def perform(voice, cloud):
    """Play one of the shipped scenarios, nothing ready beforehand; return the performance."""

    async def performed(name, faults=None):
        [piece] = read([SCENARIOS / f"{name}.yaml"])
        cloud.account, cloud.player = Account(speak=spelled), Player(REAL, 1)
        cloud.faults = faults or Faults()
        scenario = msgspec.structs.replace(piece.scenario, expect=Outcome())  # its gaps are those of ready phrases
        cast = cast_for(scenario, piece.flow)
        cast.tts, cast.ready = voice(), False
        cast.stand_ins = Cast(tts=ScriptedTts()) if faults else None
        return await play(scenario, piece.flow, cast)

    return performed


@pytest.mark.parametrize(
    "name", ["accueil-horaires-ouvert", "accueil-rendez-vous-en-une-phrase", "accueil-interruption"]
)
async def test_a_call_from_end_to_end(perform, cloud, autojump_clock, name):
    performance = await perform(name)
    assert performance.failures == []
    assert len(cloud.journal.asked) > 5


@pytest.mark.parametrize("faults", [Faults(status=503), Faults(trouble="cut"), Faults(trouble="stall")])
async def test_a_call_whose_voice_fails(perform, cloud, autojump_clock, faults):
    """What it left unsaid is said by the next."""
    performance = await perform("accueil-horaires-ouvert", faults)
    assert performance.failures == []
    assert cloud.journal.asked
