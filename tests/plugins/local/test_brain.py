"""The brain as a flow uses it: a caller's sentence in; a tool, a fact or nothing out. Without the sentence encoder."""

from datetime import datetime

import pytest

from voiced.dialog.intents import library
from voiced.errors import ProviderOverloaded
from voiced.plugin import Done, LlmRequest, Message, Token, ToolCall, ToolSpec
from voiced.testing.fakes import FakeHost
from voiced_local.brain import make_brain

MONDAY = Message("system", "Nous sommes lundi 23 novembre 2026, il est 14:05.")
BOOKING = ToolSpec(
    "rdv",
    "Prendre un rendez-vous",
    {
        "type": "object",
        "properties": {
            "quand": {"type": "string", "x-collect": "moment"},
            "telephone": {"type": "string"},
            "nom": {"type": "string", "x-collect": "name"},
            "soin": {"type": "string", "enum": ["coupe", "couleur"]},
            "note": {"type": "string", "x-collect": "text"},
        },
    },
    ("Je voudrais prendre rendez-vous.", "Auriez-vous un créneau ?", "C'est pour un rendez-vous."),
)
HOURS = ToolSpec("horaires", "Demander les horaires", examples=("Quels sont vos horaires ?", "Vous ouvrez quand ?"))
YES = ToolSpec("oui", "oui", examples=library()["oui"].examples)
FACTS = (
    "Nous sommes ouverts du lundi au vendredi, de neuf heures à dix-neuf heures.",
    "Un parking gratuit se trouve derrière le bâtiment.",
    "Les animaux ne sont pas admis.",
)


class Answer(list):
    """A sink."""

    async def send(self, event):
        self.append(event)


@pytest.fixture
def host(tmp_path):
    noon = datetime(2026, 11, 24, 12).astimezone()
    return FakeHost(tmp_path, tmp_path, epoch=noon.timestamp())


@pytest.fixture
def ask(host):
    brain = make_brain(None, host)

    async def ask(said, *, tools=(BOOKING, HOURS, YES), before=(MONDAY,), **more):
        answer = Answer()
        await brain.reply(LlmRequest((*before, Message("user", said)), tuple(tools), **more), answer)
        assert answer.pop() == Done()
        return answer

    return ask


def names(answer):
    return [event.name for event in answer if isinstance(event, ToolCall)]


async def test_it_writes_no_text_of_its_own_and_says_so(host):
    assert make_brain(None, host).capabilities.free_text is False


@pytest.mark.parametrize(
    ("said", "tool"),
    [
        ("bonjour, euh, j'aimerais savoir à quelle heure vous ouvrez s'il vous plaît", "horaires"),
        ("il me faudrait un rendez vous", "rdv"),
        ("Oui, et quels sont vos horaires d'ouverture ?", "horaires"),
        ("Oui, c'est ça.", "oui"),
        ("Mon cousin adore les chats. Vous ouvrez quand le samedi ?", "horaires"),
    ],
)
async def test_it_takes_the_tool_that_is_asked_for(ask, said, tool):
    assert names(await ask(said)) == [tool]


@pytest.mark.parametrize(
    "said", ["Qui a gagné le match hier ?", "Il va pleuvoir demain ?", "J'ai perdu mon mot de passe."]
)
async def test_it_says_nothing_when_no_tool_fits(ask, said):
    assert await ask(said) == []


async def test_it_chooses_the_nearest_when_a_choice_is_required(ask):
    assert len(await ask("Qui a gagné le match hier ?", tool_choice="required")) == 1


async def test_it_calls_no_tool_when_told_not_to(ask):
    assert await ask("Quels sont vos horaires ?", tool_choice="none") == []


async def test_the_values_in_the_sentence_become_arguments(ask):
    said = "Un rendez-vous demain à dix heures pour une couleur, je m'appelle Sophie Lefèvre, au 06 12 34 56 78."
    (call,) = await ask(said)
    assert call.arguments == {
        "quand": "2026-11-24T10:00",
        "telephone": "+33612345678",
        "nom": "Sophie Lefèvre",
        "soin": "couleur",
    }


