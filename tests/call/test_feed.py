"""The live feed."""

import pytest
import trio

from voiced.call.feed import BEHIND, Feed


async def test_every_watcher_gets_every_event():
    feed = Feed()
    with feed.watch() as one, feed.watch() as other:
        feed.publish({"event": "x"})
        assert one.receive_nowait() == other.receive_nowait() == {"event": "x"}


async def test_a_slow_watcher_loses_events_and_is_told_how_many():
    feed = Feed()
    with feed.watch() as slow:
        for number in range(BEHIND + 7):
            feed.publish({"number": number})
        for _ in range(BEHIND):
            slow.receive_nowait()
        feed.publish({"event": "x"})
        assert slow.receive_nowait() == {"event": "x", "missed": 7}
        feed.publish({"event": "y"})
        assert slow.receive_nowait() == {"event": "y"}


async def test_who_stopped_watching_is_forgotten():
    feed = Feed()
    with feed.watch() as gone:
        pass
    feed.publish({"event": "x"})
    with pytest.raises(trio.ClosedResourceError):
        gone.receive_nowait()
