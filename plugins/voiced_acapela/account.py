"""The token by which Acapela knows us: one for the process, asked for when it is needed, asked for anew when it ends.

A token lasts until somebody logs out, and a logout may end it for everyone who shares the account. So nobody here ever
logs out: other workers speak with the same account.
"""

from __future__ import annotations

import msgspec
import trio

from voiced.plugin import Answer, Host
from voiced_acapela.faults import by_login
from voiced_acapela.options import AcapelaOptions
from voiced_acapela.wire import Form, address, login


class Entrance:
    """Logs in, once for all replies that wait for it."""

    def __init__(self, options: AcapelaOptions, host: Host) -> None:
        self._options, self._host = options, host
        self._lock = trio.Lock()
        self._token = ""
        self._form: Form = "json"

    async def token(self, worn: str = "") -> str:
        """Return the token; another one where it is `worn`, the one that was refused. Raises `ProviderError`."""
        async with self._lock:
            if self._token == worn:
                self._token = ""
                self._token = await self._login()
            return self._token

    async def _login(self) -> str:
        """Log in, as JSON; as a form where that is not taken."""
        answer = await self._ask()
        if answer.status in {400, 415} and self._form == "json":
            self._form = "form"
            answer = await self._ask()
        token = _token(answer.body) if answer.status == 200 else ""
        if not token:
            raise by_login(answer.status, answer.headers, answer.body)
        return token

    async def _ask(self) -> Answer:
        headers, body = login(self._options, self._form)
        return await self._host.net.request("POST", address(self._options, "login"), headers=headers, body=body)


class _Entered(msgspec.Struct):
    """What is looked at; the rest is ignored."""

    token: str = ""


def _token(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=_Entered).token
    except msgspec.DecodeError:
        return ""
