import struct
import wave

import numpy as np
import pytest

from voiced.audio import MULAW_8K, PCM_16K, AudioFormat, interleave, read_wav, wav_bytes, write_stereo, write_wav
from voiced.errors import BadInput

ALAW_8K = AudioFormat("alaw", 8000)


@pytest.mark.parametrize("format", [MULAW_8K, ALAW_8K, PCM_16K])
@pytest.mark.parametrize("channels", [1, 2])
def test_what_was_written_is_read(tmp_path, format, channels):
    data = bytes(range(252))
    write_wav(tmp_path / "a.wav", data, format, channels)
    sound = read_wav(tmp_path / "a.wav")
    assert (sound.data, sound.format, sound.channels) == (data, format, channels)
    assert sound.seconds == pytest.approx(format.seconds(252 // channels))


def test_pythons_own_reader_agrees_on_pcm(tmp_path):
    write_wav(tmp_path / "a.wav", b"\x01\x00\xff\x7f", PCM_16K)
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16000, 1, 2)
        assert file.readframes(9) == b"\x01\x00\xff\x7f"


def test_a_call_has_the_caller_left_and_the_agent_right(tmp_path):
    write_stereo(tmp_path / "call.wav", caller=b"\x01\x02\x03", agent=b"\x11", format=MULAW_8K)
    sound = read_wav(str(tmp_path / "call.wav"))
    assert sound.channel(0) == b"\x01\x02\x03"
    assert sound.channel(1) == b"\x11\xff\xff"


def test_a_call_in_pcm_keeps_its_samples_whole():
    left, right = np.array([1, -2, 3], "<i2").tobytes(), np.array([-7], "<i2").tobytes()
    sound = read_wav(wav_bytes(interleave(left, right, PCM_16K), PCM_16K, 2))
    assert sound.samples.tolist() == [[1, -7], [-2, 0], [3, 0]]


def test_an_odd_mulaw_file_is_padded_as_riff_asks():
    content = wav_bytes(b"\x01\x02\x03", MULAW_8K)
    assert len(content) % 2 == 0
    assert read_wav(content).data == b"\x01\x02\x03"


def riff(*parts):
    body = b"".join(name + struct.pack("<I", len(part)) + part + b"\0" * (len(part) % 2) for name, part in parts)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body


def layout(tag=1, channels=1, rate=8000, bits=16):
    return struct.pack("<HHIIHH", tag, channels, rate, rate * channels * bits // 8, channels * bits // 8, bits)


def test_other_parts_and_the_extensible_form_are_read():
    extensible = layout(0xFFFE) + struct.pack("<HHIH", 22, 16, 4, 1) + bytes(14)
    content = riff((b"LIST", b"odd"), (b"fmt ", extensible), (b"data", b"\x05\x00"))
    assert read_wav(content).samples.tolist() == [[5]]


def test_a_stream_of_unknown_length_is_read_to_its_end():
    content = bytearray(wav_bytes(b"\x01\x00\x02\x00\x03", PCM_16K)[:-1])
    content[40:44] = b"\xff\xff\xff\xff"
    assert read_wav(bytes(content)).samples.ravel().tolist() == [1, 2]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"ID3\x04not a wave at all", "sound: this is not a WAV file — convert it to WAV, 16-bit PCM"),
        (b"", "sound: this is not a WAV file — convert it to WAV, 16-bit PCM"),
        (riff((b"fmt ", layout())), "sound: the WAV file holds no sound: its 'fmt ' or its 'data' part is missing"),
        (riff((b"data", b"\0\0")), "sound: the WAV file holds no sound: its 'fmt ' or its 'data' part is missing"),
        (riff((b"fmt ", layout()[:8])), "sound: the WAV file is broken: its 'fmt ' part is cut short"),
        (
            riff((b"fmt ", layout(3, bits=32)), (b"data", bytes(8))),
            (
                "sound: this WAV file's coding (tag 3, 32 bits) is not supported"
                " — convert it to 16-bit PCM, mu-law or A-law"
            ),
        ),
        (
            riff((b"fmt ", layout(bits=24)), (b"data", bytes(6))),
            (
                "sound: this WAV file's coding (tag 1, 24 bits) is not supported"
                " — convert it to 16-bit PCM, mu-law or A-law"
            ),
        ),
        (
            riff((b"fmt ", layout(channels=6)), (b"data", bytes(12))),
            "sound: 6 channels at 8000 Hz are not supported — use one or two channels at 4000 to 192000 Hz",
        ),
        (
            riff((b"fmt ", layout()), (b"data", bytes(100)))[:-60],
            "sound: the WAV file is cut short: 40 of 100 bytes of sound are there",
        ),
    ],
)
def test_unreadable_files_say_why(content, said):
    with pytest.raises(BadInput) as caught:
        read_wav(content)
    assert str(caught.value) == said


def test_a_missing_file_says_so(tmp_path):
    with pytest.raises(BadInput, match=r"nothing\.wav: the file cannot be read: No such file or directory"):
        read_wav(tmp_path / "nothing.wav")


@pytest.mark.parametrize("cut", range(0, 78, 3))
def test_no_cut_of_a_file_is_more_than_bad_input(cut):
    content = wav_bytes(bytes(20), MULAW_8K)
    assert len(content) == 78
    with pytest.raises(BadInput, match=r"^sound: "):
        read_wav(content[:cut])
