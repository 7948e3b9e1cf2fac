"""One call's hearing, with a recogniser that counts what it is given."""

import pytest
import trio

from voiced.plugin import AudioFormat, Finalise, Packet, ProviderBadInput, ProviderOverloaded, Unavailable
from voiced_local.stt.provider import LocalStt


class Counter:
    """Hears how many tenths of a second it is given."""

    def __init__(self):
        self.heard = []

    def ready(self):
        return True

    def transcribe(self, sound, _options):
        self.heard.append(len(sound))
        return {"text": f"{len(sound) // 800} dixièmes", "logprob": -0.1, "no_speech": 0.0}


class Gone:
    """Is not there."""

    def ready(self):
        raise Unavailable("no weights", fix="fetch them")

    def transcribe(self, *_):
        raise Unavailable("no weights", fix="fetch them")


@pytest.fixture
def hear(model_host):
    """Return a function that plays a script at the pace of a call and returns what was heard, and the host."""

    async def play(script, model=None, seconds=0.0, hints=()):
        host = model_host({"whisper": model or Counter()}, seconds)
        give, audio = trio.open_memory_channel(0)
        out, heard = trio.open_memory_channel(1000)

        async def transcribe():
            async with audio, out:
                await LocalStt(host).transcribe(audio, out, hints)

        async def call():
            async with give:
                for item in script:
                    if isinstance(item, Packet):
                        await trio.sleep(item.seconds)
                    await give.send(item)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(transcribe)
            nursery.start_soon(call)
        return [one async for one in heard], host

    return play


@pytest.fixture
def said(vowel, hush, packets):
    """Return packets: half a second of silence, then `seconds` of speech."""
    return lambda seconds: packets(hush(0.5) + vowel(seconds))


@pytest.fixture
def pause(hush, packets):
    return lambda seconds: packets(hush(seconds))


def finals(heard):
    return [one for one in heard if one.final]


async def test_silence_is_answered_without_asking_anybody(hear, pause, autojump_clock):
    heard, host = await hear([*pause(3), Finalise(), *pause(1), Finalise()])
    assert [(one.text, one.final) for one in heard] == [("", True), ("", True)]
    assert host.asked == [("whisper", "ready")]


async def test_a_pause_is_recognised_at_once_and_its_result_is_the_final(hear, said, pause, autojump_clock):
    model = Counter()
    heard, _ = await hear([*said(0.5), *pause(0.7), Finalise()], model)
    assert [one.final for one in heard] == [False, True]
    assert heard[0].text == heard[1].text
    assert len(model.heard) == 1


async def test_a_final_says_where_the_words_stood(hear, said, pause, autojump_clock):
    heard, _ = await hear([*said(1), *pause(1), Finalise()])
    [final] = finals(heard)
    assert final.start == pytest.approx(0.5, abs=0.1)
    assert final.end == pytest.approx(1.5, abs=0.2)  # the detector lets go late
    assert 0.8 < final.confidence <= 1.0


async def test_words_after_the_pause_make_the_result_stale(hear, said, pause, autojump_clock):
    model = Counter()
    heard, _ = await hear([*said(1), *pause(0.5), *said(0.5), Finalise()], model)
    [final] = finals(heard)
    assert final.text == f"{model.heard[-1] // 800} dixièmes"
    assert model.heard[-1] > model.heard[0]


async def test_a_final_does_not_wait_for_a_look_that_became_useless(hear, said, autojump_clock):
    model = Counter()
    heard, host = await hear([*said(1.5), Finalise()], model, seconds=30)
    assert [one.final for one in heard] == [True]
    asked = [one for one in host.asked if one[1] == "transcribe"]
    assert len(asked) == 2
    assert trio.current_time() < 2.1 + 30 + 30


async def test_growing_speech_gives_interims_as_far_as_the_machine_keeps_up(hear, said, pause, autojump_clock):
    quick, slow = Counter(), Counter()
    script = [*said(8), *pause(1), Finalise()]
    heard_quick, _ = await hear(script, quick, seconds=0.2)
    heard_slow, _ = await hear(script, slow, seconds=1.5)
    assert len(heard_quick) > len(heard_slow) > 1
    tenths = [int(heard[-1].text.split()[0]) for heard in (heard_quick, heard_slow)]
    assert tenths[0] == pytest.approx(tenths[1], abs=3)
    assert len(finals(heard_quick)) == len(finals(heard_slow)) == 1


async def test_growing_speech_gets_a_glance_and_the_pause_a_good_look_at_once(hear, said, pause, autojump_clock):
    heard, host = await hear([*said(2), *pause(0.6), Finalise()], seconds=0.9)
    quick = [one[-1]["quick"] for one in host.asked if one[1] == "transcribe"]
    assert quick[0] is True
    assert quick[-1] is False
    assert quick.count(False) == 1
    assert len(finals(heard)) == 1
    assert trio.current_time() == pytest.approx(2.5 + 0.12 + 0.22 + 0.9, abs=0.15)


async def test_a_glance_is_never_a_final(hear, said, autojump_clock):
    _, host = await hear([*said(1.5), Finalise()], seconds=0.0)
    assert host.asked[-1][-1]["quick"] is False


async def test_every_finalise_has_one_final_in_order(hear, said, pause, autojump_clock):
    script = [*said(1), Finalise(), *said(2), Finalise(), Finalise(), *said(3), *pause(1), Finalise()]
    heard, _ = await hear(script, seconds=2.0)
    lengths = [int(one.text.split()[0]) if one.text else 0 for one in finals(heard)]
    assert len(lengths) == 4
    assert 0 == lengths[2] < lengths[0] < lengths[1] < lengths[3]


async def test_speech_that_nobody_finalised_is_given_at_the_end(hear, said, autojump_clock):
    heard, _ = await hear(said(1))
    assert len(finals(heard)) == 1


async def test_a_speech_of_minutes_is_one_final_made_of_parts(hear, said, pause, autojump_clock):
    model = Counter()
    heard, _ = await hear([*said(70), *pause(1), Finalise()], model, seconds=0.1)
    [final] = finals(heard)
    assert max(model.heard) <= 30 * 8000
    assert sum(int(tenths) for tenths in final.text.split()[::2]) == pytest.approx(706, abs=6)
    assert final.end - final.start == pytest.approx(70, abs=0.3)


async def test_the_words_of_the_flow_reach_the_recogniser(hear, said, autojump_clock):
    _, host = await hear([*said(1), Finalise()], hints=("Dubreuil", "Kerlann"))
    assert host.asked[-1][-1]["hints"] == ["Dubreuil", "Kerlann"]


async def test_without_the_model_the_call_learns_what_to_do(hear, said, autojump_clock):
    with pytest.RaisesGroup(ProviderOverloaded) as raised:
        await hear([*said(1), Finalise()], Gone())
    assert raised.value.exceptions[0].hint == "fetch them"


async def test_sound_it_cannot_read_is_refused(hear, autojump_clock):
    with pytest.RaisesGroup(ProviderBadInput):
        await hear([Packet(bytes(640), AudioFormat("pcm16", 16000))])
