"""A call by keyboard: what is typed, what is shown."""

from datetime import datetime
from textwrap import dedent
from zoneinfo import ZoneInfo

import pytest

from voiced.call.providers import Deadlines, Providers
from voiced.dialog.reader import read_text
from voiced.errors import ProviderOverloaded
from voiced.lab.chat import HELP, Chat
from voiced.plugin import ToolOutcome, ToolSpec
from voiced.testing.fakes import ScriptedLlm, ScriptedStt, ScriptedTool, ScriptedTts, ScriptedVad

NOW = datetime(2026, 12, 1, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))
FLOW = """
flow: essai
title: Un essai
start: bonjour
anywhere:
  - { dtmf: "0", to: personne }
  - { dtmf: "7", to: test }
steps:
  bonjour: { say: Bonjour., next: demande }
  demande:
    ask: Que puis-je faire ?
    again: Autre chose ?
    facts: [Le parking est gratuit.]
    routes:
      - { intent: message, to: noter }
      - { intent: au_revoir, to: fin }
      - { intent: oubli, about: L'appelant veut être oublié., examples: [oubliez-moi], do: forget, to: fin }
  noter:
    tool: noter
    with: { texte: "De {caller}", rien: "{moment}" }
    next: note
    failed: rate
  note: { say: C'est noté., next: demande }
  rate: { say: Cela n'a pas marché., next: demande }
  personne: { transfer: { to: "+33199000001", timeout: 20 }, failed: absent }
  absent: { say: Personne n'est là., next: demande }
  test: { echo: 5, next: demande }
  quand: { collect: { slot: moment, kind: moment, ask: Quand ? }, next: fin }
  fin: { hangup: Au revoir. }
""".replace("start: bonjour\n", "start: bonjour\npolicies: { misunderstanding: { then: quand } }\n")
SPEC = ToolSpec("noter", "Notes.", {"type": "object", "properties": {"texte": {"type": "string", "maxLength": 20}}})


class Screen(list):
    def __call__(self, kind, text):
        self.append((kind, text))

    def of(self, kind):
        return [text for each, text in self if each == kind]


@pytest.fixture
def tool():
    return ScriptedTool(SPEC, ToolOutcome(ok=True, data={"n": 1}), after=0)


@pytest.fixture
def llm():
    return ScriptedLlm(
        {"un message": "message", "adieu": "au_revoir"}, {"où me garer": "Le parking est gratuit."}, first_token=0
    )


@pytest.fixture
def talk(tool, llm):
    """Hold a call in which the caller types `lines`; return how it ended and what was shown."""

    async def hold(*lines, flow=FLOW, deadlines=None):
        providers = Providers(
            stt=ScriptedStt(), tts=ScriptedTts(), llm=llm, vad=ScriptedVad(), tools={"noter": tool},
            deadlines=deadlines or Deadlines(),
        )  # fmt: skip
        screen = Screen()

        typed = iter(lines)

        async def next_line():
            line = next(typed, None)
            return "" if line is None else f"{line}\n"

        chat = Chat(read_text(dedent(flow)), providers, screen, now=NOW, caller="+33612345678")
        return await chat.run(next_line), screen

    return hold


async def test_the_agent_begins_and_the_call_ends_with_the_input(talk):
    ended, screen = await talk()
    assert (ended, screen.of("agent")) == ("caller", ["Bonjour.", "Que puis-je faire ?"])


async def test_what_is_typed_is_said_and_the_model_chooses(talk):
    ended, screen = await talk("adieu", "jamais lu")
    assert ended == "agent"
    assert screen.of("agent")[-1] == "Au revoir."
    assert screen.of("detail") == [
        "step (start) -> demande",
        "the model chose au_revoir",
        "step demande -> fin",
        "hung up: goodbye",
    ]


async def test_the_models_own_words_are_the_agents(talk, llm):
    _, screen = await talk("où me garer", "adieu")
    assert screen.of("agent")[2:4] == ["Le parking est gratuit.", "Autre chose ?"]
    assert [line.role for line in llm.asked[-1].messages][-4:] == ["user", "assistant", "assistant", "user"]


