"""The models on the shelf: each loaded once, when first asked for; how their failures travel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import trio

from voiced import errors
from voiced.errors import ProviderBadInput, ProviderOverloaded, Unavailable, VoicedError
from voiced.inference import wire


class Models:
    """Named models and their loaders. A failed load is tried again by the next request."""

    def __init__(self, loaders: Mapping[str, Callable[[], Any]]) -> None:
        self._loaders = dict(loaders)
        self._loaded: dict[str, Any] = {}
        self._locks = {name: trio.Lock() for name in loaders}

    async def get(self, name: str, limiter: trio.CapacityLimiter) -> Any:
        """Return the model `name`, loading it in a thread when nobody has.

        Raises Unavailable for unknown names, and when it cannot be loaded.
        """
        if name not in self._loaders:
            raise Unavailable(f"no model named {name!r}", fix="enable the plugin that brings it")
        async with self._locks[name]:
            if name not in self._loaded:
                self._loaded[name] = await trio.to_thread.run_sync(self._load, name, limiter=limiter)
        return self._loaded[name]

    def _load(self, name: str) -> Any:
        try:
            return self._loaders[name]()
        except VoicedError:
            raise
        except Exception as error:  # no caller's words are in it yet
            reason = f"the model {name!r} cannot be loaded: {type(error).__name__}: {error}"
            raise Unavailable(reason, fix="see the page of the plugin that brings it") from error

    async def call(self, name: str, method: str, args: Sequence[Any], limiter: trio.CapacityLimiter) -> Any:
        """Call a public method of a model in a thread; raises what the model raises. `wire.LOAD` only loads it."""
        model = await self.get(name, limiter)
        if method == wire.LOAD:
            return None
        function = None if method.startswith("_") else getattr(model, method, None)
        if not callable(function):
            raise ProviderBadInput(f"model {name!r} has no method {method!r}", provider="inference")
        return await trio.to_thread.run_sync(lambda: function(*args), limiter=limiter)


def failure(id: int, error: Exception) -> wire.Failure:
    """Put `error` into words for the worker.

    The message of an unknown error may hold a caller's words: only its type goes.
    """
    if isinstance(error, Unavailable):
        return wire.Failure(id, "Unavailable", error.reason, error.fix)
    if isinstance(error, VoicedError):
        return wire.Failure(id, type(error).__name__, str(error))
    return wire.Failure(id, "ProviderOverloaded", f"the model failed: {type(error).__name__}")


def raise_failure(failed: wire.Failure) -> None:
    """Raise, in the worker, the error that `failed` puts into words."""
    if failed.kind == "Unavailable":
        raise Unavailable(failed.text, fix=failed.fix)
    kind = getattr(errors, failed.kind, None)
    if not (isinstance(kind, type) and issubclass(kind, errors.ProviderError)):
        kind = ProviderOverloaded
    raise kind(failed.text, provider="inference")
