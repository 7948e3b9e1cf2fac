"""Events are read alike wherever the bytes are cut."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiced.errors import ProviderProtocol
from voiced.plugin.chat import EventStream
from voiced.plugin.chat.sse import LARGEST

STREAM = ': ping\n\ndata: {"a":"é€😀"}\n\nevent: x\ndata: one\ndata:two\n\nid: 7\n\ndata: [DONE]\n\n'
EVENTS = ['{"a":"é€😀"}'.encode(), b"one\ntwo", b"[DONE]"]


@given(
    st.lists(st.integers(0, 90), max_size=8),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([b"", b"\xef\xbb\xbf"]),
)
def test_cuts_line_ends_and_a_byte_order_mark_change_nothing(cuts, end, mark):
    data = mark + STREAM.replace("\n", end).encode()
    places = sorted({0, *cuts, len(data)})
    stream = EventStream()
    read = [event for a, b in itertools.pairwise(places) for event in stream.feed(data[a:b])]
    assert read + stream.close() == EVENTS


def test_an_event_is_there_as_soon_as_its_blank_line_is():
    stream = EventStream()
    assert stream.feed(b"data: one\n") == []
    assert stream.feed(b"\n") == [b"one"]


def test_the_last_event_may_lack_its_blank_line():
    stream = EventStream()
    assert stream.feed(b"data: [DONE]") == []
    assert stream.close() == [b"[DONE]"]
    assert stream.close() == []


@pytest.mark.parametrize("line", [b"x" * 1000, b"data: " + b"x" * 1000 + b"\n"])
def test_an_event_without_end_is_given_up(line):
    stream = EventStream()
    assert stream.feed(line * 10) == []
    with pytest.raises(ProviderProtocol, match="no end"):
        stream.feed(line * (LARGEST // 1000 + 1))
