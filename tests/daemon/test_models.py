"""The models' process serves what is switched on, even what was switched on after it began."""

import os
import sys

import pytest
import trio
from test_standalone import CONFIG, FLOW, PLUGIN

from voiced.daemon.models import needed_models, serve_models
from voiced.daemon.project import read_project
from voiced.errors import Unavailable
from voiced.fleet.rundir import inference_path
from voiced.inference.client import Inference
from voiced.observe.log import logger
from voiced.testing.distribution import install


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project in which a plugin with a model is installed, and not switched on."""
    install(tmp_path / "site", "a-parrot", {"parrot": PLUGIN})
    monkeypatch.syspath_prepend(tmp_path / "site")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path / "site"), *filter(None, sys.path)]))
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows/petit.yaml").write_text(FLOW, "utf-8")
    without = CONFIG.replace(", parrot: {}", "").replace("parrot", "local")
    (tmp_path / "voiced.yaml").write_text(without, "utf-8")
    return read_project(tmp_path / "voiced.yaml")


@pytest.mark.parametrize(
    ("more", "needed"),
    [
        ("", ["whisper", "pico"]),
        ("fallback: {stt: [parrot]}\n", ["pico"]),
        ("fallback: {tts: [parrot]}\n", ["whisper"]),
        ("canary: {stt: {parrot: 10}}\n", ["whisper", "pico"]),
    ],
)
def test_a_model_is_needed_that_no_call_can_do_without(project, more, needed):
    text = CONFIG.replace("local: {}", "local: {voice: pico}").replace(
        "stt: parrot, tts: parrot", "stt: local, tts: local")  # fmt: skip
    project.settings.file.write_text(text + more, "utf-8")
    there = read_project(project.settings.file)
    assert list(needed_models(there.settings, there.plugins)) == needed


async def test_a_model_switched_on_later_is_loaded_when_it_is_asked_for(project):
    path = inference_path(project.settings.data_dir)
    path.parent.mkdir(parents=True)
    inference = Inference(path, logger("test"))
    with trio.fail_after(60):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(serve_models, project.settings, project.plugins, path, None)
            nursery.start_soon(inference.run)
            await inference.ready()
            with pytest.raises(Unavailable, match="not switched on"):
                await inference.call("parrot", "say", "coco")
            project.settings.file.write_text(CONFIG, "utf-8")
            assert await inference.call("parrot", "say", "coco") == "coco"
            nursery.cancel_scope.cancel()
