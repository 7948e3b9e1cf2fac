"""The shipped flow's scenarios, spoken by the emulated ReadSpeaker at the tempo that is guessed, in virtual time."""

import pytest

from voiced.testing import readspeaker


@pytest.mark.parametrize(
    "name", ["accueil-horaires-ouvert", "accueil-rendez-vous-en-une-phrase", "accueil-interruption"]
)
async def test_a_call_from_end_to_end(perform, cloud, autojump_clock, name):
    performance = await perform(readspeaker, name)
    assert performance.failures == []
    assert len(cloud.journal.asked) > 5


@pytest.mark.parametrize("faults", [{"status": 503}, {"trouble": "cut"}, {"trouble": "stall"}])
async def test_a_call_whose_voice_fails(perform, cloud, autojump_clock, faults):
    """What it left unsaid is said by the next."""
    performance = await perform(readspeaker, "accueil-horaires-ouvert", readspeaker.Faults(**faults))
    assert performance.failures == []
    assert cloud.journal.asked
