"""Finding plugins: the house's own, a stranger's, and every way in which one can be broken."""

from typing import NamedTuple

import pytest

from voiced.registry import discover


class Case(NamedTuple):
    """A broken plugin, called `broken`, and the status and words that must tell."""

    name: str
    source: str
    status: str
    says: str


_HEAD = """
from dataclasses import dataclass
from voiced.plugin import PluginSpec, ProviderSpec, hookimpl
make = lambda options, host: None
"""


def _declares(spec):
    return f"{_HEAD}\n@hookimpl\ndef voiced_plugin():\n    return {spec}\n"


BROKEN = [
    Case("missing SDK", "import acme_sdk_that_is_not_here", "load_error", "acme_sdk_that_is_not_here"),
    Case("syntax", "def (:", "load_error", "SyntaxError"),
    Case("exits", "import sys; sys.exit(3)", "load_error", "SystemExit"),
    Case("no hook", "", "invalid", "no hook voiced_plugin"),
    Case("misspelt hook", _HEAD + "@hookimpl\ndef voiced_plugins(): return None", "invalid", "voiced_plugins"),
    Case("wrong argument", _HEAD + "@hookimpl\ndef voiced_plugin(hots): return None", "invalid", "hots"),
    Case("hook raises", _HEAD + "@hookimpl\ndef voiced_plugin(): raise OSError('no key')", "invalid", "no key"),
    Case("wrong type", _declares("{'name': 'broken'}"), "invalid", "returned dict, not PluginSpec"),
    Case("other name", _declares("PluginSpec('borken', 'x', ())"), "invalid", "calls itself 'borken'"),
    Case("says nothing", _declares("PluginSpec('broken', '', ())"), "invalid", "about is empty"),
    Case("list", _declares("PluginSpec('broken', 'x', [])"), "invalid", "providers is list, not a tuple"),
    Case("no spec", _declares("PluginSpec('broken', 'x', ('tts',))"), "invalid", "holds str, not ProviderSpec"),
    Case(
        "kind", _declares("PluginSpec('broken', 'x', (ProviderSpec('fax', 'f', make),))"), "invalid", "has kind 'fax'"
    ),
    Case(
        "provider name",
        _declares("PluginSpec('broken', 'x', (ProviderSpec('tts', 'My Voice', make),))"),
        "invalid",
        "'My Voice' is no name",
    ),
    Case(
        "factory", _declares("PluginSpec('broken', 'x', (ProviderSpec('tts', 't', 3),))"), "invalid", "cannot be called"
    ),
    Case(
        "twice",
        _declares("PluginSpec('broken', 'x', (ProviderSpec('tts', 't', make),) * 2)"),
        "invalid",
        "has tts 't' twice",
    ),
    Case("options", _declares("PluginSpec('broken', 'x', (), options=dict)"), "invalid", "not a dataclass"),
    Case(
        "indescribable option",
        _HEAD
        + "@dataclass(frozen=True)\nclass Options:\n    odd: make.__class__ = make\n"
        + "@hookimpl\ndef voiced_plugin(): return PluginSpec('broken', 'x', (), options=Options)",
        "invalid",
        "cannot be described",
    ),
]


def test_the_houses_own_plugins_are_found_like_any_other():
    found = discover()
    assert found["frontdesk"].spec.name == "frontdesk"
    assert found["frontdesk"].origin.startswith("voiced ")


def test_a_strangers_plugin_is_found_with_where_it_comes_from(installed, good):
    installed("acme-voices", acme=good("acme"))
    found = discover()["acme"]
    assert (found.status, found.failure, found.origin) == ("available", "", "acme-voices 1.0")
    assert [provider.name for provider in found.spec.providers] == ["acme", "acme_echo"]


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_what_is_wrong_with_a_plugin_is_its_status_and_nobody_elses(installed, good, case):
    installed(broken=case.source, healthy=good("healthy"))
    found = discover()
    assert found["broken"].spec is None
    assert found["broken"].status == case.status
    assert case.says in found["broken"].failure
    assert found["healthy"].status == "available"
    assert found["frontdesk"].status == "available"


def test_a_stranger_cannot_take_the_name_of_a_provider_of_the_house(installed, good):
    installed(aaa=good("aaa").replace('"aaa_echo"', '"take_message"'))
    found = discover()
    assert (found["aaa"].status, found["frontdesk"].status) == ("duplicate", "available")
    assert "'take_message' is already that of plugin frontdesk" in found["aaa"].failure


def test_of_two_strangers_with_one_name_the_second_is_shown_as_a_duplicate(installed, good):
    installed("first", acme=good("acme"))
    installed("second", acme=good("acme"))
    found = discover()
    assert found["acme"].origin == "first 1.0"
    assert found["acme (second 1.0)"].status == "duplicate"
