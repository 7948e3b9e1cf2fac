"""What is remembered of calls and requests: the last ones, for as long as they matter."""

import pytest
from msgspec.structs import replace

from voiced.plugin import CallOffer, WebRequest, WebResponse
from voiced_vonage.memory import Ended, Offers, Recent
from voiced_vonage.ncco import NOTHING
from voiced_vonage.replays import KEPT, MOST, Replays

REQUEST = WebRequest("POST", "https://a.example/x", "/x", "", {}, b"{}")
ANSWER = WebResponse(body=b"[]")


def offer(number):
    return CallOffer("vonage", f"leg-{number}", f"+3360000000{number}", "+33900000001")


def test_the_oldest_names_fall_out():
    recent = Recent(most=2)
    for name in ("a", "b", "c"):
        recent.add(name)
    assert [name in recent for name in ("a", "b", "c")] == [False, True, True]


def test_offers_are_kept_until_their_call_is_over():
    offers = Offers(most=2)
    for number in (1, 2, 3):
        assert offers.keep(offer(number)) == offer(number)
    assert offers.of("leg-3") == offer(3)
    assert offers.of("leg-1", "+339") == CallOffer("vonage", "leg-1", "", "+339")
    offers.forget("leg-3")
    offers.forget("leg-3")
    assert offers.of("leg-3").caller == ""


def test_an_answer_is_found_by_its_token_and_request():
    replays = Replays()
    assert replays.find("j1", REQUEST) is None
    replays.keep("j1", REQUEST, ANSWER, 0.0)
    assert replays.find("j1", REQUEST) == ANSWER
    for other in (replace(REQUEST, body=b"[]"), replace(REQUEST, path="/y"), replace(REQUEST, query="a=b")):
        with pytest.raises(ValueError, match="two requests"):
            replays.find("j1", other)


def test_answers_are_forgotten_when_they_are_old_or_too_many():
    replays = Replays()
    replays.keep("old", REQUEST, ANSWER, 0.0)
    replays.keep("new", REQUEST, ANSWER, KEPT)
    assert replays.find("old", REQUEST) == ANSWER
    replays.keep("newer", REQUEST, ANSWER, KEPT + 1)
    assert replays.find("old", REQUEST) is None
    for number in range(MOST):
        replays.keep(f"n{number}", REQUEST, ANSWER, KEPT + 2)
    assert replays.find("new", REQUEST) is None
    assert replays.find("n0", REQUEST) == ANSWER


def test_what_followed_a_leg_is_said_again():
    ended = Ended(most=2)
    assert ended.find("a", "busy") is None
    assert ended.keep("a", "busy", ANSWER) == ANSWER
    assert ended.find("a", "busy") == ANSWER
    assert ended.find("a", "completed") == NOTHING
    assert ended.keep("", "busy", ANSWER) == ANSWER
    assert ended.find("", "busy") is None
    ended.keep("b", "busy", ANSWER)
    ended.keep("c", "busy", ANSWER)
    assert ended.find("a", "busy") is None
