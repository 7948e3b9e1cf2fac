"""An operator's folder with a `voiced.yaml` that works, and the plugins that it names."""

from dataclasses import dataclass
from typing import Annotated

import pytest

from voiced.config.catalogue import Found
from voiced.config.reader import examine, read_settings
from voiced.plugin import PluginSpec, ProviderSpec, option

WORKING = """\
providers:
  telco: phone
  stt: ears
  tts: mouth
  llm: brain
  vad: gate
plugins:
  phone:
    token: ${PHONE_TOKEN}
  tools: {}
numbers:
  default: {flow: accueil}
"""


@dataclass(frozen=True, slots=True)
class PhoneOptions:
    token: Annotated[str, option("Signs webhooks", secret=True)]
    old_tokens: Annotated[tuple[str, ...], option("Still valid", secret=True)] = ()
    ring_seconds: Annotated[int, option("Seconds to ring", ge=1, le=60)] = 25
    timeout: Annotated[float, option("Seconds")] = 2.5

    def __post_init__(self):
        if self.token == "forged":  # what no schema can say
            raise ValueError("the token is forged")


@dataclass(frozen=True, slots=True)
class ToolOptions:
    path: Annotated[str, option("File")] = "notes.jsonl"


def provided(kind, name):
    return ProviderSpec(kind, name, dict)


@pytest.fixture
def plugins():
    """What is installed: a carrier, a speaking and thinking plugin, tools, and one that does not load."""
    voice = (provided("stt", "ears"), provided("tts", "mouth"), provided("llm", "brain"), provided("vad", "gate"))
    declared = [
        PluginSpec("phone", "Calls", (provided("telco", "phone"),), PhoneOptions),
        PluginSpec("tools", "Tools", (provided("tool", "note"),), ToolOptions),
        PluginSpec("voice", "Speaks", voice),
        PluginSpec("spare", "Speaks too", (provided("tts", "spare"), provided("stt", "spare"))),
    ]
    found = {spec.name: Found(spec.name, "tests 1.0", spec) for spec in declared}
    return found | {"ill": Found("ill", "tests 1.0", None, "load_error", "ImportError: no SDK")}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "accueil.yaml").write_text("flow: accueil\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def read(folder, plugins):
    """Read settings: `read(yaml, NAME="value")` with these variables and a token."""

    def go(text=WORKING, **env):
        (folder / "voiced.yaml").write_text(text, encoding="utf-8")
        return read_settings(folder / "voiced.yaml", {"PHONE_TOKEN": "s3cret", **env}, plugins)

    return go


@pytest.fixture
def faults(folder, plugins):
    """Read settings that are wrong; return the problems as `line:column reason — fix`."""

    def go(text, **env):
        (folder / "voiced.yaml").write_text(text, encoding="utf-8")
        reading = examine(folder / "voiced.yaml", {"PHONE_TOKEN": "s3cret", **env}, plugins)
        assert (reading.settings is None) == bool(reading.problems)
        return [str(problem).replace(f"{folder}/", "").removeprefix("voiced.yaml:") for problem in reading.problems]

    return go


@pytest.fixture
def working():
    """The text of a configuration that works; `working(old, new)` with one thing changed."""

    def change(old="", new=""):
        assert old in WORKING
        return WORKING.replace(old, new, 1) if old else WORKING + new

    return change
