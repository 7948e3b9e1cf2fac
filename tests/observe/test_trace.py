"""Traces on their way to a collector: a real one that decodes what it gets, one that is down, one that comes back."""

import gzip
import io
import json
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import structlog
import trio
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from voiced.observe import configure
from voiced.observe.spans import trace_id
from voiced.observe.trace import EVERY, WAITING, Tracer, sender, wanted

BEGAN = 1_795_510_800.0
PATIENCE = 15


@pytest.fixture
def log():
    """Return a function that gives the names of the events logged so far."""
    stream = io.StringIO()
    configure("info", stream)
    yield lambda: [json.loads(line)["event"] for line in stream.getvalue().splitlines()]
    structlog.reset_defaults()


@contextmanager
def collector(port=0):
    """A collector: `requests` are what it was sent, decoded."""

    class Take(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            body = gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body
            self.server.requests.append((self.path, ExportTraceServiceRequest.FromString(body)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", port), Take)
    server.requests = []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def a_call(call_id="c1"):
    facts = {"text": "Bonjour.", "interrupted": False, "cached": True, "opening": False}
    latency = {"decision": 400, "first_sent": 650, "first_played": 690}
    return [
        {"event": "call.began", "call_id": call_id, "at": 0.0, "flow": "accueil", "time": BEGAN},
        {"event": "agent.said", "call_id": call_id, "at": 5.0, "since": 3.0, "latency": latency, **facts},
        {"event": "call.ended", "call_id": call_id, "at": 9.0, "by": "fault", "outcome": "failed", "error": "Bug"},
    ]


async def told(*events):
    for event in events:
        await trio.lowlevel.checkpoint()
        yield event


def spans(server):
    return [
        (resource.resource, span)
        for _, request in server.requests
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


async def test_a_collector_gets_the_whole_tree(measured):
    with collector() as server:
        send = await trio.to_thread.run_sync(sender, f"http://127.0.0.1:{server.server_port}/v1/traces", "worker-3")
        with trio.fail_after(PATIENCE):
            await Tracer(send).run(told(*a_call()))
    got = {span.name: span for _, span in spans(server)}
    assert {path for path, _ in server.requests} == {"/v1/traces"}
    assert set(got) == {"call", "turn", "decision", "first_sent", "first_played"}
    assert got["call"].parent_span_id == b""
    assert got["turn"].parent_span_id == got["call"].span_id
    assert got["decision"].parent_span_id == got["turn"].span_id
    assert {span.trace_id for span in got.values()} == {trace_id("c1").to_bytes(16)}
    assert got["turn"].start_time_unix_nano == (BEGAN + 3) * 1_000_000_000
    assert got["call"].end_time_unix_nano == (BEGAN + 9) * 1_000_000_000
    assert got["call"].status.code == got["call"].status.STATUS_CODE_ERROR
    assert measured("voiced_trace_spans_lost_total") == 0


async def test_it_says_which_process_it_is():
    with collector() as server:
        send = await trio.to_thread.run_sync(sender, f"http://127.0.0.1:{server.server_port}/v1/traces", "worker-3")
        with trio.fail_after(PATIENCE):
            await Tracer(send).run(told(*a_call()))
    resource, _ = spans(server)[0]
    facts = {each.key: each.value.string_value for each in resource.attributes}
    assert (facts["service.name"], facts["service.instance.id"]) == ("voiced", "worker-3")


async def test_nothing_that_was_said_leaves_the_house():
    with collector() as server:
        send = await trio.to_thread.run_sync(sender, f"http://127.0.0.1:{server.server_port}/v1/traces", "worker-0")
        with trio.fail_after(PATIENCE):
            await Tracer(send).run(told(*a_call()))
    assert "Bonjour" not in str(server.requests)


async def test_a_collector_that_is_down_is_told_of_once_and_what_it_missed_is_counted(measured, log):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens here
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/v1/traces"
        send = await trio.to_thread.run_sync(sender, address, "worker-0")
        with trio.fail_after(60):
            await Tracer(send).run(told(*a_call(), *a_call("c2")))
    assert log() == ["traces_not_taken"]
    assert measured("voiced_trace_spans_lost_total") == 10


class Collector:
    """What `sender` returns, without a network: takes spans unless it is down."""

    def __init__(self):
        self.down, self.taken, self.tries = False, [], 0

    async def __call__(self, spans):
        await trio.lowlevel.checkpoint()
        self.tries += 1
        if not self.down:
            self.taken += spans
        return not self.down


@pytest.fixture
def events():
    """A live feed: what is sent into it, and what a tracer reads."""
    return trio.open_memory_channel(100_000)


async def test_what_happened_while_it_was_down_is_sent_when_it_comes_back(events, log, autojump_clock, nursery):
    tell, told = events
    send = Collector()
    send.down = True
    nursery.start_soon(Tracer(send).run, told)
    for event in a_call():
        tell.send_nowait(event)
    await trio.sleep(100 * EVERY)
    assert 3 <= send.tries < 20  # ever more rarely
    send.down = False
    await trio.sleep(100 * EVERY)
    assert len(send.taken) == 5
    assert log() == ["traces_not_taken", "traces_taken_again"]
    tell.close()


async def test_what_waits_is_bounded(events, measured, autojump_clock, nursery, log):
    tell, told = events
    send = Collector()
    send.down = True
    nursery.start_soon(Tracer(send).run, told)
    for number in range(WAITING):
        for event in a_call(f"c{number}"):
            tell.send_nowait(event)
    await trio.sleep(1)
    assert measured("voiced_trace_spans_lost_total") == 4 * WAITING
    send.down = False
    tell.close()
    await trio.sleep(60)
    assert len(send.taken) == WAITING  # the latest


@pytest.mark.parametrize(
    ("setting", "env", "address"),
    [
        ("", {}, ""),
        ("http://a:4318", {}, "http://a:4318/v1/traces"),
        ("http://a:4318/", {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://b"}, "http://a:4318/v1/traces"),
        ("", {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://b/"}, "http://b/v1/traces"),
        ("", {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c/x"}, "http://c/x"),
    ],
)
def test_where_traces_go(setting, env, address):
    assert wanted(setting, env) == address


def test_nothing_of_opentelemetry_is_imported_by_a_worker():
    code = "import sys, voiced.daemon.worker; print([name for name in sys.modules if name.startswith('opentelemetry')])"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "[]\n"
