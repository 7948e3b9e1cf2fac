"""A client of the workers' control sockets, for processes that have no loop: commands, the administration, supervision.

Every method asks one worker one thing, and blocks for as long as `timeout` says at most. `docs/control.md` has the
fields of the answers. A path of another topic is asked with `get` and `post`.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2

from voiced.errors import Declined, Unavailable
from voiced.fleet.rundir import control_path, control_paths, control_token

Json = dict[str, Any]

ANSWER = 2.0
"""Seconds within which a worker that is well answers."""


@dataclass(frozen=True, slots=True)
class Control:
    """One worker, as told by its control socket. `actor` is who does this, for the journal of calls."""

    path: Path
    token: str = field(repr=False)
    worker: int = 0
    actor: str = ""
    timeout: float = ANSWER

    def health(self) -> Json:
        """Return how the worker is. Like every method here, raises `Unavailable` when it does not answer in time."""
        return self.get("/v1/health")

    def calls(self) -> list[Json]:
        """Return the calls in progress."""
        listed: list[Json] = self.get("/v1/calls")["calls"]
        return listed

    def call(self, call_id: str) -> Json:
        """Return one call and what was said in it so far. Raises `Declined` (404) when it has no such call."""
        return self.get(f"/v1/calls/{call_id}")

    def say(self, call_id: str, text: str, *, interrupt: bool = False) -> Json:
        """Say `text` in the agent's voice, after what it is saying or (`interrupt`) instead. Raises `Declined`."""
        return self.post(f"/v1/calls/{call_id}/say", {"text": text, "interrupt": interrupt})

    def transfer(self, call_id: str, number: str) -> Json:
        """Hand the caller to `number` (E.164). Raises `Declined`."""
        return self.post(f"/v1/calls/{call_id}/transfer", {"number": number})

    def hang_up(self, call_id: str, say: str = "") -> Json:
        """End the call, after `say`. Raises `Declined`."""
        return self.post(f"/v1/calls/{call_id}/hangup", {"say": say})

    def mute(self, call_id: str, *, on: bool = True) -> Json:
        """Make the agent of a call be silent and leave the word to a person, or give it back. Raises `Declined`."""
        return self.post(f"/v1/calls/{call_id}/mute", {"on": on})

    def place(self, number: str, caller_id: str, ring: float) -> Json:
        """Have the carrier call `number`, showing `caller_id`, for `ring` seconds at most."""
        return self.post("/v1/outbound", {"number": number, "caller_id": caller_id, "ring": ring})

    def drain(self) -> Json:
        """Tell the worker to take no more calls, and to stop when the last one is over."""
        return self.post("/v1/drain", {})

    def events(self, call_id: str = "") -> Iterator[Json]:
        """Yield what happens in all calls, or in one until it is over, as it happens; waits as long as it takes.

        The first event is `watching`. Raises `Declined` (404), `Unavailable` when the worker is gone.
        """
        query = {"call": call_id} if call_id else {}
        with (
            self._spoken(),
            self._client(None) as client,
            client.stream("GET", "/v1/events", params=query) as response,
        ):
            if response.status_code != 200:
                response.read()
                self._read(response)
            for line in response.iter_lines():
                yield json.loads(line)

    def metrics(self) -> bytes:
        """Return what the worker measures, in Prometheus' text format. Raises `Declined`, `Unavailable`."""
        with self._spoken(), self._client(self.timeout) as client:
            response = client.get("/v1/metrics")
            if response.status_code != 200:
                self._read(response)
            return response.content

    def get(self, path: str) -> Json:
        """Return what the worker answers to `GET path`. Raises `Declined`, `Unavailable`."""
        with self._spoken(), self._client(self.timeout) as client:
            return self._read(client.get(path))

    def post(self, path: str, body: Mapping[str, Any]) -> Json:
        """Return what the worker answers to `POST path`. Raises `Declined`, `Unavailable`."""
        with self._spoken(), self._client(self.timeout) as client:
            return self._read(client.post(path, json=dict(body)))

    def _client(self, timeout: float | None) -> httpx2.Client:
        headers = {"authorization": f"Bearer {self.token}", "x-voiced-actor": quote(self.actor)}
        transport = httpx2.HTTPTransport(uds=str(self.path), verify=False)
        return httpx2.Client(transport=transport, base_url="http://worker", timeout=timeout, headers=headers)

    @contextmanager
    def _spoken(self) -> Iterator[None]:
        try:
            with socket.socket(socket.AF_UNIX) as knock:  # httpx2 leaves a socket open when nobody answers
                knock.settimeout(self.timeout)
                knock.connect(str(self.path))
            yield
        except (httpx2.TransportError, OSError) as error:
            raise Unavailable(f"no worker answers at {self.path}", fix="start one with `voiced run`") from error

    def _read(self, response: httpx2.Response) -> Json:
        try:
            read = response.json()
        except ValueError:
            read = {"reason": f"the worker at {self.path} failed ({response.status_code})", "fix": "see its log"}
        if response.status_code < 400 and isinstance(read, dict):
            return read
        raise Declined(read["reason"], status=response.status_code, fix=read["fix"], field=read.get("field", ""))


@dataclass(frozen=True, slots=True)
class Workers:
    """The workers of this host: those that answer, and the numbers of those that should and do not."""

    answering: tuple[Control, ...] = ()
    silent: tuple[int, ...] = ()

    def __iter__(self) -> Iterator[Control]:
        """Yield those that answer."""
        return iter(self.answering)

    def __len__(self) -> int:
        """Return how many answer."""
        return len(self.answering)


def workers(data_dir: Path, *, actor: str = "", timeout: float = ANSWER) -> Workers:
    """Return the workers that share `data_dir`; asking takes `timeout` seconds at most, however many are stuck.

    Raises `Unavailable` when the token cannot be read.
    """
    paths = control_paths(data_dir)
    if not paths:
        return Workers()
    token = control_token(data_dir)
    found = [Control(path, token, worker=number, actor=actor, timeout=timeout) for number, path in paths.items()]
    with ThreadPoolExecutor(len(found)) as pool:
        answers = list(pool.map(_answers, found))
    answering = tuple(each for each, answered in zip(found, answers, strict=True) if answered)
    return Workers(answering, tuple(each.worker for each in found if each not in answering))


def _answers(control: Control) -> bool:
    try:
        control.health()
    except Unavailable:
        return False
    return True


def find_call(data_dir: Path, call_id: str, *, actor: str = "") -> Control:
    """Return the worker that has the call `call_id`.

    Raises `Unavailable` when no worker answers, `Declined` (404) when none of those that do has it.
    """
    there = workers(data_dir, actor=actor)
    if not there:
        raise Unavailable(f"no worker answers at {control_path(data_dir).parent}", fix="start one with `voiced run`")
    for control in there:
        if _has(control, call_id):
            return control
    unheard = f"; worker {', '.join(map(str, there.silent))} does not answer" if there.silent else ""
    raise Declined(f"there is no call {call_id} in progress{unheard}", status=404, fix="see `voiced calls list`")


def _has(control: Control, call_id: str) -> bool:
    try:
        return any(call["call_id"] == call_id for call in control.calls())
    except Unavailable:
        return False  # it went just now
