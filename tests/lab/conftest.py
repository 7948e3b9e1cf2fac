"""A worker to call, as the worker's own tests have it."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "daemon"))

from worker_house import build, said

from voiced.audio import MULAW_8K, write_wav
from voiced.config.flags import FLAGS


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A worker that takes calls, for all tests of the module."""
    built = build(tmp_path_factory.mktemp("house"))
    built.env |= dict.fromkeys(FLAGS, "")
    built.run().ready()
    yield built
    assert built.finish() == 0, built.log


@pytest.fixture(scope="module")
def sounds(tmp_path_factory):
    """A folder with what a caller may say, as sound files."""
    folder = tmp_path_factory.mktemp("sounds")
    for name, number in {"oui": 1, "non": 2, "nom": 3, "adresse": 4}.items():
        write_wav(folder / f"{name}.wav", said(number), MULAW_8K)
    return folder
