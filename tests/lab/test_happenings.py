"""What a worker tells, read from its control socket."""

from typing import ClassVar

import pytest
import trio

from voiced.call.feed import Feed
from voiced.daemon.control import Door, serve_control
from voiced.daemon.control.calls import Calls
from voiced.errors import Unavailable
from voiced.fleet.rundir import control_path, control_token
from voiced.lab.happenings import Happenings, reach


class Quiet:
    """A switchboard without calls."""

    active = ()
    counts: ClassVar = {"admitted": 0}
    draining = False


@pytest.fixture
async def worker(nursery, tmp_path):
    """A control socket and what it tells."""
    (tmp_path / "run").mkdir()
    feed = Feed()
    door = Door(control_token(tmp_path), Calls(Quiet(), feed).routes())
    server = await nursery.start(serve_control, control_path(tmp_path), door)
    return control_path(tmp_path), feed, server


def event(name):
    return {"event": name, "call_id": "c1", "at": 0.0}


async def test_events_are_told_and_kept_as_they_come(worker, nursery):
    control, feed, _ = worker
    told = []
    happenings = Happenings(told.append)
    await nursery.start(happenings.follow, control)
    feed.publish(event("call.began"))
    feed.publish(event("silence"))
    with trio.fail_after(5):
        assert await happenings.wait_for(lambda each: each["event"] == "silence", 0, 5) == 1
    assert told == happenings.events
    assert list(happenings.of("call.began")) == [event("call.began")]
    nursery.cancel_scope.cancel()


async def test_a_wait_for_what_does_not_come_ends(autojump_clock):
    happenings = Happenings()
    happenings.add(event("silence"))
    assert await happenings.wait_for(lambda each: each["event"] == "never", 0, 2.0) is None


async def test_the_story_ends_when_the_worker_stops_in_good_order(worker, nursery):
    control, feed, server = worker
    happenings = Happenings()
    over = trio.Event()

    async def follow(task_status):
        await happenings.follow(control, task_status=task_status)
        over.set()

    await nursery.start(follow)
    feed.close()
    server.stop()
    with trio.fail_after(5):
        await over.wait()


async def test_a_worker_that_is_gone_is_told(nursery, tmp_path):
    with pytest.raises(Unavailable, match=r"no worker answers at .*worker-0\.sock — start one with `voiced run`"):
        await Happenings().follow(control_path(tmp_path))
    with pytest.raises(Unavailable, match="no worker answers"):
        await reach(control_path(tmp_path))


async def test_who_may_not_read_the_token_is_told_so(worker, tmp_path):
    control, _, _ = worker
    control.with_name("control.token").write_text("another", "ascii")
    with pytest.raises(Unavailable, match=r"tells us nothing \(401\) — run this command as the user that runs voiced"):
        await Happenings().follow(control)


async def test_a_worker_that_goes_without_a_word_is_told(tmp_path):
    path = tmp_path / "worker.sock"

    async def vanish(stream):
        await stream.receive_some(4096)
        await stream.send_all(b'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n13\r\n{"event":"watching"}\r\n')
        await stream.aclose()

    sock = trio.socket.socket(trio.socket.AF_UNIX)
    await sock.bind(str(path))
    sock.listen(1)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(trio.serve_listeners, vanish, [trio.SocketListener(sock)])
        with pytest.raises(Unavailable, match="is gone"):
            await Happenings().follow(path)
        nursery.cancel_scope.cancel()
