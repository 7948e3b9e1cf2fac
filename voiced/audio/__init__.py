"""Sound as values: G.711, gain, level, rate and format conversion, WAV files. Pure: no loop, clock or socket."""

from voiced.audio.convert import Converter, resample_phrase, to_format
from voiced.audio.frame import FRAME_SECONDS, MULAW_8K, PCM_16K, AudioFormat, Encoding, Gap, Packet
from voiced.audio.g711 import Samples, decode, encode
from voiced.audio.gain import amplify, gain_table
from voiced.audio.level import FLOOR, LevelGate, dbfs, energy
from voiced.audio.resample import Resampler
from voiced.audio.wav import Wav, interleave, read_wav, wav_bytes, write_stereo, write_wav

__all__ = [
    "FLOOR", "FRAME_SECONDS", "MULAW_8K", "PCM_16K", "AudioFormat", "Converter", "Encoding", "Gap", "LevelGate",
    "Packet", "Resampler", "Samples", "Wav", "amplify", "dbfs", "decode", "encode", "energy", "gain_table",
    "interleave", "read_wav", "resample_phrase", "to_format", "wav_bytes", "write_stereo", "write_wav",
]  # fmt: skip
