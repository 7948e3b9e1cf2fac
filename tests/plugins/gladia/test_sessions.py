"""What Gladia keeps of a call: nothing, unless an operator wants it."""

from contextlib import asynccontextmanager

import pytest
import trio
import trio.testing

from voiced.plugin import Packet
from voiced.testing.fakes import FakeHost
from voiced.testing.gladia import Faults, Gladia, running
from voiced_gladia import make
from voiced_gladia.options import GladiaOptions

HOUR = 3600.0
SECOND = Packet(b"\xff" * 8000)


async def call(stt, *, cancelled=False):
    """A second of silence; then the caller hangs up, or the call is cancelled."""
    audio_in, audio_out = trio.open_memory_channel(10)
    heard_in, heard_out = trio.open_memory_channel(10)
    async with audio_in, heard_out, heard_in, trio.open_nursery() as nursery:
        nursery.start_soon(stt.transcribe, audio_out, heard_in)
        await audio_in.send(SECOND)
        await trio.testing.wait_all_tasks_blocked(0.03)
        if cancelled:
            nursery.cancel_scope.cancel()
        await audio_in.aclose()


async def test_a_session_is_deleted_after_its_call(provider):
    async with provider() as (stt, emulator):
        await call(stt)
        await call(stt, cancelled=True)
        assert len(emulator.sessions) == 2
        assert emulator.kept == []


async def test_what_could_not_be_deleted_is_deleted_in_the_course_of_the_next_call(provider, host):
    async with provider(faults=Faults(delete=503)) as (stt, emulator):
        await call(stt, cancelled=True)
        assert len(emulator.kept) == 1
        emulator.faults = Faults()
        await call(stt)
        assert emulator.kept == []
    assert [(memo.event, memo.facts) for memo in host.log.memos] == [("gladia_session_not_deleted", {"left": 1})]


async def test_a_long_call_deletes_what_others_left(provider, autojump_clock):
    autojump_clock.autojump_threshold = 0.01
    async with provider(faults=Faults(delete=503)) as (stt, emulator):
        await call(stt, cancelled=True)
        [left] = emulator.kept
        emulator.faults = Faults()
        audio_in, audio_out = trio.open_memory_channel(10)
        heard_in, heard_out = trio.open_memory_channel(10)
        async with audio_in, heard_out, heard_in, trio.open_nursery() as nursery:
            nursery.start_soon(stt.transcribe, audio_out, heard_in)
            await trio.sleep(5)
            assert emulator.deleted == [left]
            await audio_in.aclose()


async def test_an_operator_may_want_them(provider):
    async with provider(options={"keep": True}) as (stt, emulator):
        await call(stt)
        assert len(emulator.kept) == 1


@asynccontextmanager
async def process(url, folder, hours=0.0):
    """A process that starts `hours` after the first; all share a folder."""
    host = FakeHost(folder, folder)
    later = FakeHost(folder, folder, epoch=host.epoch + hours * HOUR)
    yield make(GladiaOptions(api_key="test-key", url=url), later), later
    for each in (host, later):
        await each.net.aclose()


async def long_call(stt):
    """Long enough that what others left is looked at."""
    audio_in, audio_out = trio.open_memory_channel(10)
    heard_in, heard_out = trio.open_memory_channel(10)
    async with audio_in, heard_out, heard_in, trio.open_nursery() as nursery:
        nursery.start_soon(stt.transcribe, audio_out, heard_in)
        await trio.sleep(5)
        await audio_in.aclose()


@pytest.mark.parametrize(("hours", "found"), [(6, True), (1, False)])
async def test_what_a_process_left_when_it_stopped_is_deleted_by_another_once_no_call_is_as_old(
    tmp_path, autojump_clock, hours, found
):
    autojump_clock.autojump_threshold = 0.01
    async with running(emulator := Gladia(faults=Faults(delete=503))) as served:
        async with process(served.url, tmp_path) as (stt, _):
            await call(stt, cancelled=True)
        [left] = emulator.kept
        emulator.faults = Faults()
        async with process(served.url, tmp_path, hours) as (stt, _):
            await long_call(stt)
        assert (left in emulator.deleted) == found
        assert len(list((tmp_path / "sessions").iterdir())) == (0 if found else 1)


async def test_a_disk_that_fails_costs_no_call(tmp_path, autojump_clock):
    autojump_clock.autojump_threshold = 0.01
    (tmp_path / "sessions").write_text("in the way")
    async with running(emulator := Gladia()) as served, process(served.url, tmp_path) as (stt, host):
        await long_call(stt)
        assert (len(emulator.sessions), emulator.kept) == (1, [])
    assert [memo.event for memo in host.log.memos] == ["gladia_session_not_noted"]


async def test_of_sessions_that_are_wanted_nothing_is_noted(provider, host):
    async with provider(options={"keep": True}) as (stt, _):
        await call(stt)
    assert not (host.data_dir / "sessions").exists()
