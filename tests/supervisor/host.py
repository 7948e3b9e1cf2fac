"""A host to call: the worker's test project, run by a supervisor with several workers, and a service manager."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import trio
from worker_house import CALLER, MENU_NUMBER, PATIENCE, House, build, listener

from voiced.config.flags import FLAGS
from voiced.errors import Unavailable
from voiced.fleet.board import Board
from voiced.fleet.rundir import board_path, control_path, run_dir
from voiced.lab.happenings import Happenings

BESIDE = {"admin": {"enabled": False}, "jobs": {"enabled": False}}
ACTIVATED = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ |= {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"}
os.execvp(sys.argv[2], sys.argv[2:])
"""
"""What systemd does to start a process by a socket: the descriptor is 3, the environment names the process."""


@dataclass
class Manager:
    """The service manager's end of its protocol."""

    address: Path
    sock: socket.socket = None
    heard: list = field(default_factory=list)

    def __post_init__(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.sock.bind(str(self.address))
        self.sock.setblocking(False)

    def lines(self):
        while True:
            try:
                self.heard += self.sock.recv(4096).decode().split("\n")
            except BlockingIOError:
                return self.heard


@dataclass
class Host:
    """A house whose processes a supervisor keeps."""

    house: House
    manager: Manager
    process: subprocess.Popen = None
    at_the_end: list = field(default_factory=list)
    """Callers who came as far as to end their call themselves."""

    def run(self, *, activated=False):
        """Start `voiced run`; `activated`: by a socket that is open already, as systemd would."""
        house = self.house
        command = [sys.executable, "-m", "voiced", "run", "--config", str(house.config)]
        env = {**os.environ, **house.env, "NOTIFY_SOCKET": str(self.manager.address), "WATCHDOG_USEC": "2000000"}
        with (house.folder / "worker.log").open("ab") as log:
            how = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
            if activated:
                with socket.create_server(("127.0.0.1", house.port)) as sock:
                    command = [sys.executable, "-c", ACTIVATED, str(sock.fileno()), *command]
                    self.process = subprocess.Popen(command, env=env, pass_fds=[sock.fileno()], **how)
            else:
                self.process = subprocess.Popen(command, env=env, **how)
        house.process = self.process
        self.manager.lines()
        self.manager.heard.clear()
        return self

    def ready(self, workers=2):
        """Wait until every worker takes calls."""
        limit = time.monotonic() + 2 * PATIENCE
        while (
            sum(record.ready for record in self.records().values()) < workers or "READY=1" not in self.manager.lines()
        ):
            assert self.process.poll() is None, self.house.log
            assert time.monotonic() < limit, self.house.log
            time.sleep(0.05)
        return self

    def logged(self, event):
        """Return the log's lines of this event; what Python writes when it is aborted is no JSON."""
        lines = [json.loads(line) for line in self.house.log.splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == event]

    def records(self):
        path = board_path(self.house.data)
        return Board(path).records() if path.exists() else {}

    def pids(self):
        """Return the process ids of the workers, by number."""
        return {number: record.pid for number, record in self.records().items()}

    def children(self):
        """Return every process that the supervisor started, as the log has it."""
        return [line["pid"] for line in self.logged("process_started")]

    def leftovers(self):
        return sorted(path.name for path in run_dir(self.house.data).iterdir())

    @asynccontextmanager
    async def watching(self):
        """Note what happens in the calls of every worker, also of those that come later."""
        happenings = Happenings()
        async with trio.open_nursery() as nursery:
            for number in self.pids():
                await nursery.start(self._follow, happenings, number)
            yield happenings
            nursery.cancel_scope.cancel()

    async def _follow(self, happenings, number, task_status):
        with suppress(Unavailable):  # it may be killed
            await happenings.follow(control_path(self.house.data, number), task_status)

    async def end(self, phone):
        """Let the caller end the call: by the key that leads to the goodbye."""
        self.at_the_end.append(phone)
        phone.press("0")
        await phone.wait_end()

    async def refused(self, happenings):
        """Ring, and be told that there is no room; return the verbs that the carrier was given."""

        async def is_told(phone, _heard):
            await phone.wait_for_agent()

        report = await self.call(happenings, is_told, MENU_NUMBER, to_the_end=False)
        return {entry.data["name"] for entry in report.journal.of("verb")}

    async def call(self, happenings, behave, called=MENU_NUMBER, *, to_the_end=True, patience=2 * PATIENCE):
        """Hold one call as `behave(phone, heard)` does; return the carrier's report."""
        phones = []

        async def person(phone):
            phones.append(phone)
            await behave(phone, listener(happenings, phone))

        with trio.fail_after(patience):
            report = await self.house.carrier().call(person, caller=CALLER, called=called)
        assert phones[0] in self.at_the_end or not to_the_end, self.house.log
        return report

    async def health(self, number):
        """Ask a worker how it does."""
        transport = httpx2.AsyncHTTPTransport(uds=str(control_path(self.house.data, number)))
        token = (run_dir(self.house.data) / "control.token").read_text()
        async with httpx2.AsyncClient(transport=transport, headers={"authorization": f"Bearer {token}"}) as client:
            return (await client.get("http://worker/v1/health")).json()

    async def type(self, *words, stdin=b""):
        """Type a command, as an operator does; return what it prints."""
        command = [sys.executable, "-m", "voiced", *words, "--config", str(self.house.config)]
        env = {**os.environ, **self.house.env}
        done = await trio.run_process(command, stdin=stdin, env=env, capture_stdout=True)
        return done.stdout

    def finish(self):
        """Stop it; return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(2 * PATIENCE)
        return self.process.returncode

    def kill(self):
        """End whatever is left of it."""
        for pid in [self.process.pid, *self.children()]:
            if is_there(pid):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.manager.sock.close()


def is_there(pid):
    """Return whether process `pid` lives (Linux)."""
    return Path(f"/proc/{pid}").exists()


def host_at(folder, **changes):
    """Lay out a host in `folder`."""
    house = build(folder, **{**BESIDE, "server": {"workers": 2}, **changes})
    house.env |= dict.fromkeys(FLAGS, "")
    return Host(house, Manager(folder / "notify"))
