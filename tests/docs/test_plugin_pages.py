"""Each plugin's page says what an operator must know before it is switched on, and its options as they are."""

import dataclasses
import re

import msgspec
import pytest

from docs.generate import HERE, house
from voiced_acapela.provider import PATIENCE as ACAPELA
from voiced_elevenlabs import over_http, over_socket
from voiced_gladia import provider as gladia
from voiced_readspeaker.provider import PATIENCE as READSPEAKER

PLUGINS = {name: found.spec for name, found in house().items()}
SECTIONS = ("What it does", "Options", "Region and data", "What costs", "Getting a key", "Known traps")


def page(name):
    return (HERE / "plugins" / f"{name}.md").read_text(encoding="utf-8")


def sections(name):
    """Return the page's sections by heading; some get a number with the key."""
    parts = re.split(r"^## (.+)\n", page(name), flags=re.MULTILINE)[1:]
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return {heading.replace("a number and a key", "a key"): text for heading, text in pairs}


def rows(name):
    """Return the rows of the table of options, as lists of cells."""
    table = re.search(r"^\| option \| default \| unit \| what it does \|\n\|.*\n((?:\|.*\n)+)",
                      sections(name)["Options"], re.MULTILINE)  # fmt: skip
    assert table
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table[1].splitlines()]


def says(cell, default):
    """Return whether a cell of the table tells this default, in the words that all tables use."""
    match default:
        case bool() | None:
            return cell.strip("`") == msgspec.json.encode(default).decode()
        case int() | float():
            return float(cell) == default
        case str() if cell.endswith('..."'):
            return default.startswith(cell.strip('"').removesuffix("..."))
        case str() if default:
            return cell == f"`{default}`"
    return not default and cell in {"empty", "none"}


@pytest.fixture(params=PLUGINS)
def name(request):
    return request.param


def test_it_says_what_an_operator_must_know(name):
    found = sections(name)
    assert [heading for heading in SECTIONS if not found.get(heading, "").strip()] == []


def test_it_has_each_option_with_its_default_and_its_unit(name):
    told = {cells[0].strip("`"): cells for cells in rows(name)}
    options = {each.name: each for each in dataclasses.fields(PLUGINS[name].options)}
    assert list(told) == [*dict.fromkeys(told)]
    assert told.keys() == options.keys()
    made = PLUGINS[name].options()
    wrong = {each: told[each][1] for each in options if not says(told[each][1], getattr(made, each))}
    assert wrong == {}
    numbers = [each for each in options if type(getattr(made, each)) in {int, float}]
    assert [each for each in numbers if not told[each][2]] == []


@pytest.mark.parametrize(
    ("name", "told", "figures"),
    [
        ("acapela", r"\(([\d.]+) s for the first sound\)", [ACAPELA]),
        ("readspeaker", r"\(([\d.]+) s for the first sound\)", [READSPEAKER]),
        ("elevenlabs", r"\(([\d.]+) s for the first sound\)", [over_socket.PATIENCE]),
        ("elevenlabs", r"\(([\d.]+) s for the first sound\)", [over_http.PATIENCE]),
        ("gladia", r"After ([\d.]+) s without any message.*?open within ([\d.]+) s", [gladia.SILENT, gladia.REOPEN]),
    ],
)  # fmt: skip
def test_how_long_it_waits_is_what_the_page_says(name, told, figures):
    (found,) = re.finditer(told, page(name), re.DOTALL)
    assert [float(each) for each in found.groups()] == figures
