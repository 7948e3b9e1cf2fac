"""A house to administer: a project with calls in its database, users, and workers that tell what they are told to."""

import contextlib
import functools
import re
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import trio
from argon2 import PasswordHasher
from jinja2 import FileSystemBytecodeCache

from voiced.cli.starter import starter_files
from voiced.config.reader import read_settings
from voiced.daemon.control import serve_control
from voiced.daemon.control.answers import answer
from voiced.daemon.control.door import Door
from voiced.fleet.rundir import control_path, control_token
from voiced.plugin import WebResponse
from voiced.registry import discover
from voiced.store import ActionRow, CallRow, MessageRow, db, users
from voiced.store.upsert import upsert
from voiced_admin.app import create_app
from voiced_admin.house import open_house

PASSWORDS = {"chef": "une longue phrase", "claire": "encore plus longue"}
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
HASHES = {name: CHEAP.hash(text) for name, text in PASSWORDS.items()}
GAP = {"vad_stop": 210, "words": 320, "decision": 380, "llm_request": 385, "llm_first_token": 470, "first_clause": 560,
       "tts_request": 562, "tts_first_byte": 690, "first_sent": 700, "first_played": 760}  # fmt: skip
CACHED = {"vad_stop": 200, "decision": 350, "first_clause": 352, "first_sent": 356, "first_played": 410}
SLOW = {"vad_stop": 220, "decision": 520, "llm_first_token": 980, "first_clause": 1150, "first_sent": 1390,
        "first_played": 1460}  # fmt: skip

TALK = [
    ("agent", "Merci. Que puis-je faire pour vous ?", 14.2, CACHED, False),
    ("caller", "Bonjour, je voudrais un rendez-vous mardi prochain, si possible le matin.", 18.9, None, False),
    ("agent", "Très bien. À quel nom dois-je noter la demande, et à quel", 22.1, GAP, True),
    ("caller", "Au nom de Quatrevents.", 24.8, None, False),
    (
        "agent",
        "C’est noté : mardi matin, au nom de Quatrevents. Nous vous rappelons.",
        28.4,
        SLOW,
        False,
    ),
    ("caller", "Merci beaucoup, au revoir.", 33.0, None, False),
    ("agent", "Au revoir, et bonne journée.", 35.6, CACHED, False),
]


COMPILED = FileSystemBytecodeCache(tempfile.mkdtemp(prefix="pages-"))
"""The pages' templates are compiled once for all tests of a process, not once for each application."""

starting_files = functools.cache(starter_files)
installed = functools.cache(discover)


def project(folder: Path) -> Path:
    """Write the starting project to `folder`; return its voiced.yaml."""
    for name, content in starting_files().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder / "voiced.yaml"


def a_call(id, began, *, ended=None, outcome="completed", consent="granted", gaps=(760, 410), **more):
    decided = [{"decision": consent, "modality": "voice"}] if consent else None
    return CallRow(
        id, "twilio", f"CA{id}", "•• •• •• •• 42", "+33 1 99 00 00 01", "accueil", "b1946ac9", "d3b07384d113", began,
        began + 1, ended, "caller" if ended else "", outcome if ended else "", decided,
        {"turns": len(gaps), "response_gap_ms": list(gaps)} if ended else None, **more,
    )  # fmt: skip


def calls(now):
    """Some calls of the last days, as rows."""
    rows = [
        a_call("c-live", now - 48),
        a_call("c-lost", now - 4000, consent=None),
        a_call("c-kept", now - 700, ended=now - 660),
        a_call("c-refused", now - 9000, ended=now - 8870, consent="refused", gaps=(640,)),
        a_call("c-failed", now - 90_000, ended=now - 89_970, outcome="failed", error="ProviderTimeout", gaps=()),
        a_call("c-gone", now - 100_000, ended=now - 99_995, outcome="abandoned", consent=None, gaps=()),
    ]
    said = [MessageRow("c-kept", seq, role, text, at, at + 2, interrupted=cut, latency=latency)
            for seq, (role, text, at, latency, cut) in enumerate(TALK)]  # fmt: skip
    said += [MessageRow("c-live", row.seq, row.role, row.text, row.started, row.ended) for row in said[:2]]
    wish = {"name": "Quatrevents", "day": "mardi matin"}
    done = [ActionRow("c-kept", 9, "appointment_request", wish, {"id": 7}, ok=True, started=27.9, ended=28.0)]
    return [*rows, *said, *done]


