"""A worker's control socket without a worker: real sockets and the real door, with calls that are only told of."""

import contextlib
import json
import threading
from urllib.parse import parse_qs

import trio

from voiced.daemon.control import Door, serve_control
from voiced.daemon.control.answers import answer
from voiced.errors import Declined
from voiced.fleet.rundir import control_path, control_token
from voiced.web.router import Streaming

CALL = {
    "flow": "accueil", "step": "question", "doing": "listening", "line": True, "muted": False, "consent": "granted",
    "caller": "…78", "called": "+33900000001", "provider": "twilio", "config": "v1", "started_at": 1.0, "seconds": 83.2,
}  # fmt: skip


class Desk:
    """Answers like a worker that has these calls; `asked` is what it was told to do."""

    def __init__(self, data_dir, number=0, calls=(), events=()):
        self.data_dir, self.number, self.calls, self.events = data_dir, number, list(calls), list(events)
        self.asked = []

    def routes(self):
        acts = {f"/v1/calls/{{id}}/{act}": {"POST": self._act} for act in ("say", "transfer", "hangup", "mute")}
        return acts | {
            "/v1/health": {"GET": self._health},
            "/v1/drain": {"POST": self._act},
            "/v1/outbound": {"POST": self._act},
            "/v1/calls": {"GET": self._list},
            "/v1/calls/{id}": {"GET": self._show},
            "/v1/events": {"GET": self._events},
            "/v1/broken": {"GET": self._broken},
        }

    async def _health(self, _request):
        return answer({"worker": self.number, "calls": len(self.calls)})

    async def _list(self, _request):
        return answer({"calls": [{"call_id": call, **CALL} for call in self.calls]})

    async def _show(self, request):
        lines = [
            {"role": "assistant", "text": "Votre numéro ?"},
            {"role": "user", "text": "le 06 12 34 56 78"},
            {"role": "tool", "text": "ok"},
        ]
        return answer({"call_id": request.path.split("/")[3], **CALL, "values": {"tel": "0612345678"}, "lines": lines})

    async def _act(self, request):
        told = json.loads(request.body)
        if told.get("number") == "112":
            raise Declined("not that number", status=400, fix="give another", field="number")
        self.asked.append((request.path, told, request.headers["x-voiced-actor"]))
        return answer({"calls": len(self.calls), "provider": "twilio", "carrier_call_id": "CA1"}, 202)

    async def _events(self, request):
        only = parse_qs(request.query).get("call", [""])[0]

        async def produce(send):
            for event in [{"event": "watching"}, *self.events]:
                if not only or event.get("call_id", only) == only:
                    await send(json.dumps(event).encode() + b"\n")

        return Streaming(produce)

    async def _broken(self, _request):
        raise ZeroDivisionError


@contextlib.contextmanager
def open_desks(*desks):
    """Serve the desks from a thread, each at its worker's place."""
    ready, leave = threading.Event(), None

    async def main():
        nonlocal leave
        async with trio.open_nursery() as nursery:
            token, scope = trio.lowlevel.current_trio_token(), nursery.cancel_scope
            leave = lambda: token.run_sync_soon(scope.cancel)  # noqa: E731 - handed to the other thread
            for desk in desks:
                secret = control_token(desk.data_dir)
                await nursery.start(
                    serve_control, control_path(desk.data_dir, desk.number), Door(secret, desk.routes())
                )
            ready.set()
            await trio.sleep_forever()

    thread = threading.Thread(target=trio.run, args=(main,))
    thread.start()
    assert ready.wait(10)
    try:
        yield
    finally:
        leave()
        thread.join(10)
