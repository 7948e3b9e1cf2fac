"""What this machine has to have: weights of models, a free port, a database, room on the disk, a way for traces."""

from __future__ import annotations

import errno
import http.client
import shutil
import socket
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from voiced.config.reader import Reading
from voiced.config.settings import Settings
from voiced.errors import Unavailable
from voiced.observe import trace
from voiced.preflight.finding import Finding

_WEIGHTS = {"whisper": ("stt", "local"), "kokoro": ("tts", "local"), "silero": ("vad", "silero")}
"""The weights of the embedded models, and the choice of provider that needs them."""
GIGABYTE = 1e9
SCARCE, FULL = 5.0, 0.5
"""Gigabytes of free disk below which it is worth a warning, and below which nothing should be started."""


def look_at_machine(reading: Reading, env: Mapping[str, str]) -> Iterator[Finding]:
    """Say what is missing on this machine."""
    if reading.settings is None:
        return
    yield from _models(reading.settings)
    yield _port(reading.settings)
    yield _database(reading.settings)
    yield _disk(reading.settings.data_dir)
    yield from _traces(reading, env)


def _disk(folder: Path) -> Finding:
    """Look for room where calls are kept: the folder itself, or the first above it that is there."""
    there = next(place for place in (folder, *folder.parents) if place.exists())
    return judged_room(shutil.disk_usage(there).free / GIGABYTE, there)


def judged_room(free: float, folder: Path) -> Finding:
    """Return what to say of so many free gigabytes."""
    said = f"{free:.1f} GB free in {folder}"
    if free >= SCARCE:
        return Finding("ok", "disk", said)
    fix = "make room, lower privacy.data_ttl_days, or put data_dir on another disk"
    return Finding("warning" if free >= FULL else "error", "disk", said, fix)


def _models(settings: Settings) -> Iterator[Finding]:
    """Read the weights of the embedded models that the chosen providers use, every byte of them."""
    chosen = {name: kind for name, (kind, who) in _WEIGHTS.items() if getattr(settings.providers, kind) == who}
    options: Any = settings.plugins.get("local")
    if "kokoro" in chosen and options.voice != "claire":
        del chosen["kokoro"]
    if not chosen:
        return
    from voiced_local.weights import verify  # noqa: PLC0415 - only who uses the embedded models has to have it

    for name, kind in chosen.items():
        try:
            yield Finding("ok", "models", f"{name}: {verify(name)}")
        except Unavailable as error:
            instead = _instead(settings, name, kind)
            said = f"{error.reason}: {instead}" if instead else error.reason
            yield Finding("warning" if instead else "error", "models", said, error.fix)


def _instead(settings: Settings, name: str, kind: str) -> str:
    """Say who stands in for a model. The voice that the embedded one falls back to does where there are no weights."""
    from voiced_local.weights import find  # noqa: PLC0415 - the same

    options: Any = settings.plugins["local"]
    if name == "kokoro" and options.fallback != "none":
        try:
            find(name)
        except Unavailable:
            return f"{options.fallback} speaks"
    others = getattr(settings.fallback, kind, ())
    return f"{others[0]} stands in" if others else ""


def _port(settings: Settings) -> Finding:
    host, port = settings.server.host, settings.server.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as error:
            return _taken(host, port, error)
    return Finding("ok", "port", f"{host}:{port} is free")


def _taken(host: str, port: int, error: OSError) -> Finding:
    """Tell a voiced that is running from everything else that keeps us from the port."""
    if error.errno == errno.EADDRINUSE and _answers(host, port):
        return Finding("ok", "port", f"voiced is running on {host}:{port}")
    fix = "stop what listens there (`ss -ltnp`), or change server.port"
    if error.errno != errno.EADDRINUSE:
        fix = "change server.host and server.port"
    return Finding("error", "port", f"cannot listen on {host}:{port}: {error.strerror}", fix)


def _answers(host: str, port: int) -> bool:
    try:
        with closing(http.client.HTTPConnection(host, port, timeout=1)) as connection:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False


def _database(settings: Settings) -> Finding:
    url = settings.store.url
    if not url.startswith("sqlite:"):
        return _server(url)
    path = Path(url.removeprefix("sqlite:///"))
    if not path.exists():
        return Finding("ok", "database", f"{path} will be made when voiced starts")
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            database.execute("select count(*) from sqlite_master").fetchone()
    except sqlite3.Error as error:
        fix = "make it readable to this user, or restore it from a backup"
        return Finding("error", "database", f"{path} cannot be opened: {error}", fix)
    return Finding("ok", "database", str(path))


def _server(url: str) -> Finding:
    from voiced.store import db  # noqa: PLC0415 - only who uses a server has to have its driver

    try:
        db.close(db.open(url))
    except Unavailable as error:
        return Finding("error", "database", str(error).removesuffix(f" — {error.fix}"), error.fix)
    return Finding("ok", "database", "the server answers, its tables are up to date")


def _traces(reading: Reading, env: Mapping[str, str]) -> Iterator[Finding]:
    """Look whether traces can be sent, where they are wanted."""
    endpoint = trace.wanted(reading.settings.observe.otlp_endpoint, env) if reading.settings else ""
    if endpoint and not endpoint.startswith(("http://", "https://")):
        fix = "write it as http://127.0.0.1:4318"
        yield Finding("error", "traces", f"{endpoint} is no address of a collector", fix)
    elif endpoint and not trace.installed():
        fix = "pip install 'voiced[otel]', or leave observe.otlp_endpoint empty"
        yield Finding("error", "traces", "a collector is configured, and OpenTelemetry is not installed", fix)
    elif endpoint:
        yield Finding("ok", "traces", f"sent to {endpoint}")
