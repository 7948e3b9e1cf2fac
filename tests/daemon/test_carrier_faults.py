"""What goes wrong with a carrier's streams, and a real worker: it bears nonsense, takes a line up again, or says sorry.

The calls of one carrier are held all at once.
"""

import pytest
import trio
from people import consents
from test_asterisk_call import KEY, hold
from test_vonage import vonage_house
from worker_house import RECEPTION_NUMBER, Stage, build

from voiced.testing.audiosocket import Faults as AsteriskFaults


async def is_taken_up_again(_phone, heard):
    await heard("coupés")


async def is_cut_off(phone, heard):
    await heard("Gardons-nous")
    phone.drop_stream()
    await heard("coupés")


async def is_heard_no_more(phone, heard):
    await heard("Gardons-nous")
    await phone.wait_quiet(0.3)


async def hears_an_apology(phone, _heard):
    while not apologies(phone.journal):
        await phone.wait(0.05)


def apologies(journal):
    """What the carrier's own voice said."""
    return [entry for kind in ("verb", "action") for entry in journal.of(kind) if entry.data["name"] in {"Say", "talk"}]


async def stays(phone, _heard):
    await phone.wait_end()


STREAMS = {
    "nonsense": (consents, RECEPTION_NUMBER, {"nonsense": 40}),
    "nothing but nonsense": (hears_an_apology, RECEPTION_NUMBER, {"nonsense": 100}),
    "wrong codec": (hears_an_apology, RECEPTION_NUMBER, {"wrong_codec": True}),
    "idle": (is_taken_up_again, RECEPTION_NUMBER, {"idle_at": 0.5, "idle_for": 0.3}),
    "silent": (is_heard_no_more, RECEPTION_NUMBER, {"idle_at": 0.1}),
    "cut": (is_cut_off, RECEPTION_NUMBER, {"ending": "reset"}),
    "half-open": (is_heard_no_more, RECEPTION_NUMBER, {"ending": "half-open"}),
}
FRAMES = {
    "odd frames": (consents, RECEPTION_NUMBER, {"odd_frames": 40}),
    "nothing but odd frames": (hears_an_apology, RECEPTION_NUMBER, {"odd_frames": 100}),
}
ASTERISK = {
    "nonsense": (consents, RECEPTION_NUMBER, {}, AsteriskFaults(nonsense=40)),
    "nothing but nonsense": (stays, RECEPTION_NUMBER, {}, AsteriskFaults(nonsense=100)),
    "slow": (is_heard_no_more, RECEPTION_NUMBER, {}, AsteriskFaults(slow=1.0)),
    "silent": (is_heard_no_more, RECEPTION_NUMBER, {}, AsteriskFaults(vanish_at=0.5)),
    "half-open": (is_heard_no_more, RECEPTION_NUMBER, {}, AsteriskFaults(ending="half-open")),
}


@pytest.fixture(scope="module")
def over_twilio(house):
    return Stage(house, STREAMS)


@pytest.fixture(scope="module")
def over_vonage(tmp_path_factory):
    house = vonage_house(tmp_path_factory.mktemp("vonage")).run().ready()
    yield Stage(house, STREAMS | FRAMES)
    assert house.finish() == 0, house.log


@pytest.fixture(scope="module")
def over_audiosocket(tmp_path_factory):
    house = build(
        tmp_path_factory.mktemp("pbx"),
        providers={"telco": "audiosocket"},
        plugins={"audiosocket": {"key": "${ASTERISK_KEY}", "port": 0}},
    )
    house.env["ASTERISK_KEY"] = KEY
    house.run().ready()
    held = {}

    async def one(number, name):
        held[name] = await hold(house, number, *ASTERISK[name])

    async def everything():
        async with trio.open_nursery() as nursery:
            for number, name in enumerate(ASTERISK):
                nursery.start_soon(one, number, name)

    trio.run(everything)
    yield held
    assert house.finish() == 0, house.log


@pytest.fixture
def stage(request):
    """The calls over the carrier that a test names."""
    return request.getfixturevalue(f"over_{request.param}")


@pytest.mark.fault("twilio", "malformed message")
@pytest.mark.fault("vonage", "malformed message")
@pytest.mark.fault("audiosocket", "malformed message")
@pytest.mark.parametrize(
    ("stage", "name"),
    [("twilio", "nonsense"), ("vonage", "nonsense"), ("vonage", "odd frames"), ("audiosocket", "nonsense")],
    indirect=["stage"],
)
def test_messages_without_sense_do_not_matter(stage, name):
    held = stage[name]
    assert (held.heard[-1], held.ended, held.report.failures) == ("Au revoir.", "agent", [])


@pytest.mark.fault("twilio", "malformed message", "wrong codec")
@pytest.mark.fault("vonage", "malformed message", "wrong codec")
@pytest.mark.parametrize(
    ("stage", "name"),
    [
        ("twilio", "nothing but nonsense"),
        ("twilio", "wrong codec"),
        ("vonage", "nothing but nonsense"),
        ("vonage", "nothing but odd frames"),
        ("vonage", "wrong codec"),
    ],
    indirect=["stage"],
)
def test_a_stream_that_makes_no_sense_is_given_up_with_an_apology(stage, name):
    held = stage[name]
    assert (held.ended, held.report.status, held.report.failures) == ("fault", "completed", [])
    assert apologies(held.report.journal)


@pytest.mark.fault("audiosocket", "malformed message")
def test_and_asterisk_is_told_to_apologise(over_audiosocket):
    call = over_audiosocket["nothing but nonsense"]
    assert (call.ended, call.steps) == ("fault", ["stream", "sorry"])


@pytest.mark.fault("twilio", "idle time-out", "cut in mid-stream")
@pytest.mark.fault("vonage", "idle time-out", "cut in mid-stream")
@pytest.mark.parametrize("stage", ["twilio", "vonage"], indirect=True)
@pytest.mark.parametrize("name", ["idle", "cut"])
def test_a_connection_that_is_lost_is_taken_up_again(stage, name):
    held = stage[name]
    assert (held.story.count("call.began"), held.report.failures) == (2, [])


@pytest.mark.fault("twilio", "silence", "half-open")
@pytest.mark.fault("vonage", "silence", "half-open")
@pytest.mark.fault("audiosocket", "silence", "half-open")
@pytest.mark.parametrize("stage", ["twilio", "vonage", "audiosocket"], indirect=True)
@pytest.mark.parametrize("name", ["silent", "half-open"])
def test_a_line_on_which_nothing_comes_is_spoken_to(stage, name):
    held = stage[name]
    assert held.heard[:2] == ["Bonjour.", "Gardons-nous le texte ?"]
    assert held.report.failures == []


@pytest.mark.fault("audiosocket", "slow first byte")
def test_a_stream_may_say_late_whose_it_is(over_audiosocket):
    assert over_audiosocket["slow"].heard[0] == "Bonjour."
