"""Whole calls whose model is the emulated Mistral: callers cut in, wait and ask again, and no request is refused."""

import msgspec
import pytest

from voiced.dialog.reader import read_text
from voiced.testing.mistral import Call, Latency, Mistral, Reply
from voiced.testing.scenario import Scenario
from voiced.testing.stage import cast_for, play

FLOW = """
flow: conseil
title: Un libraire
start: conseil
policies:
  silence: { after: 6, say: [Êtes-vous là ?], then: fin }
  failure: { say: Un incident est arrivé., then: fin }
steps:
  conseil:
    llm: { prompt: Aide l'appelant à choisir un livre., tools: [chercher] }
    ask: Quel genre de livre cherchez-vous ?
    routes:
      - { intent: au_revoir, to: fin }
  fin: { hangup: Au revoir. }
"""
ASKED = {"agent": "Quel genre de livre"}
LONG = Reply("Nous avons beaucoup de romans policiers. Les nouveautés arrivent le jeudi. Voulez-vous un titre ?")
SEARCH = Reply(calls=(Call("chercher", {"genre": "policier"}),))
BYE = [{"caller": "Au revoir."}, {"agent": "Au revoir"}, {"ends": "agent"}]
LEAVE = Reply(calls=(Call("au_revoir"),))


SLOW = Latency(tokens_per_second=4)


@pytest.fixture
def call(wired):
    """Play a call in which the emulator answers with `replies`; return its journal. Nothing may be refused."""

    async def run(lines, *replies, latency=None, **scenario):
        played = msgspec.convert({"scenario": "essai", "flow": "conseil", "call": lines, **scenario}, Scenario)
        flow, emulator = read_text(FLOW), Mistral(replies, latency=latency)
        async with wired(emulator) as brain:
            cast = cast_for(played, flow)
            cast.llm = brain.llm
            performance = await play(played, flow, cast)
        assert performance.failures == []
        assert {exchange.status for exchange in emulator.journal} == {200}
        return emulator.journal

    return run


def roles(exchange):
    return [message["role"] for message in exchange.request.messages]


async def test_a_conversation_with_a_tool(call, autojump_clock):
    lines = [ASKED, {"caller": "Un policier."}, {"tool": "chercher"}, {"agent": "beaucoup de romans"}, *BYE]
    first, second, _ = await call(lines, SEARCH, LONG, LEAVE, tools={"chercher": {"data": {"titres": 12}}})
    assert set(first.request.tools) == {"chercher", "au_revoir"}
    assert roles(second)[-2:] == ["assistant", "tool"]
    assert '"titres": 12' in second.request.messages[-1]["content"]


async def test_a_caller_who_cuts_the_answer_off_stops_the_model(call, autojump_clock):
    over = {"caller": {"says": "Non, un roman.", "over": 1.5}}
    lines = [ASKED, {"caller": "Un policier."}, over, {"agent": "Très bien"}, *BYE]
    first, second, *_ = await call(lines, LONG, Reply("Très bien, un roman."), LEAVE, latency=SLOW)
    assert first.end == "left"
    assert first.tokens < len(LONG.tokens)
    heard = [message["content"] for message in second.request.messages if message["role"] == "assistant"]
    assert LONG.text.startswith(heard[-1].rstrip(" .…—-"))
    assert heard[-1] != LONG.text


async def test_a_caller_who_talks_while_a_tool_runs(call, autojump_clock):
    over = {"caller": "Vous êtes toujours là ?"}
    lines = [ASKED, {"caller": "Un policier."}, {"tool": "chercher"}, over, {"agent": "beaucoup de romans"}, *BYE]
    await call(lines, SEARCH, LONG, LONG, LEAVE, tools={"chercher": {"data": {}, "after": 6}})


async def test_a_caller_who_cuts_in_before_the_first_word_about_a_result(call, autojump_clock):
    over = {"caller": {"says": "Attendez.", "over": 0.2}}
    lines = [ASKED, {"caller": "Un policier."}, {"tool": "chercher"}, over, {"agent": "Je vous écoute"}, *BYE]
    journal = await call(lines, SEARCH, LONG, Reply("Je vous écoute."), LEAVE, tools={"chercher": {"data": {}}})
    assert roles(journal[2])[-4:] == ["assistant", "tool", "assistant", "user"]
