"""The plugin in docs/first-plugin.md works as it stands there."""

import importlib
import re
import sys
import tomllib

import pytest

from voiced.config.reader import read_settings
from voiced.plugin import ToolContext
from voiced.registry import Registry, discover
from voiced.testing.distribution import install


class TwoPm:
    """A host on whose wall it is two in the afternoon, in Paris, on 14 July 2025."""

    def now(self):
        return 1752494400.0


@pytest.fixture
def page(root):
    return (root / "docs/first-plugin.md").read_text()


def block(page, language):
    return re.search(rf"```{language}\n(.*?)```", page, re.DOTALL)[1]


@pytest.fixture
def installed(page, tmp_path, monkeypatch):
    """The page's module, where `pip install` would have put it."""
    install(tmp_path / "site", "voiced-clock", {"clock": block(page, "python")})
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    importlib.invalidate_caches()
    yield
    sys.modules.pop("voiced_clock", None)


@pytest.fixture
def settings(page, root, installed, tmp_path):
    file = tmp_path / "voiced.yaml"
    file.write_text(f"{block(page, 'yaml')}numbers: {{default: {{flow: echo}}}}\nflows: {root / 'flows'}\n")
    return read_settings(file, {}, discover())


async def test_the_page_s_tool_tells_the_time(settings):
    tool = Registry(settings, discover(), lambda _plugin: TwoPm()).tools()["current_time"]
    outcome = await tool.call({}, ToolContext("call-1", "key-1", "+33100000000", "+33200000000"))
    assert outcome.say == "Il est 14:00."


def test_the_page_s_project_file_names_the_module(page, project):
    written = tomllib.loads(block(page, "toml"))["project"]
    assert written["entry-points"]["voiced.plugins"] == {"clock": "voiced_clock"}
    assert written["dependencies"] == [project["project"]["name"]]