async def test_a_tool_is_really_used(talk, tool):
    _, screen = await talk("un message")
    assert [dict(used.arguments) for used in tool.used] == [{"texte": "De +33612345678"}]
    assert screen.of("note") == ["tool noter {'texte': 'De +33612345678'} -> ok {'n': 1}"]
    assert screen.of("agent")[2] == "C'est noté."


async def test_arguments_that_its_schema_forbids_never_reach_a_tool(talk, tool):
    _, screen = await talk("un message", flow=FLOW.replace("De {caller}", "De la part de {caller}"))
    assert tool.used == []
    assert screen.of("fault")[0].startswith("tool failed: ValidationError")
    assert "Cela n'a pas marché." in screen.of("agent")


async def test_a_tool_that_breaks_and_one_that_says_no_take_the_flows_way_out(talk, tool):
    tool.fails = ProviderOverloaded("busy")
    _, screen = await talk("un message")
    assert screen.of("fault") == ["tool failed: ProviderOverloaded: busy"]
    tool.fails, tool.outcome = None, ToolOutcome(ok=False)
    _, screen = await talk("un message")
    assert screen.of("note")[0].endswith("-> no {}")
    assert "Cela n'a pas marché." in screen.of("agent")


async def test_a_model_that_fails_or_hangs_is_told_and_the_flow_goes_on(talk, llm, autojump_clock):
    llm.fails = ProviderOverloaded("busy")
    ended, screen = await talk("adieu")
    assert screen.of("fault") == ["llm failed: ProviderOverloaded: busy"]
    assert (ended, screen.of("agent")[-1]) == ("agent", "Excusez-moi, je rencontre un problème technique.")
    llm.fails, llm.first_token = None, 60.0
    _, screen = await talk("adieu", deadlines=Deadlines(llm=5.0))
    assert screen.of("fault") == ["llm failed: TooSlowError: "]


async def test_keys_silence_mumbling_time_and_hanging_up(talk):
    ended, screen = await talk("/silence", "/mumble", "", "/dtmf 12", "/hangup", "adieu")
    assert ended == "caller"
    assert screen.of("agent")[2] == "Êtes-vous toujours là ?"
    assert screen.of("agent")[3].startswith("Pardon")
    assert len(screen.of("agent")) == 4
    ended, screen = await talk("/time")
    assert (ended, screen.of("agent")[-1]) == ("agent", "Nous devons nous arrêter là. Merci de votre appel.")


@pytest.mark.parametrize("line", ["/aide", "/help", "/dtmf", "/answer"])
async def test_who_types_something_unknown_is_helped(talk, line):
    _, screen = await talk(line)
    assert screen.of("note") == [HELP]


@pytest.mark.parametrize("result", ["/busy", "/no-answer", "/failed"])
async def test_a_transfer_rings_until_it_is_said_how_it_ends(talk, result):
    ended, screen = await talk("/dtmf 0", "allô ?", result)
    assert screen.of("note") == [
        "ringing +33199000001 for 20 s: /answer, /busy, /no-answer, /failed",
        HELP,
    ]
    assert (ended, screen.of("agent")[-2:]) == ("caller", ["Personne n'est là.", "Que puis-je faire ?"])


async def test_a_transfer_that_is_answered_ends_the_call(talk):
    assert (await talk("/dtmf 0", "/answer"))[0] == "transfer"


async def test_an_echo_is_told(talk):
    _, screen = await talk("/dtmf 7")
    assert screen.of("note") == ["the caller hears themselves for 5 s"]
    assert screen.of("agent")[-1] == "Que puis-je faire ?"


async def test_a_decision_about_consent_is_told(talk, llm):
    llm.understands = {"oubliez-moi": "oubli"}
    _, screen = await talk("oubliez-moi")
    assert screen.of("note") == ["consent withdrawn (voice)"]
