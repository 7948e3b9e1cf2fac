"""The accounts with providers: whether they take our keys and do their work, and where the carrier's numbers lead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import trio

from voiced.config.catalogue import Plugins, providers
from voiced.config.settings import Settings
from voiced.daemon.account import NoNumbers, ask_numbers, leads_here
from voiced.daemon.host import WorkerHost
from voiced.daemon.plan import named_providers
from voiced.errors import ProviderError, ProviderRefused, ProviderThrottled, Unavailable
from voiced.net import Network
from voiced.observe.log import logger
from voiced.plugin import Kind, Numbers, OwnedNumber
from voiced.preflight.finding import Finding
from voiced.registry import Registry
from voiced.resilience import probe
from voiced.resilience.outage import first_cause

PATIENCE = 10.0
"""Seconds that a provider may take."""
SPEECH = ("stt", "tts", "llm")


def look_at_keys(plugins: Plugins, settings: Settings, remote: set[str]) -> Iterator[Finding]:
    """Ask each recogniser, voice and model of the plugins `remote` for next to nothing."""
    for kind, name in sorted(named_providers(settings)):
        if kind in SPEECH and providers(plugins, kind).get(name) in remote:
            yield trio.run(_try, plugins, settings, kind, name)


async def _try(plugins: Plugins, settings: Settings, kind: Kind, name: str) -> Finding:
    net = Network(name)

    def host(plugin: str) -> WorkerHost:
        folder = settings.data_dir / "plugins" / plugin
        return WorkerHost(folder, settings.cache_dir, logger(plugin), trio.CapacityLimiter(1), net=net)

    try:
        provider: Any = Registry(settings, plugins, host).provider(kind, name)
        with trio.fail_after(PATIENCE):
            await probe(kind, provider)
    except Exception as error:  # noqa: BLE001 - whatever a plugin raises is what there is to say
        return _failed(kind, name, first_cause(error))
    finally:
        await net.aclose()
    return Finding("ok", "keys", f"{kind} {name}: takes our key and works")


def _failed(kind: Kind, name: str, error: Exception) -> Finding:
    who = f"{kind} {name}"
    if isinstance(error, Unavailable):
        return Finding("error", "keys", f"{kind} {error.reason}", error.fix)
    if isinstance(error, trio.TooSlowError):
        return Finding("error", "keys", f"{who}: no answer in {PATIENCE:.0f} s", "see the provider's status page")
    if isinstance(error, ProviderThrottled):
        return Finding("warning", "keys", f"{who}: {error}", "the account is at its limit: see its plan")
    if isinstance(error, ProviderRefused):
        return Finding("error", "keys", f"{who}: refused, {error}", error.hint or "check the key and the account")
    hint = error.hint if isinstance(error, ProviderError) else ""
    said = str(error) if isinstance(error, ProviderError) else type(error).__name__
    return Finding("error", "keys", f"{who}: {said}", hint or "see the plugin's page, and the provider's status page")


def look_at_numbers(plugins: Plugins, settings: Settings) -> Iterator[Finding]:
    """Ask the carrier for the numbers of the account: whether it takes our key, and which of them lead here."""
    carrier = settings.providers.telco
    try:
        owned = trio.run(ask_numbers, settings, plugins, _owned)
    except NoNumbers as error:
        yield Finding("ok", "numbers", f"{carrier} cannot be asked: {error.fix}")
        return
    except Unavailable as error:
        yield Finding("error", "keys", f"telco {error.reason}", error.fix or "check the carrier's account and its keys")
        return
    if isinstance(owned, Unavailable):
        yield Finding("warning", "numbers", f"{carrier} cannot be asked: {owned.reason}", owned.fix)
        return
    yield Finding("ok", "keys", f"telco {carrier}: takes our key")
    if settings.server.public_url:  # without one nothing leads here, which was said
        yield from _compare(owned, settings)


def _compare(owned: list[OwnedNumber], settings: Settings) -> Iterator[Finding]:
    """Compare the account's numbers with those of the settings."""
    here = [each.number for each in owned if leads_here(each, settings)]
    if here:
        yield Finding("ok", "numbers", f"{', '.join(here)} lead{'s' if len(here) == 1 else ''} here")
    for number in sorted({*settings.numbers} - {"default"} - {*here}):
        known = next((each for each in owned if each.number == number), None)
        reason = "is not in the carrier's account"
        if known:
            reason = f"does not lead here: {known.trouble}" if known.trouble else "leads elsewhere"
        fix = f"voiced number wire {number}" if known else "buy it, or take it out of `numbers`"
        yield Finding("error", "numbers", f"{number} {reason}", fix)
    if not here and "default" in settings.numbers:
        fix = "voiced number wire NUMBER; `voiced number show` lists them"
        yield Finding("warning", "numbers", "no number of the carrier's account leads here", fix)


async def _owned(numbers: Numbers) -> list[OwnedNumber] | Unavailable:
    """Return the account's numbers, or why nobody can be asked: calls are taken all the same."""
    try:
        return list(await numbers.owned())
    except Unavailable as error:
        return error
