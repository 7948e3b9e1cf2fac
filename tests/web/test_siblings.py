"""Workers that share a port: whichever a connection comes to, the right one answers. Real sockets, paper carriers."""

import os
import time
from collections import Counter
from functools import partial

import httpx2
import pytest
import trio
from trio_websocket import open_websocket_url

from voiced.fleet.board import Board, Record
from voiced.fleet.rundir import board_path, door_path, run_dir
from voiced.plugin import WebResponse
from voiced.web import open_listeners, serve
from voiced.web.door import Door, hand
from voiced.web.siblings import MOST_HEIRS, Siblings

DEADLINE = 15


class Carrier:
    """A carrier whose webhooks are about the call in their query, and whose answers say who answered."""

    def __init__(self, worker):
        self.worker = worker

    def webhook(self, request, _desk):
        if request.path.endswith("inbound"):
            self.worker.have(request.query)
        return WebResponse(body=f"worker {self.worker.number} {len(request.body)}".encode())

    def call_of(self, request):
        return request.query

    def admits(self, _request):
        return True

    def leg(self):
        return object()


class Worker:
    """One worker: its calls, its record, its port."""

    def __init__(self, exchange, board, data, number, ledger, pid):
        self.exchange, self.board, self.number, self.pid = exchange, board, number, pid
        self.known, self.given_up, self.draining = set(), [], False
        self.port = 0
        self.scope, self.gone = trio.CancelScope(), trio.Event()
        self.siblings = Siblings(number, data, board, self, self.publish, trio.CapacityLimiter(2), ledger)
        self.publish()

    def have(self, call):
        self.known.add(call)

    def knows(self, _provider, call):
        return call in self.known

    def despair(self, _provider, call):
        self.given_up.append(call)

    def publish(self):
        record = Record(
            self.pid, time.monotonic(), len(self.known) + self.siblings.coming, 10, not self.draining, self.draining
        )
        self.board.write(self.number, record)

    async def run(self, ledger, data, task_status):
        listeners = await open_listeners("127.0.0.1", 0)
        self.port = listeners[0].socket.getsockname()[1]
        doors = [await Door.open(door_path(data, self.number))]
        with self.scope:
            await serve(
                self.exchange, {"paper": Carrier(self)}, active="paper", public_url="https://agent.example.org",
                listeners=[*listeners, *doors], log=ledger, siblings=self.siblings, task_status=task_status,
            )  # fmt: skip
        self.gone.set()


@pytest.fixture
async def workers(nursery, exchange, ledger, tmp_path):
    """Two workers that take calls, each on a port of its own, as if it were the one that accepted."""
    run_dir(tmp_path).mkdir()
    board = Board(board_path(tmp_path))
    both = [Worker(exchange, board, tmp_path, number, ledger, os.getpid()) for number in range(2)]
    for worker in both:
        await nursery.start(partial(worker.run, ledger, tmp_path))
        worker.publish()
    return both


@pytest.fixture
def ask():
    async def ask(worker, path, body=b"", client=None):
        own = client or httpx2.AsyncClient()
        answer = await own.post(f"http://127.0.0.1:{worker.port}{path}", content=body)
        if client is None:
            await own.aclose()
        return answer.text

    return ask


async def test_a_new_call_goes_to_the_worker_with_the_fewest(workers, ask):
    first, second = workers
    first.have("CA1")
    first.publish()
    assert await ask(first, "/voice/inbound?CA2") == "worker 1 0"
    assert second.known == {"CA2"}


async def test_many_calls_spread_evenly_whoever_accepts_them(workers, ask):
    answers = [await ask(workers[0], f"/voice/inbound?CA{number}") for number in range(8)]
    assert Counter(answers) == {"worker 0 0": 4, "worker 1 0": 4}


async def test_calls_that_come_all_at_once_spread_evenly_too(workers, ask):
    async with trio.open_nursery() as nursery:
        for number in range(12):
            nursery.start_soon(ask, workers[0], f"/voice/inbound?CA{number}")
    assert [len(worker.known) for worker in workers] == [6, 6]
    assert [record.calls for record in workers[0].board.records().values()] == [6, 6]


async def test_a_webhook_goes_to_the_worker_that_has_its_call(workers, ask):
    first, second = workers
    await ask(second, "/voice/inbound?CA1")
    second.publish()
    body = b"x" * 60_000
    assert await ask(first, "/voice/paper/after?CA1", body) == "worker 1 60000"
    assert await ask(first, "/voice/paper/after") == "worker 0 0"  # about no call


