"""Several tasks within one call of a provider. Who asked it catches a `ProviderError`, not a group that holds one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypeVar

Tasks = TypeVar("Tasks")


@asynccontextmanager
async def plain_errors(opened: AbstractAsyncContextManager[Tasks]) -> AsyncIterator[Tasks]:
    """Open `opened`, a nursery as a rule; the first error out of it comes as itself.

        async with plain_errors(trio.open_nursery()) as nursery:
            nursery.start_soon(self._listen)

    What ends the process is told before any error; a cancellation passes as it is.
    """
    try:
        async with opened as tasks:
            yield tasks
    except BaseExceptionGroup as group:
        errors = list(_errors(group))
        ends = [error for error in errors if isinstance(error, KeyboardInterrupt | SystemExit)]
        plain = [*ends, *(error for error in errors if isinstance(error, Exception))]
        if not plain:
            raise
        raise plain[0] from None


def _errors(group: BaseExceptionGroup[BaseException]) -> Iterator[BaseException]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _errors(error)
        else:
            yield error
