"""The shipped flow's own scenarios, spoken by the emulated Acapela at the tempo that is guessed, in virtual time."""

import pytest

from voiced.testing import acapela


@pytest.mark.parametrize(
    "name", ["accueil-horaires-ouvert", "accueil-rendez-vous-en-une-phrase", "accueil-interruption"]
)
async def test_a_call_from_end_to_end(perform, cloud, autojump_clock, name):
    performance = await perform(acapela, name)
    assert performance.failures == []
    assert len(cloud.journal.asked) > 5


@pytest.mark.parametrize("faults", [{"status": 503}, {"trouble": "cut"}, {"trouble": "stall"}])
async def test_a_call_whose_voice_fails(perform, cloud, autojump_clock, faults):
    """What it left unsaid is said by the next."""
    performance = await perform(acapela, "accueil-horaires-ouvert", acapela.Faults(**faults))
    assert performance.failures == []
    assert cloud.journal.asked
