"""What goes wrong on demand at the emulated speechCloud."""

import pytest
import trio

from voiced.errors import ProviderOverloaded
from voiced.testing.readspeaker import Account, Faults
from voiced.testing.readspeaker.account import KEY

SENTENCE = "Bonjour, cabinet du docteur Martin, que puis-je pour vous ?"


@pytest.mark.checklist("readspeaker-13")
async def test_it_is_busy_some_times(speak, host):
    host.faults = Faults(status=503, times=2, retry_after="3")
    answers = [await speak() for _ in range(3)]
    assert [answer.status for answer in answers] == [503, 503, 200]
    assert answers[0].headers["retry-after"] == "3"


@pytest.mark.checklist("readspeaker-14", by="spent")
@pytest.mark.parametrize(("spent", "status"), [("words", 200), ("busy", 503), ("bad", 400)])
async def test_the_credit_runs_out(speak, host, spent, status):
    host.account = Account(credit=20, spent=spent)
    answers = [await speak() for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, status]
    assert answers[2].headers["content-type"] == "text/plain"
    assert answers[2].body == b"ERROR: Needed credits exceeds available amount."


@pytest.mark.fault("readspeaker", "429 without Retry-After")
@pytest.mark.checklist("readspeaker-15")
@pytest.mark.parametrize("status", [500, 429, 403])
async def test_everything_may_be_refused(speak, host, status):
    host.faults = Faults(status=status)
    assert [(await speak()).status for _ in range(3)] == [status] * 3


@pytest.mark.fault("readspeaker", "slow first byte")
@pytest.mark.checklist("readspeaker-16")
async def test_the_first_byte_is_late(speak, host, autojump_clock):
    autojump_clock.autojump_threshold = 0.05
    host.faults = Faults(late=5.0)
    assert (await speak()).status == 200
    assert trio.current_time() >= 5.0
    host.faults = Faults(trouble="half_open")
    with trio.move_on_after(60) as patience:
        await speak()
    assert patience.cancelled_caught


@pytest.mark.checklist("readspeaker-17")
async def test_the_sound_breaks_off(speak, host):
    host.faults = Faults(trouble="cut")
    with pytest.raises(ProviderOverloaded, match="broke off"):
        await speak(SENTENCE)


@pytest.mark.checklist("readspeaker-17")
async def test_the_sound_stops_coming(speak, host, autojump_clock):
    autojump_clock.autojump_threshold = 0.05
    host.faults = Faults(trouble="stall")
    with trio.move_on_after(60) as patience:
        await speak(SENTENCE)
    assert patience.cancelled_caught


@pytest.mark.checklist("readspeaker-18")
async def test_a_length_that_is_not_that_of_the_sound(speak, host):
    whole = (await speak(SENTENCE)).body
    host.faults = Faults(length="shorter")
    assert (await speak(SENTENCE)).body == whole[: len(whole) // 2]
    host.faults = Faults(length="longer")
    with pytest.raises(ProviderOverloaded, match="broke off"):
        await speak(SENTENCE)


@pytest.mark.checklist("readspeaker-20")
async def test_redirects_lead_anywhere(speak, host, net):
    host.faults = Faults(redirect="itself")
    answer = await speak()
    for _ in range(3):
        assert answer.status == 302
        assert f"/a/speak?key={KEY}" in answer.headers["location"]
        answer = await net.request("GET", answer.headers["location"])
    host.faults = Faults(redirect="away")
    assert (await speak()).headers["location"].startswith("https://elsewhere.example/")
    host.faults = Faults(redirect="nowhere")
    answer = await speak()
    assert (answer.status, "location" in answer.headers) == (302, False)
    host.faults = Faults(redirect="once")
    assert (await net.request("GET", (await speak()).headers["location"])).headers["content-type"] == "audio/basic"


async def test_words_instead_of_sound(speak, host):
    host.faults = Faults(words="ERROR: Something is wrong.", kind="audio/basic")
    answer = await speak()
    assert (answer.status, answer.headers["content-type"]) == (200, "audio/basic")
    assert answer.body == b"ERROR: Something is wrong."


async def test_sound_in_the_wrong_coding_and_not_whole(speak, host):
    right = (await speak()).body
    host.faults = Faults(wrong_codec=True)
    answer = await speak()
    assert (answer.headers["content-type"], answer.body[:4]) == ("audio/basic", b"RIFF")
    host.faults = Faults(trouble="odd")
    assert len((await speak()).body) == len(right) + 1
    host.faults = Faults(trouble="empty")
    assert (await speak()).body == b""
