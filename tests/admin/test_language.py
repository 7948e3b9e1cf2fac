"""Every text is there in both languages, and every setting is explained in both."""

import ast
import re
from functools import reduce
from pathlib import Path

from admin_house import installed

import voiced_admin
from voiced.config.schema import child, schema
from voiced_admin import app, calls, fields, health, outcome, show, waterfall
from voiced_admin.english import ENGLISH
from voiced_admin.french import ABOUT

HERE = Path(voiced_admin.__file__).parent
IN_TEMPLATES = re.compile(r"""\b(?:_\(|count\([^,]+, )["']([^"']+)["'](?:, "([^"]+)"\))?""")
TABLES = [
    show.STATES.values(), show.CONSENT.values(), show.ENDED_BY.values(), calls.FILTERS.values(), calls.KINDS.values(),
    calls.WHY.values(), health.STATES.values(), outcome.NAMES.values(), fields.SECTIONS,
    (words for _, words in (*health.JOBS.values(), *health.BREAKERS.values(), health.HELD)),
    (label for _, label, _ in waterfall.PARTS), (text for pair in app.ERRORS.values() for text in pair),
    (label for section in fields.SECTIONS.values() for label, _ in section.values()),
    fields.OFFERED.values(), [fields.OFFERS],
]  # fmt: skip


def texts():
    """Every French text that a page may show."""
    found = {text for table in TABLES for text in table}
    for path in HERE.glob("templates/*.html"):
        found |= {text for pair in IN_TEMPLATES.findall(path.read_text("utf-8")) for text in pair if text}
    for path in HERE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say":
                found |= {arg.value for arg in node.args if isinstance(arg, ast.Constant)}
    return found


def test_every_text_has_its_english_and_no_english_is_left_over():
    assert set(ENGLISH) == texts()


def test_both_languages_are_given_the_same_facts():
    facts = re.compile(r"\{\w+\}")
    named = {
        french: (sorted(facts.findall(french)), sorted(facts.findall(english))) for french, english in ENGLISH.items()
    }
    assert {french: both for french, both in named.items() if both[0] != both[1]} == {}


def test_every_setting_is_explained_as_the_schema_does():
    described, whole = set(), schema(installed())
    for section in (*fields.SECTIONS.values(), fields.OFFERED):
        for name in section:
            described.add(reduce(child, name.split("."), whole)["description"])
    assert set(ABOUT) == described
