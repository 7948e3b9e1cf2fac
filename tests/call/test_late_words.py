"""Callers whose words come when the recogniser has already answered without them."""

import trio
from msgspec.structs import replace
from small_flows import act
from test_waiting import ASKED, DESK, HOURS, OPEN

from voiced.testing.fakes import ScriptedStt

LATE = 1.5
"""Seconds between a final without words and the words."""


class Behind(ScriptedStt):
    """A recogniser that answers in time, without the words: they come by themselves."""

    async def transcribe(self, audio, heard, hints=()):
        class Finals:
            async def send(_, words):  # noqa: N805 - `self` is the recogniser
                if words.final and words.text:
                    await heard.send(replace(words, text=""))
                    nursery.start_soon(later, replace(words, late=True))

        async def later(words):
            await trio.sleep(LATE)
            await heard.send(words)

        async with trio.open_nursery() as nursery:
            await super().transcribe(audio, Finals(), hints)


def behind(cast):
    cast.stt = Behind(cast.stt.finals)


def test_they_are_answered_though_the_agent_has_begun_to_ask_again():
    again, answer = {"agent": "Pardon"}, {"agent": {"says": "Nous ouvrons", "within": 2}}
    performance = act([ASKED, HOURS, again, answer, {"unheard": "autrement"}], text=DESK, change=behind)
    assert performance.failures == []


def test_and_what_they_say_next_is_not_answered_with_them():
    bye = [{"caller": "Au revoir."}, {"agent": {"says": "Au revoir.", "within": 4}}, {"ends": "agent"}]
    performance = act([ASKED, HOURS, OPEN, ASKED, *bye], text=DESK, change=behind)
    assert performance.failures == []
    said = [entry.text for entry in performance.entries if entry.who == "caller"]
    assert said == [HOURS["caller"], "Au revoir."]
