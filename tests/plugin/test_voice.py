"""What all voices have in common: silence between sentences, bytes made into packets, options within limits."""

from dataclasses import dataclass

import msgspec
import pytest

from voiced.audio import MULAW_8K, AudioFormat
from voiced.errors import ProviderProtocol
from voiced.plugin.voice import Pause, Pitch, RawSound, Rests, Speed, Volume

PCM = AudioFormat("pcm16", 8000)


def test_silence_belongs_between_sentences():
    rests = Rests(0.3)
    clauses = ["Bonjour,", "cabinet Martin.", "Que puis-je pour vous ?", "Un instant"]
    assert [rests.before(clause) for clause in clauses] == [0.0, 0.0, 0.3, 0.3]
    assert rests.before("Voilà.") == 0.0


@pytest.mark.parametrize("size", [1, 3, 4, 5, 1000])
def test_whole_samples_come_out_whatever_the_pieces(size):
    sound, raw = bytes(range(256)) * 2 + b"\x01", RawSound(PCM, "acme")
    packets = [packet for start in range(0, len(sound), size) for packet in raw.feed(sound[start : start + size])]
    assert all(len(packet.data) % 2 == 0 and packet.format == PCM for packet in packets)
    assert b"".join(packet.data for packet in packets) == sound[:-1]


def test_silence_comes_before_the_first_sound_only():
    raw = RawSound(PCM, "acme", rest=0.25)
    packets = [packet for piece in (b"", b"\x01", b"\x02\x03\x04\x05", b"\x06") for packet in raw.feed(piece)]
    assert not raw.empty
    assert [packet.data for packet in packets] == [bytes(4000), b"\x01\x02\x03\x04", b"\x05\x06"]


@pytest.mark.parametrize(("head", "what"), [(b"RIFF....WAVE", "WAV"), (b"ID3\x04\x00", "mp3"), (b"OggS\x00", "Ogg")])
def test_a_file_is_not_taken_for_samples(head, what):
    raw = RawSound(MULAW_8K, "acme")
    assert raw.feed(head[:2]) == []
    assert raw.empty
    with pytest.raises(ProviderProtocol, match=what) as raised:
        raw.feed(head[2:])
    assert raised.value.provider == "acme"


@dataclass
class Options:
    speed: Speed = 1.0
    pitch: Pitch = 1.0
    volume: Volume = 1.0
    pause: Pause = 0.0


@pytest.mark.parametrize("wrong", [{"speed": 0.4}, {"pitch": 1.6}, {"volume": 0}, {"pause": 4}])
def test_each_has_its_limits(wrong):
    with pytest.raises(msgspec.ValidationError, match=next(iter(wrong))):
        msgspec.convert(wrong, Options)
    assert msgspec.convert({"speed": 2, "pitch": 0.5, "volume": 0.1, "pause": 3}, Options).speed == 2
