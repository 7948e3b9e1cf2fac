"""Fixtures of the calls: the folder's helper modules can be imported, and logs are kept."""

import io
import sys
from pathlib import Path

import pytest

from voiced.observe import configure

sys.path.insert(0, str(Path(__file__).parent))  # the tests of this folder share `small_flows`


@pytest.fixture(autouse=True)
def log():
    """The log of the test, as text."""
    stream = io.StringIO()
    configure("debug", stream=stream)
    yield stream
    configure("error")
