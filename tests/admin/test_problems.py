"""What is wrong with the files is told in the reader's language, and every sentence of ours has its French."""

import ast
import re
from pathlib import Path

import pytest
from admin_house import FakeWorker

import voiced
from voiced_admin.problem_texts import FRENCH
from voiced_admin.problems import french

HERE = Path(voiced.__file__).parent
TOLD_IN = [
    "yamlfile/loader.py", "yamlfile/sentences.py", "dialog/lint.py", "dialog/reader.py", "daemon/reload.py",
    "registry/registry.py",
    *(f"config/{name}.py" for name in ("bundle", "edit", "environment", "flags", "history", "location", "reader",
                                       "register", "rules", "substitute")),
]  # fmt: skip
"""Where faults are put into words."""
NOT_TOLD = {
    # what libyaml says, or asks of a schema, a file or a log
    "mapping values are not allowed", "cannot start any token", "could not find expected ':'", "expected <block end>",
    "expected <document start>", "comment or line break", "did not find expected key", "expected '-' indicator",
    "unexpected end of stream", "unexpected document indicator", "expected ',' or ']'", "expected ',' or '}'",
    "expected node content", "escape character", "expected alphabetic or numeric", "end of stream",
    "The register of sub-processors of voiced", "A flow of voiced",
    # parts of sentences that are told as a whole
    "'x' is 'x': nothing is asked of it that could be counted", "did you mean", "to the United States",
    "nobody knows where", "only a vad", "no provider", "another holds it", "its content is not what was recorded",
    "it holds no files",
    # what a command tells, or a difference
    "back to 'x'", "'x'\n\\ No newline at end of file\n",
    "run this as the user that runs voiced; move 'x' away to begin a new history",
    "the history of the configuration cannot be used: 'x': 'x'",
}  # fmt: skip
_WORD = re.compile(r"\b[a-z]{3,}\b")


def sample(node):
    """Return the sentence that `node` makes, with names in its holes; None when it is none."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        parts = (
            each.value if isinstance(each, ast.Constant) else named(ast.unparse(each.value)) for each in node.values
        )
        return "".join(parts)
    return None


def named(expression):
    return "a/b: " if expression.startswith("where(") else "" if expression == "to" else "'x'"


def sentences(path):
    tree = ast.parse(path.read_text("utf-8"))
    apart = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        described = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "doc"
        if isinstance(node, ast.JoinedStr) or described:
            apart |= {id(part) for part in ast.walk(node) if part is not node}
    for node in ast.walk(tree):
        text = None if id(node) in apart else sample(node)
        if text and " " in text.strip() and _WORD.search(text) and not text.startswith("(?i)"):
            yield text


def test_every_sentence_about_the_files_has_its_french():
    told = {text for name in TOLD_IN for text in sentences(HERE / name)}
    assert {text for text in told - NOT_TOLD if french(text) == text} == set()
    assert told >= NOT_TOLD, "what is no sentence any more"


@pytest.mark.parametrize(
    ("english", "in_french"),
    [
        ("providers/stt: expected a text or a list, found the number 3",
         "providers/stt : un texte ou une liste attendu, pas le nombre 3"),
        ("unknown key 'provider'", "clé inconnue : 'provider'"),
        ("did you mean 'providers'?", "vouliez-vous dire 'providers' ?"),
        ("steps/fin: 'a or b' is not one of the possible values",
         "steps/fin : 'a or b' n’est pas l’une des valeurs possibles"),
        ("there is local, gladia", "il y a local, gladia"),
        ("privacy.eu_only is true, and studio sends what callers say to Studio Inc., to the United States",
         "privacy.eu_only vaut true, et studio envoie ce que disent les appelants à Studio Inc., aux États-Unis"),
        ("'energy' is only a vad: nothing is asked of it that could be counted",
         "'energy' n’est qu’une détection de voix : rien ne lui est demandé qui puisse être compté"),
        ("nothing gives a value to {nom}", "rien ne donne de valeur à {nom}"),
    ],
)  # fmt: skip
def test_a_sentence_is_told_in_french_and_keeps_what_it_names(english, in_french):
    assert french(english) == in_french


@pytest.mark.parametrize(
    "text",
    ["the voice cannot be had", "write your key here or there", "there is nothing behind this address", "x: no answer",
     "the option that a plugin wants is not set", "",
     "unknown key '" + "x" * 1000 + "'"],
)  # fmt: skip
def test_somebody_elses_words_stay_as_they_are(text):
    assert french(text) == text


def test_no_french_asks_for_names_that_its_english_does_not_give():
    for english, text in FRENCH.items():
        names = {name.split(")")[0] for name in english.split("%(")[1:]}
        assert {name.split(")")[0] for name in text.split("%(")[1:]} <= names


def test_pages_tell_it_in_the_readers_language(house, claire):
    problem = {"file": str(house.file), "line": 3, "column": 8, "reason": "providers/stt: 'x' is not allowed here"}
    with FakeWorker(house.settings.data_dir, config={"problems": [problem]}).open():
        french_page, english_page = claire.get("/").text, claire.get("/?lang=en", follow_redirects=True).text
    assert "providers/stt : &#39;x&#39; n’est pas permis ici" in french_page
    assert "providers/stt: &#39;x&#39; is not allowed here" in english_page
