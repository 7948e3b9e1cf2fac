"""How the emulated vendors are to be, as it is written at the command."""

import pytest

from voiced.errors import BadInput
from voiced.lab.dev.faults import fault, known_faults
from voiced.lab.dev.slowness import all_later, chat_delays, gladia_delays, playing, roads, speechmatics_delays
from voiced.lab.dev.wishes import VENDORS, Wish, wishes
from voiced.testing import acapela, elevenlabs, gladia, mistral, speechmatics
from voiced.testing.emulator import EUROPE, NEAR, Profile


def test_each_vendor_has_the_next_port():
    ports = [wish.port for wish in wishes(9000, (), (), 1).values()]
    assert ports == list(range(9000, 9000 + len(VENDORS)))
    assert {wish.port for wish in wishes(0, (), (), 1).values()} == {0}


def test_profiles_are_for_all_or_for_one():
    wished = wishes(9000, ("none", "gladia=slow"), ("mistral=429", "gladia=cut"), 7)
    assert wished["gladia"] == Wish(9002, 3.0, "cut", 7)
    assert wished["mistral"] == Wish(9004, 0.0, "429", 7)
    assert wishes(9000, (), (), 1)["gladia"].slowness == 1.0


@pytest.mark.parametrize(
    ("profiles", "faults", "said"),
    [
        (("quick",), (), "no profile 'quick' — write one of none, real, slow, or such as gladia=slow"),
        (("nobody=slow",), (), "no profile 'nobody=slow'"),
        ((), ("nobody=429",), "no vendor 'nobody'"),
        ((), ("gladia",), "gladia has no fault ''"),
        (
            (),
            ("gladia=200",),
            "gladia has no fault '200' — write an HTTP status from 400 to 599 or throttled or slow or cut",
        ),
        ((), ("twilio=cut",), "twilio has no fault 'cut' — write an HTTP status from 400 to 599 or throttled or slow"),
        ((), ("mistral=codec",), "mistral has no fault 'codec'"),
    ],
)
def test_what_is_no_wish_is_refused_with_what_would_be_one(profiles, faults, said):
    with pytest.raises(BadInput, match=r"no (profile|vendor|fault) ") as refused:
        wishes(9000, profiles, faults, 1)
    assert said in str(refused.value)


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_accident_of_a_vendor_is_another_way_to_go_wrong(vendor):
    every = [fault(vendor, name) for name in ("", "429", "503", *known_faults(vendor))]
    assert len({repr(each) for each in every}) == len(every)


def test_no_delays_and_slow_ones():
    none, slow = chat_delays(0.0), chat_delays(3.0)
    assert (none.first, none.per_1k_prompt, none.tokens_per_second, none.stalls) == (Profile(), 0.0, 0.0, 0.0)
    assert slow.first.p50 == pytest.approx(3 * mistral.SMALL.first.p50)
    assert slow.tokens_per_second == pytest.approx(mistral.SMALL.tokens_per_second / 3)
    assert (gladia_delays(1.0), gladia_delays(0.0)) == (gladia.EUROPE, gladia.Latency())
    assert (speechmatics_delays(1.0), speechmatics_delays(0.0)) == (speechmatics.REAL, speechmatics.Latency())
    assert playing(acapela.REAL, 0.0).first == Profile()
    assert playing(acapela.REAL, 2.0).pace == acapela.REAL.pace / 2
    assert (roads(1.0), roads(0.0)) == (EUROPE, NEAR)
    assert (roads(3.0, 7).mark.p50, roads(3.0, 7).seed) == (3 * EUROPE.mark.p50, 7)
    assert all_later(elevenlabs.REAL, 1.0) == elevenlabs.REAL
