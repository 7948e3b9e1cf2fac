"""The documents are there, and name only what exists."""

import re

import pytest

from voiced.cli.main import COMMANDS

DOCUMENTS = [
    "LICENSE",
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    ".env.example",
    "docs/README.md",
    "docs/architecture.md",
]
COMMAND = re.compile(r"(?:^|`|&& |\$ |bin/)(make|voiced) ([a-z]+)\b", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


@pytest.fixture(scope="module")
def pages(root, files):
    return {path: (root / path).read_text("utf-8") for path in files if path.suffix == ".md"}


@pytest.fixture(scope="module")
def targets(root):
    return set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text(), re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_it_exists(root, document):
    assert (root / document).stat().st_size > 0


def commands_in(text):
    code = re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL)
    return {pair for piece in code for pair in COMMAND.findall(piece)}


def test_commands_in_the_pages_exist(pages, targets):
    there = {"make": targets, "voiced": set(COMMANDS)}
    named = {(str(path), tool, command) for path, text in pages.items() for tool, command in commands_in(text)}
    assert {(path, tool, command) for path, tool, command in named if command not in there[tool]} == set()


def test_links_between_pages_lead_somewhere(root, pages):
    broken = [
        f"{path}: {link}"
        for path, text in pages.items()
        for link in LINK.findall(text)
        if not (root / path.parent / link).exists()
    ]
    assert broken == []


def test_every_page_is_in_the_table_of_contents(root, pages):
    index = (root / "docs/README.md").read_text()
    missing = [str(path) for path in pages if path.parts[0] == "docs" and str(path.relative_to("docs")) not in index]
    assert [path for path in missing if path != "docs/README.md"] == []


def test_the_makefile_explains_its_targets(root, targets):
    described = set(re.findall(r"^([a-z]+):.* ## \S", (root / "Makefile").read_text(), re.MULTILINE))
    assert targets == described
