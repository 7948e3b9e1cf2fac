"""Providers for commands that take no calls: with models of their own, or those of a worker that runs."""

import os
import sys

import pytest
import trio

from voiced.cli.project import read_project
from voiced.daemon.models import keep_models
from voiced.daemon.standalone import open_providers
from voiced.errors import Unavailable
from voiced.fleet.rundir import inference_path
from voiced.inference.client import Inference
from voiced.observe.log import logger
from voiced.plugin import LlmRequest, Message
from voiced.testing.distribution import install

PLUGIN = """
import os

from voiced.plugin import Done, LlmCapabilities, ModelSpec, PluginSpec, ProviderSpec, ToolCall, hookimpl
from voiced.testing.fakes import ScriptedLlm, ScriptedStt, ScriptedTts


class Brain:
    capabilities = LlmCapabilities(free_text=False)

    def __init__(self, host):
        self.host = host

    async def prepare(self, tools):
        pass

    async def reply(self, request, out):
        await out.send(ToolCall("c1", await self.host.infer("parrot", "say", request.messages[-1].content)))
        await out.send(Done())


class Parrot:
    def say(self, text):
        return text

    def pid(self):
        return os.getpid()


@hookimpl
def voiced_plugin():
    return PluginSpec(
        "parrot",
        "A model that repeats",
        (
            ProviderSpec("stt", "parrot", lambda _options, _host: ScriptedStt()),
            ProviderSpec("tts", "parrot", lambda _options, _host: ScriptedTts()),
            ProviderSpec("llm", "parrot", lambda _options, host: Brain(host)),
        ),
        models=(ModelSpec("parrot", lambda _options, _host: Parrot()),),
    )
"""
CONFIG = """
server: {host: 127.0.0.1, port: 8080}
providers: {telco: twilio, stt: parrot, tts: parrot, llm: parrot, vad: webrtc}
plugins: {twilio: {account_sid: "", auth_tokens: []}, local: {}, parrot: {}}
numbers: {default: {flow: petit}}
flows: flows
store: {url: "sqlite:///data/voiced.db"}
privacy: {company: Essai}
data_dir: data
cache_dir: cache
"""
FLOW = "flow: petit\ntitle: Petit\nstart: fin\nsteps: {fin: {hangup: Au revoir.}}\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project whose model lives in the inference process."""
    install(tmp_path / "site", "a-parrot", {"parrot": PLUGIN})
    monkeypatch.syspath_prepend(tmp_path / "site")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path / "site"), *filter(None, sys.path)]))
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows/petit.yaml").write_text(FLOW, "utf-8")
    (tmp_path / "voiced.yaml").write_text(CONFIG, "utf-8")
    return read_project(tmp_path / "voiced.yaml")


async def asked(providers):
    """Ask the model, which asks the inference process."""
    events, heard = trio.open_memory_channel(8)
    async with events:
        await providers.llm.reply(LlmRequest((Message("user", "coco"),)), events)
    return [event.name async for event in heard if hasattr(event, "name")]


async def test_the_models_come_up_for_as_long_as_they_are_wanted(project):
    with trio.fail_after(60):
        async with open_providers(project) as (plan, providers):
            assert await asked(providers) == ["coco"]
            assert plan.flow("+33100000000").flow == "petit"
            assert not inference_path(project.settings.data_dir).exists()
    with pytest.raises(Unavailable):
        await asked(providers)


async def test_the_models_of_a_worker_that_runs_are_used(project):
    path = inference_path(project.settings.data_dir)
    path.parent.mkdir(parents=True)
    inference = Inference(path, logger("test"))
    with trio.fail_after(60):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(keep_models, project.settings, inference)
            await inference.ready()
            pid = await inference.call("parrot", "pid")
            async with open_providers(project) as (plan, _):
                assert await plan.registry.provider("llm", "parrot").host.infer("parrot", "pid") == pid
            assert await inference.call("parrot", "pid") == pid
            nursery.cancel_scope.cancel()


async def test_models_that_do_not_come_are_told(project):
    with pytest.RaisesGroup(Unavailable):
        async with open_providers(project, wait=0):
            pytest.fail("there are no models")
