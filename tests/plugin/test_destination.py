"""Where plugins send what callers say, by their options."""

import pytest

from voiced.plugin import HERE, Destination, by_host
from voiced.registry import discover

FOUND = {name: found.spec for name, found in discover().items() if found.spec is not None}
KEPT = {
    "elevenlabs": {"url": "https://api.eu.residency.elevenlabs.io"},
    "gladia": {},
    "mistral": {"url": "https://api.eu.mistral.ai"},
    "speechmatics": {},
    "twilio": {"url": "https://api.dublin.ie1.twilio.com"},
    "vonage": {"url": "https://api-eu-3.vonage.com"},
}
"""Options by which data stays in the European Union."""
LEFT = {
    "elevenlabs": ({}, "us"),
    "gladia": ({"region": "us-west"}, "us"),
    "mistral": ({}, "unknown"),
    "openai": ({"url": "https://api.openai.com/v1"}, "us"),
    "speechmatics": ({"url": "wss://us.rt.speechmatics.com/v2"}, "us"),
    "twilio": ({}, "us"),
    "vonage": ({}, "us"),
    "acapela": ({}, "unknown"),
    "readspeaker": ({}, "unknown"),
}


def goes(name, **options):
    return FOUND[name].goes_to(FOUND[name].options(**options))


@pytest.mark.parametrize("name", [name for name in FOUND if name in {*KEPT, *LEFT}])
def test_one_that_sends_anything_says_to_whom_and_what_must_be_reachable(name):
    options = LEFT[name][0] if name == "openai" else {}
    assert goes(name, **options).company
    assert goes(name, **options).url.startswith(("https://", "wss://"))


@pytest.mark.parametrize(("name", "options"), KEPT.items())
def test_what_keeps_it_in_the_union(name, options):
    assert goes(name, **options).region == "eu"


@pytest.mark.parametrize(("name", "case"), LEFT.items())
def test_what_does_not(name, case):
    assert goes(name, **case[0]).region == case[1]


@pytest.mark.parametrize("name", ["local", "frontdesk", "audiosocket"])
def test_what_stays_on_this_machine(name):
    assert goes(name) == HERE


def test_an_address_of_this_machine_leads_nowhere_else():
    assert by_host("ws://127.0.0.1:8000", "Voice Inc.", {"": "us"}) == Destination("here", url="ws://127.0.0.1:8000")


def test_a_model_of_one_s_own_is_here():
    assert goes("openai").region == "here"
