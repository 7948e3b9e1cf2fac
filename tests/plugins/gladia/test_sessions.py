"""What Gladia keeps of a call: nothing, unless an operator wants it."""

import trio
import trio.testing

from voiced.plugin import Packet
from voiced.testing.gladia import Faults

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
