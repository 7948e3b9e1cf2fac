import pytest

from voiced.store import db


@pytest.fixture
def database(database_url):
    """A database to write to, of each kind."""
    opened = db.open(database_url)
    yield opened
    db.close(opened)


@pytest.fixture
def sqlite(tmp_path):
    """One in the file `voiced.db`, for what only SQLite does."""
    opened = db.open(f"sqlite:///{tmp_path}/voiced.db")
    yield opened
    db.close(opened)
