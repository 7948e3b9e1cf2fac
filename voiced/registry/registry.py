"""The switched-on plugins of one process: providers, tools and models, built once from the settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from voiced.config.catalogue import Plugins, Status, providers, specs
from voiced.config.settings import Settings
from voiced.errors import Unavailable
from voiced.plugin import Host, Kind, ModelSpec, PluginSpec, ProviderSpec, Tool
from voiced.registry.contract import instance_faults
from voiced.registry.state import PluginState, states


class Registry:
    """Builds what the settings ask for. A provider is built when it is first asked for, and then kept.

    `host_factory(plugin name)` gives each plugin its `Host`.
    """

    def __init__(self, settings: Settings, plugins: Plugins, host_factory: Callable[[str], Host]) -> None:
        self._settings = settings
        self._plugins = plugins
        self._host_factory = host_factory
        self._hosts: dict[str, Host] = {}
        self._built: dict[tuple[Kind, str], Any] = {}
        self._faults: dict[str, tuple[Status, str]] = {}

    def renewed(self, settings: Settings) -> Registry:
        """Return the registry of other settings, which keeps the providers (and their connections) of same options."""
        other = Registry(settings, self._plugins, self._host_factory)
        old, new = self._settings.plugins, settings.plugins
        same = {plugin for plugin in new if plugin in old and old[plugin] == new[plugin]}
        other._hosts.update(self._hosts)
        for (kind, name), made in self._built.items():
            if providers(self._plugins, kind)[name] in same:
                other._built[kind, name] = made
        return other

    def provider(self, kind: Kind, name: str) -> Any:
        """Return the provider `name` of `kind`, the same instance each time.

        Raises `Unavailable` when no plugin that works has it, or its factory failed; `summary()` then says so too.
        """
        if (kind, name) not in self._built:
            self._built[kind, name] = self._build(kind, name)
        return self._built[kind, name]

    def tools(self) -> Mapping[str, Tool]:
        """Return the tools of the switched-on plugins, by name, without those that `summary()` says failed."""
        built: dict[str, Tool] = {}
        for _, spec in self._enabled():
            for tool in (provider for provider in spec.providers if provider.kind == "tool"):
                try:
                    built[tool.name] = self.provider("tool", tool.name)
                except Unavailable:
                    continue  # its fault was noted where it was built
        return built

    def models(self) -> Mapping[str, Callable[[], object]]:
        """Return the models of the switched-on plugins, by name, each with the function that loads it."""
        return {
            model.name: partial(self._load, plugin, model) for plugin, spec in self._enabled() for model in spec.models
        }

    def summary(self) -> list[PluginState]:
        """Return what became of each plugin so far."""
        return states(self._plugins, self._settings.plugins, self._faults)

    def _enabled(self) -> Iterator[tuple[str, PluginSpec]]:
        usable = specs(self._plugins)
        return ((name, usable[name]) for name in self._settings.plugins if name in usable)

    def _build(self, kind: Kind, name: str) -> Any:
        plugin = providers(self._plugins, kind).get(name)
        if plugin is None or plugin not in self._settings.plugins:
            raise Unavailable(f"no {kind} provider {name!r}", fix="see `voiced plugins`")
        spec = next(each for each in specs(self._plugins)[plugin].providers if (each.kind, each.name) == (kind, name))
        try:
            made = spec.make(self._settings.plugins[plugin], self._host(plugin))
        except Unavailable as error:  # it says itself what is missing, and what brings it
            raise self._failed(plugin, spec, error.reason, error.fix) from error
        except Exception as error:
            raise self._failed(plugin, spec, f"{type(error).__name__}: {error}") from error
        faults = instance_faults(spec, made)
        if faults:
            raise self._failed(plugin, spec, "; ".join(faults))
        return made

    def _failed(self, plugin: str, spec: ProviderSpec, reason: str, fix: str = "") -> Unavailable:
        self._faults[plugin] = ("build_error", f"{spec.kind} {spec.name}: {reason}")
        return Unavailable(f"{spec.kind} {spec.name!r} of plugin {plugin} cannot be built: {reason}", fix=fix)

    def _load(self, plugin: str, model: ModelSpec) -> object:
        return model.load(self._settings.plugins[plugin], self._host(plugin))

    def _host(self, plugin: str) -> Host:
        if plugin not in self._hosts:
            self._hosts[plugin] = self._host_factory(plugin)
        return self._hosts[plugin]