async def test_a_connection_that_is_kept_alive_goes_where_each_request_must(workers, ask):
    first, second = workers
    first.have("CA1")
    first.publish()
    async with httpx2.AsyncClient() as client:
        assert await ask(first, "/voice/paper/after?CA1", client=client) == "worker 0 0"
        assert await ask(first, "/voice/inbound?CA2", client=client) == "worker 1 0"
        assert await ask(first, "/voice/paper/after?CA2", client=client) == "worker 1 0"
        first.known, second.known = {"CA1"}, {"CA2", "CA3"}
        first.publish()
        second.publish()
        assert await ask(first, "/voice/inbound?CA4", client=client) == "worker 0 0"


async def test_a_draining_worker_passes_new_calls_on_and_keeps_its_own(workers, ask):
    first, second = workers
    await ask(first, "/voice/inbound?CA1")
    first.draining = True
    first.publish()
    for each in range(3):
        assert await ask(first, f"/voice/inbound?CA1{each}") == "worker 1 0"
    assert await ask(second, "/voice/paper/after?CA1") == "worker 0 0"


async def test_readiness_is_that_of_the_host(workers, exchange):
    exchange.reasons = ["full"]
    async with httpx2.AsyncClient() as client:
        url = f"http://127.0.0.1:{workers[0].port}/readyz"
        assert (await client.get(url)).status_code == 200
        workers[1].draining = True
        workers[1].publish()
        assert (await client.get(url)).json() == {"ready": False, "reasons": ["full"]}


async def test_a_media_socket_is_opened_by_the_worker_that_issued_its_token(workers, exchange):
    token = "c1.99999999999.1-nonce.signature"
    exchange.admit("paper", token)
    seen = []
    redeem = exchange.redeem
    exchange.redeem = lambda provider, given: seen.append(given) or redeem(provider, given)
    async with open_websocket_url(f"ws://127.0.0.1:{workers[0].port}/voice/paper/media/{token}") as socket:
        call = await exchange.call(f"call-{token}")
        await socket.send_message("hello")
        assert await call.hear() == "hello"
    assert seen == [token]
    assert len(workers[0].siblings.board.records()) == 2


async def test_a_worker_that_died_hands_its_calls_to_whoever_is_asked(workers, ask, ledger):
    first, second = workers
    second.pid = 999_999
    first.have("CA0")
    first.publish()
    second.publish()
    second.scope.cancel()
    with trio.fail_after(DEADLINE):
        await second.gone.wait()
    assert await ask(first, "/voice/inbound?CA1") == "worker 0 0"  # the board still says that it is the least busy
    assert ("sibling_lost", {"worker": 1}) in ledger.lines
    assert await ask(first, "/voice/paper/after?CA2") == "worker 0 0"


async def test_a_call_that_kills_its_workers_is_given_up(workers, ask):
    first, _ = workers
    first.board.clear(1)
    for death in range(MOST_HEIRS + 2):
        first.known.clear()
        await ask(first, "/voice/inbound?CA1")
        assert bool(first.given_up) == (death > MOST_HEIRS)
        first.siblings.board.clear(0)  # it died, and its number has another process
        [path] = [path for path in (first.siblings.data_dir / "run" / "calls").iterdir() if path.name != ".lock"]
        path.write_text(path.read_text().replace(str(os.getpid()), "1"))


async def test_calls_that_are_forgotten_are_given_up(workers, ask):
    first, second = workers
    second.draining = True
    second.publish()
    await ask(first, "/voice/inbound?CA1")
    await ask(first, "/voice/paper/status?CA9")  # nobody's call
    calls = first.siblings.data_dir / "run" / "calls"
    assert len(list(calls.iterdir())) == 2  # the lock, and CA1
    await first.siblings.tidy()
    assert len(list(calls.iterdir())) == 2
    await first.siblings.leave()
    assert [path.name for path in calls.iterdir()] == [".lock"]


async def test_what_is_no_connection_is_no_connection(tmp_path, nursery):
    door = await Door.open(tmp_path / "door")
    assert (tmp_path / "door").stat().st_mode & 0o077 == 0
    sender = trio.socket.socket(trio.socket.AF_UNIX, trio.socket.SOCK_DGRAM)
    await sender.sendto(b"no socket in it", str(tmp_path / "door"))
    ours, theirs = trio.socket.socketpair()
    assert await hand(tmp_path / "door", theirs.fileno(), b"early")
    theirs.close()
    with trio.fail_after(DEADLINE):
        handed = await door.accept()
    assert handed.early == b"early"
    await handed.stream.send_all(b"hello")
    assert await ours.recv(10) == b"hello"
    await handed.aclose()
    await door.aclose()
    assert not await hand(tmp_path / "door", ours.fileno(), b"")
    ours.close()
    sender.close()
