"""A provider that raises in the middle of a call: the caller hears an apology and gets the flow's way out."""

import pytest
from people import asks_for_a_tool
from worker_house import MENU_NUMBER, OUI, WHERE

SORRY, WAY_OUT = "Nous avons un souci.", "Voici la sortie."


@pytest.fixture
def broken(house):
    """Break providers, until the test is over."""
    kinds = []

    def break_down(kind):
        kinds.append(kind)
        house.break_down(kind)

    yield break_down
    for kind in kinds:
        house.mend(kind)


async def held_while_breaks(house, broken, kind, trigger):
    async def person(phone, heard):
        await heard("Que faire")
        broken(kind)
        await trigger(phone)
        await phone.wait_end()

    held = await house.call(person, MENU_NUMBER)
    [failure] = held.happenings.of("provider.failed")
    assert (failure["kind"], failure["error"]) == (kind, "RuntimeError")
    return held


async def press_for_the_tool(phone):
    phone.press("1")


async def ask(phone):
    await phone.say(WHERE)


async def wait(phone):
    await phone.wait(0.1)


@pytest.mark.parametrize(
    ("kind", "trigger"), [("tool", press_for_the_tool), ("tts", press_for_the_tool), ("llm", ask), ("stt", wait)]
)
async def test_the_caller_gets_an_apology_and_the_way_out(house, broken, kind, trigger):
    held = await held_while_breaks(house, broken, kind, trigger)
    assert held.heard == ["Que faire ?", SORRY, WAY_OUT]
    assert held.ended == "agent"
    assert held.report.failures == []
    assert house.rows(held)[0].ended_by == "agent"


async def test_the_next_call_goes_as_if_nothing_had_been(house):
    held = await house.call(asks_for_a_tool, MENU_NUMBER)
    assert held.heard[-1] == "Au revoir."
    assert (await house.ask("/v1/calls"))["counts"]["faults"] == 0


async def test_what_is_in_the_phrase_book_is_said_without_a_voice(house, broken):
    broken("tts")

    async def person(phone, heard):
        await heard("Gardons-nous")
        phone.press("2")
        await heard("Votre nom")
        await phone.say(OUI)
        await heard("Pardon")

    held = await house.call(person)
    assert held.heard[:4] == ["Bonjour.", "Gardons-nous le texte ?", "Votre nom ?", held.heard[3]]


async def test_a_voice_with_a_bug_keeps_no_worker_from_answering(own_house):
    house = own_house()
    house.break_down("tts")
    house.run().ready()
    [line] = house.logged("phrases_not_made")
    assert line["error"] == "RuntimeError"
    assert house.finish() == 0


def test_the_log_says_what_broke_and_quotes_nobody(house):
    kinds = [line["kind"] for line in house.logged("provider_failed")]
    assert sorted(kinds) == ["llm", "stt", "tool", "tts"]
    assert "Zéphyrine" not in house.log
    assert "phyrine" not in house.log
    assert "611111111" not in house.log
