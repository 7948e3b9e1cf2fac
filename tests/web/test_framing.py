"""WebSocket frames, byte by byte; wsproto's client side is the peer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, Pong, TextMessage

from voiced.web.framing import LONGEST, Arrival, Closing, Framing, Reply


class Client:
    def __init__(self) -> None:
        self.codec = Connection(ConnectionType.CLIENT)

    def frames(self, *events: object) -> bytes:
        return b"".join(bytes(self.codec.send(event)) for event in events)

    def read(self, data: bytes) -> list[object]:
        self.codec.receive_data(data)
        return list(self.codec.events())


def arrivals(framing: Framing, data: bytes, step: int) -> list[Arrival]:
    return [arrival for at in range(0, len(data), step) for arrival in framing.receive(data[at : at + step])]


@pytest.mark.parametrize("step", [1, 3, 100_000])
def test_messages_come_whole_however_they_arrive(step: int):
    data = Client().frames(
        TextMessage(data="été"),
        TextMessage(data="a", message_finished=False),
        Ping(payload=b"?"),
        TextMessage(data="b", message_finished=False),
        TextMessage(data="c"),
        BytesMessage(data=b"\x00", message_finished=False),
        BytesMessage(data=b"\xff"),
        BytesMessage(data=b""),
    )
    framing = Framing()
    told = arrivals(framing, data, step)
    assert [one for one in told if not isinstance(one, Reply)] == ["été", "abc", b"\x00\xff", b""]
    [pong] = [one for one in told if isinstance(one, Reply)]
    assert Client().read(pong.data) == [Pong(payload=b"?")]


def test_what_we_send_is_read():
    framing, client = Framing(), Client()
    data = framing.encode("été") + framing.encode(b"\x01") + framing.ping() + framing.close(1001, "bye")
    assert client.read(data) == [
        TextMessage(data="été"),
        BytesMessage(data=b"\x01"),
        Ping(),
        CloseConnection(code=1001, reason="bye"),
    ]


def test_the_peers_close_is_answered_once():
    framing, client = Framing(), Client()
    [closing] = framing.receive(client.frames(CloseConnection(code=1000)))
    assert closing == Closing("closed by the carrier (1000)", closing.answer)
    assert client.read(closing.answer) == [CloseConnection(code=1000, reason="")]
    assert framing.close() == framing.encode("late") == framing.ping() == b""
    assert list(framing.receive(b"more")) == []


def test_our_close_is_answered_by_the_peer():
    framing, client = Framing(), Client()
    [asked] = client.read(framing.close())
    assert framing.close() == framing.encode("late") == b""
    [closing] = framing.receive(client.frames(asked.response()))
    assert isinstance(closing, Closing)
    assert closing.answer == b""


def test_a_message_up_to_the_limit_and_one_beyond():
    framing, client = Framing(), Client()
    assert list(framing.receive(client.frames(TextMessage(data="x" * LONGEST)))) == ["x" * LONGEST]
    [closing] = arrivals(framing, client.frames(TextMessage(data="x" * (LONGEST + 1))), 1000)
    assert isinstance(closing, Closing)
    assert client.read(closing.answer) == [CloseConnection(code=1009, reason="")]


def test_a_message_too_big_in_small_fragments():
    framing, client = Framing(longest=10), Client()
    parts = [BytesMessage(data=b"1234", message_finished=False) for _ in range(3)]
    assert isinstance(arrivals(framing, client.frames(*parts), 7)[-1], Closing)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"\x81\x02hi", 1002, id="unmasked"),
        pytest.param(b"\x83\x80\0\0\0\0", 1002, id="unknown opcode"),
        pytest.param(b"\xf1\x80\0\0\0\0", 1002, id="reserved bits"),
        pytest.param(b"\x09\x80\0\0\0\0", 1002, id="fragmented ping"),
        pytest.param(b"\x89\xfe\x00\x80\0\0\0\0", 1002, id="ping too long"),
        pytest.param(b"\x80\x80\0\0\0\0", 1002, id="continues nothing"),
        pytest.param(b"\x81\x81\0\0\0\0\xff", 1007, id="no UTF-8"),
        pytest.param(b"\x88\x81\0\0\0\0\x03", 1002, id="half a close code"),
        pytest.param(b"GET / HTTP/1.1\r\n", 1002, id="HTTP"),
    ],
)
def test_what_is_no_websocket_is_closed(data: bytes, code: int):
    [closing] = Framing().receive(data)
    assert isinstance(closing, Closing)
    [told] = Client().read(closing.answer)
    assert isinstance(told, CloseConnection)
    assert told.code == code


@given(st.lists(st.binary(max_size=200), max_size=10))
def test_garbage_never_raises_and_ends_at_most_once(chunks: list[bytes]):
    framing = Framing()
    told = [arrival for chunk in chunks for arrival in framing.receive(chunk)]
    assert sum(isinstance(one, Closing) for one in told) <= 1


@given(st.lists(st.text(max_size=150) | st.binary(max_size=330), max_size=8), st.integers(1, 400))
def test_any_messages_cross_in_any_pieces(messages: list[str | bytes], step: int):
    events = [TextMessage(data=one) if isinstance(one, str) else BytesMessage(data=one) for one in messages]
    assert arrivals(Framing(), Client().frames(*events), step) == messages
