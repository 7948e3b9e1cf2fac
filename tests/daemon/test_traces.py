"""A real worker's call, as a collector gets it."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from worker_house import OUI

from voiced.observe.spans import trace_id


@contextmanager
def collector():
    """A collector: `spans` are what it was sent."""

    class Take(BaseHTTPRequestHandler):
        def do_POST(self):
            request = ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["content-length"])))
            scopes = [scope for resource in request.resource_spans for scope in resource.scope_spans]
            self.server.spans += [span for scope in scopes for span in scope.spans]
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Take)
    server.spans = []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


async def test_a_worker_s_call_is_traced_and_sent_before_it_stops(own_house):
    with collector() as server:
        house = own_house(observe={"otlp_endpoint": f"http://127.0.0.1:{server.server_port}"})
        house.run().ready()

        async def caller(phone, heard):
            await heard("Gardons-nous")
            await phone.say(OUI)
            await heard("Votre nom")

        held = await house.call(caller)
        assert house.finish() == 0, house.log
    spans = {span.span_id: span for span in server.spans}
    (call,) = [span for span in spans.values() if span.name == "call"]
    assert call.trace_id == trace_id(held.call_id).to_bytes(16)
    answers = [span for span in spans.values() if span.name in {"greeting", "turn"}]
    assert answers
    assert {span.parent_span_id for span in answers} == {call.span_id}
    assert {spans[span.parent_span_id].name for span in spans.values() if span.name == "first_played"} <= {
        "greeting",
        "turn",
    }
    row, *_ = house.rows(held)
    assert abs(call.start_time_unix_nano / 1e9 - row.answered_at) < 0.001
    told = str(server.spans)
    assert "Gardons" not in told
    assert "+336" not in told


async def test_a_worker_whose_collector_is_down_takes_its_calls_and_stops_in_time(own_house):
    house = own_house(observe={"otlp_endpoint": "http://127.0.0.1:1"})
    house.run().ready()

    async def caller(_phone, heard):
        await heard("Gardons-nous")

    await house.call(caller)
    assert house.finish() == 0, house.log
    assert len(house.logged("traces_not_taken")) <= 1
