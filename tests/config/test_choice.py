"""Which provider a call gets, and why."""

from collections import Counter

import pytest

from voiced.config.choice import choose, draw, possible

FALLBACK = "fallback: {tts: [spare]}\n"
CANARY = "canary: {tts: {spare: 30}}\n"
FLOW = "flow_providers: {accueil: {tts: spare}}\n"
NUMBER = 'numbers:\n  default: {flow: accueil}\n  "+33123456789": {flow: accueil, providers: {tts: spare}}\n'
HERE, ELSEWHERE = "+33123456789", "+33111111111"


@pytest.fixture
def chosen(read, working):
    """Choose the voice of a call to `called`."""
    kept = {}

    def go(added="", called=ELSEWHERE, call_id="", flow="accueil"):
        text = working() + added
        if added.count("numbers:"):
            text = text.replace("numbers:\n  default: {flow: accueil}\n", "", 1)
        if text not in kept:
            kept[text] = read(text)
        return choose(kept[text], flow, called, call_id)["tts"]

    return go


def test_the_active_provider_is_what_a_call_gets(chosen):
    assert (chosen().name, chosen().why, chosen().stand_ins) == ("mouth", "active", ())


def test_the_flow_s_choice_wins_over_the_active(chosen):
    assert (chosen(FLOW).name, chosen(FLOW).why) == ("spare", "flow")
    assert chosen(FLOW, flow="autre").why == "active"


def test_the_number_s_choice_wins_over_the_flow_s(chosen):
    flow = FLOW.replace("spare", "mouth")
    assert (chosen(flow + NUMBER, HERE).name, chosen(flow + NUMBER, HERE).why) == ("spare", "number")
    assert chosen(flow + NUMBER).why == "flow"


def test_a_choice_that_was_made_is_not_drawn_for(chosen):
    flow = FLOW.replace("spare", "mouth")
    assert {chosen(CANARY + flow, call_id=f"c{number}").name for number in range(50)} == {"mouth"}


def test_every_hundredth_of_the_calls_is_as_likely():
    drawn = Counter(draw({"a": 5, "b": 30}, f"c{number}") for number in range(20_000))
    assert drawn["a"] / 20_000 == pytest.approx(0.05, abs=0.01)
    assert drawn["b"] / 20_000 == pytest.approx(0.30, abs=0.02)


@pytest.mark.parametrize(("share", "names"), [(0, {"mouth"}), (100, {"spare"})])
def test_none_and_all_are_exact(chosen, share, names):
    canary = CANARY.replace("30", str(share))
    assert {chosen(canary, call_id=f"c{number}").name for number in range(200)} == names


def test_the_same_call_draws_the_same_whatever_is_added_behind(chosen):
    calls = [f"c{number}" for number in range(100)]
    once, again = ([chosen(CANARY, call_id=call).name for call in calls] for _ in range(2))
    assert once == again
    assert set(once) == {"mouth", "spare"}


def test_kinds_are_drawn_for_apart(read, working):
    settings = read(working() + "canary: {tts: {spare: 50}, stt: {spare: 50}}\n")
    drawn = {
        (choice["tts"].name, choice["stt"].name)
        for choice in (choose(settings, "accueil", ELSEWHERE, f"c{number}") for number in range(100))
    }
    assert len(drawn) == 4


def test_no_call_in_particular_draws_nothing(chosen):
    assert chosen(CANARY.replace("30", "100")).why == "active"


def test_stand_ins_follow_in_their_order_and_never_stand_in_for_themselves(chosen):
    assert chosen(FALLBACK).stand_ins == ("spare",)
    assert chosen(FALLBACK + FLOW).order == ("spare",)


def test_behind_a_provider_on_trial_stands_the_active_one(chosen):
    canary = CANARY.replace("30", "100")
    assert chosen(canary, call_id="c1").order == ("spare", "mouth")
    assert chosen(FLOW).order == ("spare",)


@pytest.mark.parametrize(
    ("added", "voices"),
    [
        ("", ["mouth"]),
        (CANARY, ["mouth", "spare"]),
        (CANARY.replace("30", "0"), ["mouth"]),
        (CANARY + FLOW, ["spare"]),
        (NUMBER, ["mouth", "spare"]),
        (NUMBER.replace("  default: {flow: accueil}\n", ""), ["spare"]),
    ],
)
def test_what_may_answer_first_is_known_before_it_rings(read, working, added, voices):
    text = working() + added
    if "numbers:" in added:
        text = text.replace("numbers:\n  default: {flow: accueil}\n", "", 1)
    assert sorted(possible(read(text), "tts", "accueil")) == voices
