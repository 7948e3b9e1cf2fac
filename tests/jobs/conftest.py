import io
import json

import pytest
import structlog

from voiced.observe import configure
from voiced.store import db


@pytest.fixture
def database(database_url):
    """A database, once in SQLite and once in PostgreSQL."""
    opened = db.open(database_url)
    yield opened
    db.close(opened)


@pytest.fixture
def log():
    """Return a function that gives the lines logged so far."""
    stream = io.StringIO()
    configure("info", stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    structlog.reset_defaults()
