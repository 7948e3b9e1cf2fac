"""What happened on an emulated call is waited for by its kind."""

import trio

from voiced.testing.caller.journal import Journal


async def test_entries_of_a_kind_are_awaited_however_many_others_come(autojump_clock, nursery):
    journal = Journal(trio.current_time)

    async def happens():
        for kind in ("mark", "http.request", "mark", "http.request"):
            await trio.sleep(1)
            journal.note(kind)

    nursery.start_soon(happens)
    await journal.wait_for("http.request")
    assert [entry.at for entry in journal.of("http.request")] == [2]
    await journal.wait_for("http.request", count=2)
    assert [entry.at for entry in journal.of("http.request")] == [2, 4]
    await journal.wait_for("mark")
