"""What a process starts on: the files, or the version that took effect last when the files are broken."""

import shutil

import pytest
from test_reload import ODD
from test_standalone import FLOW

from voiced.config.flags import FLAGS
from voiced.config.history import History
from voiced.daemon.parts import make_parts
from voiced.daemon.project import open_project
from voiced.errors import BadInput, Unavailable
from voiced.testing.distribution import install

CONFIG = """
providers: {telco: twilio, stt: odd, tts: odd, llm: odd, vad: webrtc}
plugins: {twilio: {account_sid: "", auth_tokens: []}, local: {}, odd: {}}
numbers: {default: {flow: petit}}
privacy: {company: "${COMPANY}"}
"""
STT = 'providers = (ProviderSpec("stt", "odd", lambda *_: ScriptedStt()), '


@pytest.fixture
def file(tmp_path, monkeypatch):
    """The settings of a project that is good."""
    plugin = ODD.replace("import ScriptedTts", "import ScriptedStt, ScriptedTts").replace("providers = (", STT, 1)
    install(tmp_path / "site", "an-odd", {"odd": plugin})
    monkeypatch.syspath_prepend(tmp_path / "site")
    for flag in FLAGS:
        monkeypatch.delenv(flag, raising=False)
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows/petit.yaml").write_text(FLOW, "utf-8")
    (tmp_path / ".env").write_text("COMPANY=Essai\n", "utf-8")
    (tmp_path / "voiced.yaml").write_text(CONFIG, "utf-8")
    return tmp_path / "voiced.yaml"


def took_effect(file):
    """Record the files as a worker does; return their version."""
    project = open_project(file)
    return History(project.settings.data_dir / "config").record(project.bundle).version


def test_good_files_are_taken(file):
    version = took_effect(file)
    project = open_project(file)
    assert (project.settings.version, project.faults, list(project.flows)) == (version, (), ["petit"])


def test_broken_settings_are_told_and_the_last_good_version_is_taken(file):
    version = took_effect(file)
    file.write_text("server: [\n", "utf-8")
    project = open_project(file)
    assert project.settings.version == version
    assert (project.faults[0].file, project.faults[0].line > 0) == (str(file), True)


@pytest.mark.parametrize("stated", ["data_dir: 'elsewhere/kept'", "data_dir: ${KEPT}"])
def test_the_history_is_found_wherever_the_data_is(file, stated):
    file.with_name(".env").write_text("COMPANY=Essai\nKEPT=elsewhere/kept\n", "utf-8")
    file.write_text(f"{CONFIG}{stated} # on the large disk\n", "utf-8")
    version = took_effect(file)
    assert (file.parent / "elsewhere/kept/config").is_dir()
    file.write_text(f"server: [\n{stated} # on the large disk\n", "utf-8")
    assert open_project(file).settings.version == version


def test_flows_that_are_gone_are_those_of_the_last_good_version(file):
    version = took_effect(file)
    shutil.rmtree(file.parent / "flows")
    project = open_project(file)
    assert (project.settings.version, list(project.flows)) == (version, ["petit"])
    assert any("flows" in fault.reason for fault in project.faults)


def test_without_a_history_broken_files_are_an_error(file):
    file.write_text("server: [\n", "utf-8")
    with pytest.raises(BadInput):
        open_project(file)


def test_variables_that_are_gone_are_in_no_history(file):
    took_effect(file)
    file.with_name(".env").unlink()
    with pytest.raises(BadInput, match="COMPANY is not set"):
        open_project(file)


async def test_a_worker_whose_provider_cannot_be_built_takes_the_last_good_version(file):
    version = took_effect(file)
    file.write_text(CONFIG.replace("odd: {}", "odd: {voice: none}"), "utf-8")
    parts = await make_parts(open_project(file), "http://127.0.0.1:1")
    parts.close()
    assert parts.plan.version == version
    assert "there is no such voice" in parts.project.faults[0].reason


async def test_a_worker_whose_first_provider_cannot_be_built_says_why(file):
    file.write_text(CONFIG.replace("odd: {}", "odd: {voice: none}"), "utf-8")
    with pytest.raises(Unavailable, match="there is no such voice"):
        await make_parts(open_project(file), "http://127.0.0.1:1")
