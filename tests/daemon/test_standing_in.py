"""A worker whose model fails, and that has another one: callers notice nothing, operators do."""

import pytest
from worker_house import MENU_NUMBER, WHERE, build

ANSWER = "Nous sommes à Rennes."


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A worker with a stand-in for its model, whose model is in the inference process."""
    built = build(tmp_path_factory.mktemp("house"), fallback={"llm": ["thinker"]})
    built.run().ready()
    yield built
    assert built.finish() == 0, built.log


async def ask(house, times):
    async def person(phone, heard):
        for _ in range(times):
            await heard("Que faire")
            await phone.say(WHERE)
            await heard(ANSWER)
        await heard("Que faire")
        phone.press("0")
        await phone.wait_end()

    return await house.call(person, MENU_NUMBER)


def states(told):
    return {(breaker["kind"], breaker["provider"]): breaker["state"] for breaker in told["breakers"]}


async def test_callers_get_the_stand_in_s_answers_and_hear_of_no_failure(house):
    house.break_down("llm")
    held = await ask(house, 3)
    assert held.heard == ["Que faire ?", ANSWER] * 3 + ["Que faire ?", "Au revoir."]
    assert list(held.happenings.of("provider.failed")) == []
    call, _, _ = house.rows(held)
    assert call.providers["llm"] == {"name": "troupe", "why": "active", "stand_ins": ["thinker"]}


async def test_operators_see_who_is_not_asked_any_more(house):
    told = states(await house.ask("/v1/breakers"))
    assert told["llm", "troupe"] in {"open", "half-open"}
    assert (told["llm", "thinker"], told["stt", "troupe"]) == ("closed", "closed")
    assert house.logged("breaker_opened")[0]["provider"] == "troupe"
    assert len(house.logged("provider_attempt_failed")) >= 3


async def test_one_that_is_well_again_is_asked_again(house):
    house.mend("llm")
    while states(await house.ask("/v1/breakers"))["llm", "troupe"] != "closed":
        await ask(house, 1)
    assert house.logged("breaker_closed")
