"""A house for each module, and browsers of all kinds: Flask's own client for the rules, Chromium for the eyes."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # the tests of this folder share `admin_house`

from admin_house import Browser, a_house, application

from voiced_admin.protect import limiter


@pytest.fixture(autouse=True)
def forgiven():
    """Nobody has guessed wrongly before a test."""
    limiter.reset() if limiter.initialized else None


@pytest.fixture
def house(tmp_path):
    with a_house(tmp_path) as made:
        yield made


@pytest.fixture
def app(house):
    return application(house)


@pytest.fixture
def browser(app):
    """Open a browser, for a user who is signed in when `name` is given."""

    def make(name=None, **more):
        opened = Browser(app, **more)
        if name:
            assert opened.sign_in(name).status_code == 302
        return opened

    return make


@pytest.fixture
def chef(browser):
    return browser("chef")


@pytest.fixture
def claire(browser):
    return browser("claire")
