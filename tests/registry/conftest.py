"""Strangers' plugins, installed for one test; and settings that switch them on."""

import importlib
import sys
from pathlib import Path

import pytest

from voiced.config.settings import (
    Admin,
    Canary,
    Fallback,
    Jobs,
    Limits,
    Log,
    Observe,
    Privacy,
    Providers,
    Reload,
    Server,
    Settings,
    Store,
)
from voiced.testing.distribution import install

GOOD = """
from dataclasses import dataclass
from typing import Annotated
from voiced.plugin import ModelSpec, PluginSpec, ProviderSpec, ToolSpec, ToolOutcome, TtsCapabilities, hookimpl, option

@dataclass(frozen=True, slots=True)
class Options:
    voice: Annotated[str, option("Which voice")] = "marie"

class Voice:
    capabilities = TtsCapabilities()
    def __init__(self, voice):
        self.fingerprint = voice
    async def speak(self, clauses, audio, format):
        pass

class Echo:
    spec = ToolSpec("{name}_echo", "Says it again")
    effect = "read"
    async def call(self, arguments, context):
        return ToolOutcome(ok=True)

@hookimpl
def voiced_plugin():
    return PluginSpec(
        name="{name}", about="Speaks", options=Options,
        providers=(
            ProviderSpec("tts", "{name}", lambda options, host: Voice(options.voice)),
            ProviderSpec("tool", "{name}_echo", lambda options, host: Echo()),
        ),
        models=(ModelSpec("{name}_model", lambda options, host: ("model", options.voice)),),
    )
"""


@pytest.fixture
def good():
    """The source of a working plugin `name`: a voice, a tool and a model."""
    return lambda name: GOOD.replace("{name}", name)


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Install a stranger's plugins: `installed(acme=source)`."""
    before = set(sys.modules)

    def put(distribution="strangers", **modules):
        site = tmp_path / distribution
        install(site, distribution, modules)
        monkeypatch.syspath_prepend(str(site))
        importlib.invalidate_caches()

    yield put
    for name in set(sys.modules) - before:
        if name.startswith("voiced_"):
            del sys.modules[name]


@pytest.fixture
def settings():
    """Settings in which only `plugins` matters: name -> options."""

    def make(**plugins):
        return Settings(
            server=Server(),
            providers=Providers(),
            fallback=Fallback(),
            canary=Canary(),
            flow_providers={},
            plugins=plugins,
            numbers={},
            flows=Path("flows"),
            store=Store(),
            privacy=Privacy(),
            limits=Limits(),
            admin=Admin(),
            jobs=Jobs(),
            reload=Reload(),
            observe=Observe(),
            log=Log(),
            data_dir=Path("data"),
            cache_dir=Path("cache"),
            file=Path("voiced.yaml"),
            overridden={},
            unset={},
            stated=frozenset(),
            version="0" * 12,
        )

    return make
