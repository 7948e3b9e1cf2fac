"""The carrier's account, for commands: its numbers, asked outside of any worker."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import trio

from voiced.config.catalogue import Plugins
from voiced.config.settings import Settings
from voiced.daemon.host import WorkerHost
from voiced.errors import ProviderError, Unavailable
from voiced.net import Network
from voiced.observe.log import logger
from voiced.plugin import Numbers, OwnedNumber, Wiring, numbers_of
from voiced.registry import Registry

DEADLINE = 30.0
"""Seconds that the carrier's API may take."""
T = TypeVar("T")


class NoNumbers(Unavailable):
    """The carrier has no such API: there is nothing to ask it."""


async def ask_numbers(settings: Settings, plugins: Plugins, question: Callable[[Numbers], Awaitable[T]]) -> T:
    """Return what `question` makes of the numbers of the carrier that the settings choose.

    Raises `Unavailable`, with what to do, when the carrier refuses or does not answer, and `NoNumbers` when it has no
    such API.
    """
    name = settings.providers.telco
    net = Network(name)

    def host(plugin: str) -> WorkerHost:
        folder = settings.data_dir / "plugins" / plugin
        return WorkerHost(folder, settings.cache_dir, logger(plugin), trio.CapacityLimiter(1), net=net)

    numbers = numbers_of(Registry(settings, plugins, host).provider("telco", name))
    if numbers is None:
        fix = "its own system says which numbers lead here; see the plugin's page"
        raise NoNumbers(f"{name} has no numbers that voiced could look for, buy or wire", fix=fix)
    try:
        with trio.fail_after(DEADLINE):
            return await question(numbers)
    except trio.TooSlowError as error:
        raise Unavailable(f"{name} did not answer within {DEADLINE:.0f} s", fix="try again later") from error
    except ProviderError as error:
        raise Unavailable(f"{name}: {error}", fix=error.hint) from error
    finally:
        await net.aclose()


def wiring_here(settings: Settings, public_url: str = "", fallback: str = "") -> Wiring:
    """Return where a number leads that is answered here; `public_url` as carriers reach us, else that of the settings.

    Raises `Unavailable` when there is none.
    """
    base = (public_url or settings.server.public_url).rstrip("/")
    if not base.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
        fix = "set server.public_url, give --public-url https://..., or let `voiced tunnel` make one"
        raise Unavailable(f"{base or 'nothing'} is no https address that a carrier could reach", fix=fix)
    hooks = f"{base}/voice/{settings.providers.telco}"
    return Wiring(f"{hooks}/inbound", f"{hooks}/status", fallback)


def leads_here(owned: OwnedNumber, settings: Settings) -> bool:
    """Return whether a number leads to the public address of the settings, by whichever of our paths, unhindered."""
    base = settings.server.public_url.rstrip("/")
    inbound = owned.wiring.inbound.partition("#")[0]
    ours = {f"{base}/voice/inbound", f"{base}/voice/{settings.providers.telco}/inbound"}
    return bool(base) and inbound in ours and not owned.trouble
