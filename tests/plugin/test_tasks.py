"""Several tasks within one call of a provider: its caller gets plain errors."""

import pytest
import trio

from voiced.plugin import ProviderOverloaded, ProviderRefused, plain_errors


async def fails(error):
    raise error


async def works(over):
    try:
        await trio.sleep_forever()
    finally:
        over.set()


async def at_once(*errors, over, within=None):
    """Run tasks that fail with `errors`, one that is at work until it is `over`, and one deeper that fails."""
    async with plain_errors(trio.open_nursery()) as nursery, trio.open_nursery() as inner:
        nursery.start_soon(works, over)
        for error in errors:
            nursery.start_soon(fails, error)
        if within is not None:
            inner.start_soon(fails, within)
        await trio.sleep_forever()


@pytest.fixture
def over():
    return trio.Event()


async def test_an_error_of_a_task_comes_out_as_itself_and_the_others_are_over(over):
    with pytest.raises(ProviderOverloaded):
        await at_once(ProviderOverloaded("busy"), over=over)
    assert over.is_set()


async def test_so_does_one_of_the_body():
    async def body():
        async with plain_errors(trio.open_nursery()):
            raise ProviderRefused("no such key")

    with pytest.raises(ProviderRefused):
        await body()


async def test_of_several_at_once_one_comes_out_however_deep_it_was(over):
    with pytest.raises((ProviderOverloaded, ProviderRefused)):
        await at_once(ProviderOverloaded("busy"), over=over, within=ProviderRefused("no such key"))


async def test_who_is_cancelled_meets_no_error(over):
    with trio.move_on_after(0) as call:
        await at_once(over=over)
    assert call.cancelled_caught


async def test_an_end_of_the_process_is_no_error_of_a_provider(over):
    with pytest.raises(SystemExit):
        await at_once(ProviderOverloaded("busy"), SystemExit(1), over=over)


async def test_where_all_goes_well_nothing_happens():
    done = []
    async with plain_errors(trio.open_nursery()) as nursery:
        nursery.start_soon(trio.lowlevel.checkpoint)
        done.append(True)
    assert done
