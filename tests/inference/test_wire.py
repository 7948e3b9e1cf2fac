import pytest

from voiced.errors import ProviderProtocol
from voiced.inference import wire

REQUEST = wire.Request(7, "whisper", "transcribe", [b"\xff\x00", {"language": "fr"}, None, 1.5])


def test_messages_survive_any_fragmentation():
    messages = [REQUEST, wire.Cancel(7), wire.Reply(8, {"text": "été"}), wire.Failure(9, "Unavailable", "no", "fix")]
    stream = b"".join(wire.encode(message) for message in messages)
    for step in (1, 3, len(stream)):
        reader = wire.Reader()
        read = [m for start in range(0, len(stream), step) for m in reader.feed(stream[start : start + step])]
        assert read == messages


def test_bytes_that_are_no_message_are_refused():
    with pytest.raises(ProviderProtocol):
        wire.Reader().feed(b"\x00\x00\x00\x02hi")


def test_an_endless_message_is_refused_before_it_is_buffered():
    with pytest.raises(ProviderProtocol):
        wire.Reader().feed(b"\xff\xff\xff\xff")


def test_a_message_too_long_is_never_sent():
    with pytest.raises(ProviderProtocol):
        wire.encode(wire.Reply(1, bytes(wire.MAX_MESSAGE)))