@dataclass
class FakeWorker:
    """A worker's control socket, real, that answers what stands here."""

    folder: Path
    number: int = 0
    health: dict = field(default_factory=dict)
    calls: list = field(default_factory=list)
    config: dict = field(default_factory=dict)
    breakers: list = field(default_factory=list)

    def __post_init__(self):
        self.health = {
            "worker": self.number, "pid": 4000 + self.number, "ready": True, "reasons": [], "draining": False,
            "config": "d3b07384d113", "calls": 0, "capacity": 20, "counts": {}, "uptime": 8123.0, **self.health,
        }  # fmt: skip

    def routes(self):
        def get(make):
            async def handle(_request):
                return answer(make())

            return {"GET": handle}

        return {
            "/v1/health": get(lambda: {**self.health, "calls": len(self.calls)}),
            "/v1/calls": get(lambda: {"calls": self.calls}),
            "/v1/config": get(lambda: self.config),
            "/v1/metrics": {"GET": self._metrics},
            "/v1/breakers": get(lambda: {"breakers": self.breakers}),
        }

    async def _metrics(self, _request):
        return WebResponse(200, b"# TYPE voiced_calls gauge\nvoiced_calls %d\n" % len(self.calls))

    @contextlib.contextmanager
    def open(self):
        """Serve, in a thread, as long as the block lasts."""
        token, up = control_token(self.folder), threading.Event()
        stop = None

        async def main():
            nonlocal stop
            async with trio.open_nursery() as nursery:
                path = control_path(self.folder, self.number)
                await nursery.start(serve_control, path, Door(token, self.routes()))
                here = trio.lowlevel.current_trio_token()
                stop = lambda: trio.from_thread.run_sync(nursery.cancel_scope.cancel, trio_token=here)  # noqa: E731 - reads best here
                up.set()

        thread = threading.Thread(target=trio.run, args=(main,))
        thread.start()
        assert up.wait(10)
        try:
            yield self
        finally:
            stop()
            thread.join(10)


@contextlib.contextmanager
def served(opened):
    """An emulated host, served by a thread; `opened()` is its async context."""
    ready, here = threading.Event(), SimpleNamespace()

    async def serve():
        async with opened() as here.double:
            here.stop, here.token = trio.Event(), trio.lowlevel.current_trio_token()
            ready.set()
            await here.stop.wait()

    thread = threading.Thread(target=trio.run, args=(serve,))
    thread.start()
    assert ready.wait(10)
    yield here.double
    here.token.run_sync_soon(here.stop.set)
    thread.join(10)


@contextlib.contextmanager
def a_house(folder: Path, env=None, *, with_users=True, with_calls=True, fresh=True):
    """Yield a house in `folder` whose data is there; its sessions are signed with a fixed secret."""
    file = project(folder) if fresh else folder / "voiced.yaml"
    plugins = installed()
    settings = read_settings(file, env or {}, plugins)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = db.open(settings.store.url)
    now = time.time()
    if with_users and fresh:
        for name, role in (("chef", "admin"), ("claire", "support")):
            users.add(database, name, role, HASHES[name], now)
    if with_calls:
        upsert(database, calls(now))
    try:
        yield open_house(file, env or {}, settings, plugins, database, b"for tests only")
    finally:
        db.close(database)


def application(house):
    """Return the application of a house, for Flask's own client."""
    app = create_app(house)
    app.jinja_env.bytecode_cache = COMPILED
    app.testing = False  # pages that fail are shown as pages, as in production
    return app


class Browser:
    """Flask's client, with the manners of a browser: it sends the tokens of the forms that it was shown."""

    def __init__(self, app, address="127.0.0.1"):
        self.client = app.test_client()
        self.from_ = {"environ_base": {"REMOTE_ADDR": address}}

    def get(self, path, **more):
        return self.client.get(path, **{**self.from_, **more})

    def token(self, page="/sign-in"):
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(page, follow_redirects=True).text)
        return found[1] if found else ""

    def post(self, path, form=None, *, page="/sign-in", **more):
        return self.client.post(path, data={"csrf_token": self.token(page), **(form or {})}, **{**self.from_, **more})

    def sign_in(self, name, password=None, **form):
        return self.post("/sign-in", {"name": name, "password": password or PASSWORDS[name], **form})
