"""No bundled provider is left out: each has a case in the test of its kind."""

import importlib.util
from pathlib import Path

import pytest

from voiced.plugin import KINDS
from voiced.registry import discover
from voiced.testing.conformance.faults import NAMES, STT_NAMES

HERE = Path(__file__).parent


FAULTS = {"stt": STT_NAMES, "tts": NAMES, "llm": NAMES, "telco": NAMES}
"""The faults that the kit knows for each kind whose providers ask a service."""
NO_NETWORK = "its model runs in a process of this machine, which answers, fails or hangs"
WITHOUT = {
    ("stt", "local"): ({"overloaded", "silent", "stuck", "late"}, NO_NETWORK),
    ("tts", "local"): ({"overloaded", "silent"}, NO_NETWORK),
    ("telco", "audiosocket"): (set(), "there is no account: Asterisk asks the worker, and nothing is asked of it"),
    ("llm", "local"): (set(), "it thinks in the worker itself; there is no service behind it that could be at fault"),
}
"""Providers that cannot meet every fault: those that they can, and why no others."""


def module(kind):
    """The test of a kind."""
    spec = importlib.util.spec_from_file_location(f"conformance_{kind}", HERE / f"test_{kind}.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def cases(kind):
    """The names that the test of a kind tries; what stands behind a space is a way of one provider."""
    return {name.partition(" ")[0] for name in module(kind).CASES}


@pytest.mark.parametrize("kind", KINDS)
def test_every_provider_is_held_to_its_contract(kind):
    bundled = [found.spec for found in discover().values() if found.spec and found.origin.startswith("voiced ")]
    names = {provider.name for spec in bundled for provider in spec.providers if provider.kind == kind}
    assert cases(kind) == names


@pytest.mark.parametrize("kind", FAULTS)
def test_every_fault_of_its_service_is_shown_to_every_provider(kind, tmp_path):
    for name, case in module(kind).CASES.items():
        _, faults = case(tmp_path)
        wanted, why = WITHOUT.get((kind, name), (set(FAULTS[kind]), "it asks a service by the network"))
        assert set(faults) == wanted, f"{kind}: {name}, {why}"
