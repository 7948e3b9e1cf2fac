"""What we tell the service manager, by its real protocol."""

import os
import socket
import time

import pytest
import trio

from voiced.daemon.notify import Manager, given_sockets, manager, report, without_manager


@pytest.fixture
def ear(tmp_path):
    """The manager's end."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(tmp_path / "notify"))
        sock.settimeout(10)
        yield sock


def told(ear):
    return ear.recv(4096).decode().split("\n")


def test_the_manager_is_the_one_that_the_environment_names(ear):
    address = ear.getsockname()
    assert manager({}, 1) == Manager("")
    assert manager({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "3000000"}, 7) == Manager(address, 3.0)
    assert manager({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "8"}, 7).watchdog is None
    assert manager({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "soon"}, 7).watchdog is None


def test_it_is_told_of_a_reload_with_the_time(ear):
    before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    Manager(ear.getsockname()).reloading()
    first, second = told(ear)
    assert first == "RELOADING=1"
    assert before <= int(second.removeprefix("MONOTONIC_USEC=")) <= time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000


def test_it_may_have_an_abstract_address():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(f"\0voiced-{os.getpid()}")
        ear.settimeout(10)
        Manager(f"@voiced-{os.getpid()}").tell("STOPPING=1")
        assert told(ear) == ["STOPPING=1"]


def test_a_manager_that_does_not_listen_hurts_nobody(tmp_path):
    assert not Manager(str(tmp_path / "nowhere")).tell("READY=1")


async def test_what_the_manager_had_no_room_for_is_told_again(ear, autojump_clock):
    to = Manager(ear.getsockname())
    waiting = 0
    while to.tell("WATCHDOG=1"):
        waiting += 1
    async with trio.open_nursery() as nursery:
        nursery.start_soon(report, to, lambda: (True, "0 calls"))
        await trio.sleep(1.0)
        assert [told(ear) for _ in range(waiting)] == [["WATCHDOG=1"]] * waiting
        await trio.sleep(1.0)
        nursery.cancel_scope.cancel()
    assert told(ear) == ["READY=1", "STATUS=0 calls"]


async def test_it_hears_once_that_we_are_ready_and_all_the_time_that_we_live(ear, autojump_clock):
    state = [False, "loading"]
    async with trio.open_nursery() as nursery:
        nursery.start_soon(report, Manager(ear.getsockname(), 2.0), lambda: tuple(state))
        await trio.sleep(0.7)
        state[:] = [True, "0 calls"]
        await trio.sleep(1.0)
        nursery.cancel_scope.cancel()
    assert told(ear) == ["STATUS=loading", "WATCHDOG=1"]
    assert told(ear) == ["WATCHDOG=1"]
    assert told(ear) == ["READY=1", "STATUS=0 calls", "WATCHDOG=1"]
    assert told(ear) == ["WATCHDOG=1"]


async def test_without_a_manager_there_is_nothing_to_report():
    with trio.fail_after(10):
        await report(Manager(""), lambda: (True, ""))


def test_sockets_are_given_to_one_process():
    env = {"LISTEN_FDS": "2", "LISTEN_PID": "7", "NOTIFY_SOCKET": "x", "PATH": "/bin"}
    assert given_sockets(env, 7) == (3, 4)
    assert given_sockets(env, 8) == ()
    assert given_sockets({}, 7) == ()
    assert without_manager(env) == {"PATH": "/bin"}
