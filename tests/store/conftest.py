import pytest

from voiced.store import db


@pytest.fixture
def database(tmp_path):
    opened = db.open(f"sqlite:///{tmp_path}/voiced.db")
    yield opened
    db.close(opened)
