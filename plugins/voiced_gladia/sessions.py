"""Sessions at Gladia: opened for calls, and deleted after them with their sound and words.

A call ends by being cancelled and has no time to wait for an answer. What could not be deleted at once is left to the
next call of the process, which has plenty; what a process left when it stopped, to a call of the next (`notes`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from urllib.parse import quote

import trio

from voiced.plugin import Host, ProviderError
from voiced_gladia.notes import Notes
from voiced_gladia.options import GladiaOptions
from voiced_gladia.wire import Session, opened

PARTING = 0.05
"""Seconds for the deletion of what belongs to a call that is over: it must not be late for its end."""
SETTLED = 2.0
"""Seconds of a call before what others left is looked at: its own beginning comes first."""
MOST = 1000
"""Sessions that wait to be deleted."""


class Sessions:
    """The sessions of one provider, of all its calls."""

    def __init__(self, options: GladiaOptions, host: Host) -> None:
        self._options, self._host = options, host
        self._url = f"{options.url.rstrip('/')}/v2/live"
        self._headers = {"x-gladia-key": options.api_key}
        self._left: deque[str] = deque(maxlen=MOST)
        self._notes = Notes(host)

    async def open(self, body: bytes) -> Session:
        """Open a session as `body` has it. Raises `ProviderError`."""
        headers = {**self._headers, "content-type": "application/json"}
        where = f"{self._url}?region={self._options.region}"
        session = opened(await self._host.net.request("POST", where, headers=headers, body=body))
        if not self._options.keep:
            await self._notes.keep(session.id)
        return session

    async def over(self, names: Iterable[str]) -> None:
        """Have the sessions of a call that is over deleted, whether it ended or was cancelled."""
        if self._options.keep:
            return
        self._left.extend(names)
        with trio.move_on_after(PARTING, shield=True):
            await self._delete()

    async def sweep(self) -> None:
        """Have what earlier calls left deleted, in the course of another; those of processes that stopped, too."""
        await trio.sleep(SETTLED)
        self._left.extend(name for name in await self._notes.overdue() if name not in self._left)
        await self._delete()

    async def _delete(self) -> None:
        """Delete what is left, until something goes wrong; that is tried again with the next call."""
        for _ in range(len(self._left)):
            if not self._left:  # another call took the rest
                return
            name = self._left.popleft()
            gone = False
            try:
                answer = await self._host.net.request("DELETE", f"{self._url}/{quote(name)}", headers=self._headers)
                gone = answer.status < 300 or answer.status == 404
            except ProviderError:
                return
            finally:
                if not gone:
                    self._left.append(name)
                    self._host.log.warning("gladia_session_not_deleted", left=len(self._left))
            if gone:
                await self._notes.strike(name)