async def test_what_was_not_said_is_left_for_the_flow_to_ask(ask):
    (call,) = await ask("Je voudrais prendre rendez-vous.")
    assert call.arguments == {}


async def test_a_number_of_guests_is_not_read_from_an_hour(ask):
    table = {"type": "object", "properties": {"couverts": {"type": "integer"}}}
    tool = ToolSpec("table", "Réserver une table", table, ("Je voudrais réserver une table.",))
    (late,) = await ask("Je voudrais réserver une table à 20 heures.", tools=[tool])
    (four,) = await ask("Je voudrais réserver une table pour quatre.", tools=[tool])
    assert (late.arguments, four.arguments) == ({}, {"couverts": 4})


async def test_today_is_the_hosts_when_the_prompt_does_not_tell(ask, autojump_clock):
    (call,) = await ask("Un rendez-vous demain à dix heures.", before=())
    assert call.arguments["quand"] == "2026-11-25T10:00"


async def test_facts_are_stated_word_for_word(ask):
    assert await ask("On peut se garer ?", tools=(), facts=FACTS) == [Token(FACTS[1])]
    assert await ask("Euh, je peux venir avec mon chien ?", tools=[BOOKING], facts=FACTS) == [Token(FACTS[2])]


@pytest.mark.parametrize("said", ["Ma chaudière est en panne.", "Comment faire un gâteau ?", "Je veux être remboursé."])
async def test_a_fact_that_does_not_answer_is_not_stated(ask, said):
    assert await ask(said, tools=(), facts=FACTS) == []


async def test_after_a_tools_result_there_is_nothing_to_add(host):
    asked = (Message("user", "Vous ouvrez quand ?"), Message("tool", "{}", tool_call_id="call_1"))
    answer = Answer()
    await make_brain(None, host).reply(LlmRequest(asked, (HOURS,)), answer)
    assert answer == [Done()]


async def test_a_tool_without_examples_is_known_by_its_description(ask):
    tools = [ToolSpec("facture_perdue", "Redemander une facture perdue"), ToolSpec("parler_au_chef", "")]
    assert names(await ask("J'ai perdu ma facture.", tools=tools)) == ["facture_perdue"]
    assert names(await ask("je veux parler au chef", tools=tools)) == ["parler_au_chef"]


async def test_without_the_encoder_it_does_with_words_and_tells_the_operator_once(ask, host):
    await ask("Vous ouvrez quand ?")
    await ask("Quels sont vos horaires ?")
    assert [memo.event for memo in host.log.memos] == ["brain_without_encoder"]


async def test_an_overloaded_encoder_costs_one_turn_only(tmp_path):
    asked = []

    async def embed(texts):
        asked.append(texts)
        raise ProviderOverloaded("full")

    host = FakeHost(tmp_path, tmp_path, models={("use", "embed"): embed})
    brain = make_brain(None, host)
    for _ in range(2):
        answer = Answer()
        await brain.reply(LlmRequest((Message("user", "Vous ouvrez quand ?"),), (HOURS,)), answer)
        assert names(answer) == ["horaires"]
    assert asked == [["Vous ouvrez quand ?"]] * 2


async def test_a_prepared_offer_is_not_learned_again(tmp_path):
    asked = []

    async def embed(texts):
        asked.extend(texts)
        return [[1.0, 0.0]] * len(texts)

    brain = make_brain(None, FakeHost(tmp_path, tmp_path, models={("use", "embed"): embed}))
    await brain.prepare([HOURS])
    assert "Qui a peint la Joconde ?" in asked
    asked.clear()
    await brain.reply(LlmRequest((Message("user", "Vous ouvrez quand ?"),), (HOURS,)), Answer())
    assert asked == ["Vous ouvrez quand ?"]
