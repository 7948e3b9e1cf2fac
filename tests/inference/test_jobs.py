import trio
import trio.testing

from voiced.inference.jobs import Job, JobQueue


def job(number, priority):
    return Job(priority, number, None, number, "model", "method", [b"audio"])


async def test_urgent_jobs_come_first_and_equals_keep_their_order():
    queue = JobQueue(10)
    for number, priority in enumerate([2, 0, 1, 0]):
        assert queue.put(job(number, priority))
    assert [(await queue.get()).number for _ in range(4)] == [1, 3, 2, 0]


async def test_who_takes_only_urgent_jobs_waits_past_the_others(nursery, autojump_clock):
    queue = JobQueue(10)
    got = []

    async def take(least):
        got.append((least, (await queue.get(least)).number))

    queue.put(job(1, 2))
    nursery.start_soon(take, 1)
    await trio.testing.wait_all_tasks_blocked()
    assert got == []
    queue.put(job(2, 0))
    await trio.testing.wait_all_tasks_blocked()
    nursery.start_soon(take, 2)
    await trio.testing.wait_all_tasks_blocked()
    assert got == [(1, 2), (2, 1)]


async def test_a_withdrawn_job_frees_its_place_and_is_passed_over():
    queue = JobQueue(2)
    first, second, third = job(1, 1), job(2, 1), job(3, 1)
    assert queue.put(first)
    assert queue.put(second)
    assert not queue.put(third)
    first.withdraw()
    assert first.args == []
    assert queue.put(third)
    assert await queue.get() is second
    assert await queue.get() is third
