"""Kokoro-82M, int8, with a French style: half the SIWIS speaker, half an Italian one that is clearer.

The mix was chosen by how well a recogniser understood it over a telephone channel (WER 14.5-16.2 % against 18-20.5 %
for the French style alone).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voiced.audio.frame import AudioFormat, Encoding
from voiced_local.tts.ipa import phonemise
from voiced_local.tts.phonemes import Espeak
from voiced_local.tts.sound import Sound, finish
from voiced_local.weights import loading

RATE = 24000
LONGEST = 400
"""Phonemes spoken in one go; the model's limit is 510, its melody suffers before."""
STYLES = {"ff_siwis": 0.5, "if_sara": 0.5}
_MARK = re.compile(r"[….?!,;:] ")
DATA = Path(__file__).parent.parent / "data"


class Kokoro:
    """The model in the inference process. Blocks for about half the time that the sound will play."""

    def __init__(self, threads: int) -> None:
        with loading("kokoro") as folder:
            self._session = _session(folder / "kokoro-v1.0.int8.onnx", threads)
        self._letters: dict[str, int] = json.loads((DATA / "kokoro_vocab.json").read_text("utf-8"))["vocab"]
        self._style = _style()
        self._espeak = Espeak()

    def speak(self, text: str, speed: float, encoding: Encoding, rate: int, pitch: float = 1.0) -> bytes:
        """Return `text` spoken, in the given format; `speed` and `pitch` 1.0 are the speaker's own pace and height.

        The model knows no height: its sound is played that much faster, and made that much slower before.
        """
        spoken = phonemise(text, self._espeak.ipa)
        parts = [self._say(part, speed / pitch) for part in split(spoken, LONGEST)]
        if not parts:
            return b""
        return finish(np.concatenate(parts), round(RATE * pitch), AudioFormat(encoding, rate))

    def _say(self, phonemes: str, speed: float) -> Sound:
        tokens = [self._letters[letter] for letter in phonemes if letter in self._letters]
        fed = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": self._style[len(tokens)],
            "speed": np.array([speed], np.float32),
        }
        sound: Sound = self._session.run(None, fed)[0]
        return sound


def _session(model: Path, threads: int) -> Any:
    import onnxruntime  # noqa: PLC0415 - 80 MB; only the inference process pays for it

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _style() -> NDArray[np.float32]:
    """Return the speaker: one row of 256 for each count of phonemes."""
    rows = [np.fromfile(DATA / f"{name}.bin", "<f4").reshape(-1, 1, 256) * part for name, part in STYLES.items()]
    style: NDArray[np.float32] = np.sum(rows, axis=0, dtype=np.float32)
    return style


def split(phonemes: str, longest: int) -> list[str]:
    """Return `phonemes` in parts of at most `longest`, cut after punctuation if there is any, else at a space."""
    parts = []
    while len(phonemes) > longest:
        head = phonemes[:longest]
        marks = [match.end() for match in _MARK.finditer(head)]
        cut = marks[-1] if marks else head.rfind(" ") + 1 or longest
        parts.append(head[:cut].strip())
        phonemes = phonemes[cut:]
    return [part for part in (*parts, phonemes.strip()) if part]
