"""No bundled provider is left out: each has a case in the test of its kind."""

import importlib.util
from pathlib import Path

import pytest

from voiced.plugin import KINDS
from voiced.registry import discover

HERE = Path(__file__).parent


def cases(kind):
    """The names that the test of a kind tries; what stands behind a space is a way of one provider."""
    spec = importlib.util.spec_from_file_location(f"conformance_{kind}", HERE / f"test_{kind}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {name.partition(" ")[0] for name in module.CASES}


@pytest.mark.parametrize("kind", KINDS)
def test_every_provider_is_held_to_its_contract(kind):
    bundled = [found.spec for found in discover().values() if found.spec and found.origin.startswith("voiced ")]
    names = {provider.name for spec in bundled for provider in spec.providers if provider.kind == kind}
    assert cases(kind) == names
