"""A hook exists only if it is documented and tested, with its arguments."""

import inspect
import re
from pathlib import Path
from typing import get_args

from voiced.config.catalogue import Status
from voiced.plugin import Hooks, PluginSpec
from voiced.registry import discover

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "hooks.md").read_text(encoding="utf-8")


def hooks():
    members = inspect.getmembers(Hooks, inspect.isfunction)
    return {name: [each for each in inspect.signature(hook).parameters if each != "self"] for name, hook in members}


def test_every_hook_is_documented_with_its_arguments_and_no_other_is():
    headings = re.findall(r"^## `(\w+)\((.*)\)`$", PAGE, re.MULTILINE)
    documented = {name: [each.strip() for each in arguments.split(",") if each] for name, arguments in headings}
    assert documented == hooks()


def test_every_hook_has_a_test_named_after_it():
    here = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in hooks() if f"def test_hook_{name}(" not in here] == []


def test_hook_voiced_plugin():
    declared = {name: found.spec for name, found in discover().items()}
    assert declared["frontdesk"].name == "frontdesk"
    assert {type(spec) for spec in declared.values()} == {PluginSpec}


def test_what_a_plugin_declares_is_documented_field_by_field():
    documented = re.findall(r"^\| `(\w+)` \| [A-Z]", PAGE.split("## What becomes")[0], re.MULTILINE)
    assert set(documented) == set(PluginSpec.__struct_fields__)


def test_every_status_is_documented():
    documented = re.findall(r"^\| `(\w+)` \|", PAGE.split("## What becomes")[1], re.MULTILINE)
    assert set(documented) == set(get_args(Status))
