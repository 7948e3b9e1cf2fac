"""The keys that are there, seen without asking anybody: each provider that some call may get is built from its options.

A worker builds the same ones when it starts, and does not start without one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import trio

from voiced.config.catalogue import Plugins, providers, specs
from voiced.config.schema import is_secret, shape
from voiced.config.settings import Settings
from voiced.daemon.host import WorkerHost
from voiced.daemon.plan import named_providers
from voiced.errors import Unavailable
from voiced.net import Network
from voiced.observe.log import logger
from voiced.plugin import Kind
from voiced.preflight.finding import Finding
from voiced.registry import Registry

Wanted = tuple[Kind, str]
"""A provider: its kind and its name."""
ASKED: tuple[Kind, ...] = ("telco", "stt", "tts", "llm")
"""Kinds of providers that may want a key; a detector of voices is looked at as a model of this machine."""
LOCAL = "local"
"""The plugin whose models this machine has to have, which is looked at elsewhere."""


def lacking(plugins: Plugins, settings: Settings) -> dict[Wanted, Unavailable]:
    """Return the providers that some call may get and that cannot do their work as they are set, each with why."""
    return trio.run(_lacking, plugins, settings)


async def _lacking(plugins: Plugins, settings: Settings) -> dict[Wanted, Unavailable]:
    net = Network("check")

    def host(plugin: str) -> WorkerHost:
        folder = settings.data_dir / "plugins" / plugin
        return WorkerHost(folder, settings.cache_dir, logger(plugin), trio.CapacityLimiter(1), net=net)

    registry = Registry(settings, plugins, host)
    wanted = [(kind, name) for kind, name in sorted(named_providers(settings)) if kind in ASKED]
    tried = {(kind, name): _try(registry, plugins, settings, kind, name) for kind, name in wanted}
    await net.aclose()
    return {each: error for each, error in tried.items() if error is not None}


def _try(registry: Registry, plugins: Plugins, settings: Settings, kind: Kind, name: str) -> Unavailable | None:
    """Return why a provider cannot be built, None when it can; what goes on in calls is not known by this."""
    plugin = providers(plugins, kind).get(name, "")
    if plugin == LOCAL:
        return None
    try:
        registry.provider(kind, name)
    except Unavailable as error:
        return error.__cause__ if isinstance(error.__cause__, Unavailable) else error
    return _refusing(plugins, plugin, settings) if kind == "telco" else None


def _refusing(plugins: Plugins, plugin: str, settings: Settings) -> Unavailable | None:
    """Return why a carrier refuses every call: it has none of its secrets, and is built so as to run before that."""
    secrets, options = _secrets(plugins, plugin), settings.plugins[plugin]
    if not secrets or any(getattr(options, secret) for secret in secrets):
        return None
    fix = f"set {secrets[0]} of plugins.{plugin}; its page says how to get a key"
    return Unavailable(f"{plugin}: no key, so every call is refused", fix=fix)


def _secrets(plugins: Plugins, plugin: str) -> list[str]:
    properties: Mapping[str, Any] = shape(specs(plugins)[plugin].options)["properties"]
    return [name for name, each in properties.items() if is_secret(each)]


def look_at_lacking(settings: Settings, lacks: Mapping[Wanted, Unavailable]) -> Iterator[Finding]:
    """Say of each provider that cannot do its work what it lacks: of a carrier, once there is a way for it to reach us.

    Before that it is worth a warning, where it was not said already that a variable of its plugin is not set.
    """
    for (kind, name), error in lacks.items():
        found = _lack(kind, name, error)
        if kind != "telco" or settings.server.public_url:
            yield found
        elif not any(setting.startswith(f"plugins.{name}.") for setting in settings.unset):
            yield replace(found, level="warning")


def _lack(kind: Kind, name: str, error: Unavailable) -> Finding:
    named = error.reason.startswith((f"{name}:", f"{kind} "))
    said = f"{kind} {error.reason}" if error.reason.startswith(f"{name}:") else error.reason
    return Finding("error", "keys", said if named else f"{kind} {name}: {said}", error.fix or "see the plugin's page")
