"""What a running worker makes of settings that wait for its next start."""

from dataclasses import replace

import pytest
from msgspec import structs

from voiced.config.catalogue import Found
from voiced.config.judge import judge
from voiced.daemon.lasting import as_running, models_changed
from voiced.plugin import ModelSpec, PluginSpec, ProviderSpec

CONFIG = """
providers: {telco: horn, stt: ear, tts: ear, llm: ear, vad: ear}
plugins: {horn: {}, ear: {}}
numbers: {default: {flow: petit}}
"""
FLOW = "flow: petit\ntitle: Petit\nstart: fin\nsteps: {fin: {hangup: Au revoir.}}\n"


def plugin(name, *kinds, models=()):
    providers = tuple(ProviderSpec(kind, name, lambda *_: None) for kind in kinds)
    return Found(name, "here 1", PluginSpec(name, f"Is {name}", providers, models=models))


PLUGINS = {
    "ear": plugin("ear", "stt", "tts", "llm", "vad", models=(ModelSpec("ear", lambda *_: None),)),
    "horn": plugin("horn", "telco"),
    "trumpet": plugin("trumpet", "telco"),
}


@pytest.fixture
def started(tmp_path):
    """Settings that a worker was started with."""
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows/petit.yaml").write_text(FLOW, "utf-8")
    (tmp_path / "voiced.yaml").write_text(CONFIG, "utf-8")
    return judge(tmp_path / "voiced.yaml", {}, PLUGINS).project.settings


def test_what_waits_stays_and_the_rest_changes(started, tmp_path):
    wanted = replace(
        started,
        server=structs.replace(started.server, port=9000),
        data_dir=tmp_path / "elsewhere",
        log=structs.replace(started.log, level="debug", format="console"),
        limits=structs.replace(started.limits, calls=3),
    )
    running = as_running(started, wanted, PLUGINS)
    assert (running.server, running.data_dir, running.log.format) == (started.server, started.data_dir, "json")
    assert (running.log.level, running.limits.calls) == ("debug", 3)


def test_the_carrier_stays_with_its_plugin(started):
    wanted = replace(
        started,
        providers=structs.replace(started.providers, telco="trumpet"),
        plugins={"trumpet": object(), "ear": started.plugins["ear"]},
    )
    running = as_running(started, wanted, PLUGINS)
    assert running.providers.telco == "horn"
    assert running.plugins["horn"] is started.plugins["horn"]


def test_options_that_models_were_loaded_with_stay(started):
    wanted = replace(started, plugins={"ear": "other options", "horn": "other options"})
    assert models_changed(started, wanted, PLUGINS) == ["ear"]
    running = as_running(started, wanted, PLUGINS)
    assert running.plugins == {"ear": started.plugins["ear"], "horn": "other options"}
