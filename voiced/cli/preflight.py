"""The checks behind `voiced check`. Each yields findings; what cannot be checked for another's fault is passed over.

Nothing here is changed: no folder or file is made, no model loaded, nobody called. The tables of a database server are
brought up to date, as they would be when voiced starts.
"""

from __future__ import annotations

import errno
import http.client
import socket
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from voiced.config.catalogue import Plugins, providers, specs
from voiced.config.reader import Reading, examine
from voiced.config.settings import Settings, flow_constants
from voiced.dialog.flow import Flow
from voiced.dialog.reader import read_flows
from voiced.dialog.render import fill
from voiced.errors import BadInput, Problem, Unavailable
from voiced.observe import trace
from voiced.registry import discover, states

_WEIGHTS = {"whisper": ("stt", "local"), "kokoro": ("tts", "local"), "silero": ("vad", "silero")}
"""The weights of the embedded models, and the choice of provider that needs them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. `line` and `column` are 0 where no place in a file is meant."""

    level: Literal["ok", "warning", "error"]
    subject: str
    message: str
    fix: str = ""
    file: str = ""
    line: int = 0
    column: int = 0


def preflight(path: Path, env: Mapping[str, str]) -> list[Finding]:
    """Return all findings about the installation that the file `path` describes. Blocks for a second at most."""
    plugins = discover()
    reading = examine(path, env, plugins)
    machine = [*_machine(reading), *_traces(reading, env)]
    return [*_settings(path, reading), *_plugins(plugins, reading), *_flows(plugins, reading), *machine]


def _from(problem: Problem, subject: str) -> Finding:
    message = str(Problem(problem.file, problem.line, problem.column, problem.reason))
    return Finding("error", subject, message, problem.fix, problem.file, problem.line, problem.column)


def _settings(path: Path, reading: Reading) -> Iterator[Finding]:
    yield from (_from(problem, "settings") for problem in reading.problems)
    settings = reading.settings
    if settings is None:
        return
    yield Finding("ok", "settings", f"{path}, version {settings.version}")
    for name, variable in settings.unset.items():
        yield _unset(name, variable, settings)
    if settings.unset.get("server.public_url") is None and not settings.server.public_url:
        fix = "set server.public_url to the address by which the carrier reaches this server"
        yield Finding("warning", "settings", "server.public_url is empty: no carrier can call", fix)


def _unset(name: str, variable: str, settings: Settings) -> Finding:
    """Warn of a setting that waits for its variable."""
    reason = f"{variable} is not set, so {name} is left out"
    if name.startswith(f"plugins.{settings.providers.telco}."):
        reason = f"{variable} is not set: calls will be refused"
    elif name == "server.public_url":
        reason = f"{variable} is not set: no carrier can call"
    return Finding("warning", "settings", reason, f"set {variable} in .env or the environment")


def _plugins(plugins: Plugins, reading: Reading) -> Iterator[Finding]:
    listed = states(plugins, reading.enabled, reading.plugin_faults)
    for state in listed:
        if state.reason and state.status not in ("option_error", "missing"):  # those are faults of the settings
            level: Literal["error", "warning"] = "error" if state.name in reading.enabled else "warning"
            fix = "see `voiced plugins`; update the plugin, or remove it"
            yield Finding(level, "plugins", f"{state.name} ({state.origin}): {state.reason}", fix)
    working = [state.name for state in listed if state.status == "enabled"]
    if working:
        yield Finding("ok", "plugins", ", ".join(working))


def _flows(plugins: Plugins, reading: Reading) -> Iterator[Finding]:
    if not reading.flows.is_dir():
        return  # the settings said so
    usable = specs(plugins)
    tools = [tool for tool, plugin in providers(plugins, "tool").items() if plugin in reading.enabled]
    constants = flow_constants(reading.settings) if reading.settings else {"company": "", "site": "", "retention": ""}
    try:
        flows = read_flows(reading.flows, constants, tools if usable else None)
    except BadInput as error:
        yield from (_from(problem, "flows") for problem in error.problems)
        return
    yield Finding("ok", "flows", ", ".join(sorted(flows)))
    if reading.settings is not None:
        yield from _privacy(reading.settings, flows)


def _privacy(settings: Settings, flows: Mapping[str, Flow]) -> Iterator[Finding]:
    for name in sorted({number.flow for number in settings.numbers.values()}):
        questions = [step.consent.ask for step in flows[name].steps.values() if step.consent]
        if questions:
            yield Finding("ok", "consent", f"{name} asks: {fill(questions[0], flows[name].vars)}")
        elif settings.privacy.recording_enabled:
            fix = f"add a consent step to the flow {name}, or set privacy.recording_enabled to false"
            yield Finding("error", "consent", f"calls are recorded, and the flow {name} asks nobody for consent", fix)
        else:
            reason = f"the flow {name} asks nobody for consent, so nothing its callers say is kept"
            yield Finding("warning", "consent", reason, "add a consent step if the text of calls should be kept")
    for name, flag in (("recording_enabled", "RECORDING_ENABLED"), ("data_ttl_days", "DATA_TTL_DAYS")):
        value = str(getattr(settings.privacy, name)).lower()
        if f"privacy.{name}" in settings.stated or f"privacy.{name}" in settings.overridden:
            yield Finding("ok", "privacy", f"{name} is {value}")
        else:
            fix = f"state privacy.{name} in {settings.file.name}, or set {flag}"
            yield Finding("warning", "privacy", f"{name} is {value} because nobody chose", fix)
    if not settings.privacy.company:
        fix = "set privacy.company"
        yield Finding("warning", "privacy", "the agent cannot say whom it answers for", fix)


def _machine(reading: Reading) -> Iterator[Finding]:
    if reading.settings is None:
        return
    yield from _models(reading.settings)
    yield _port(reading.settings)
    yield _database(reading.settings)


def _models(settings: Settings) -> Iterator[Finding]:
    """Look for the weights of the embedded models that the chosen providers use."""
    chosen = [name for name, use in _WEIGHTS.items() if getattr(settings.providers, use[0]) == use[1]]
    options: Any = settings.plugins.get("local")
    if "kokoro" in chosen and options.voice != "claire":
        chosen.remove("kokoro")
    if not chosen:
        return
    from voiced_local.weights import find  # noqa: PLC0415 - only who uses the embedded models has to have it

    for name in chosen:
        try:
            yield Finding("ok", "models", f"{name}: {find(name)}")
        except Unavailable as error:
            spared = name == "kokoro" and options.fallback != "none"
            reason = str(error).removesuffix(f" — {error.fix}") + (f": {options.fallback} speaks" if spared else "")
            yield Finding("warning" if spared else "error", "models", reason, error.fix)


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


def _server(url: str) -> Finding:
    from voiced.store import db  # noqa: PLC0415 - only who uses a server has to have its driver

    try:
        db.close(db.open(url))
    except Unavailable as error:
        return Finding("error", "database", str(error).removesuffix(f" — {error.fix}"), error.fix)
    return Finding("ok", "database", "the server answers, its tables are up to date")
