"""The factories: each imports what it needs when it is called, so that a choice not made costs nothing."""

from __future__ import annotations

from typing import Any

from voiced.plugin import Host, Llm, Stt, Tts, Unavailable, Vad
from voiced_local.options import Options


def stt(options: Options, host: Host) -> Stt:  # noqa: ARG001 - the contract's form
    """Make the recogniser's provider."""
    from voiced_local.stt.provider import LocalStt  # noqa: PLC0415 - see above

    return LocalStt(host)


def tts(options: Options, host: Host) -> Tts:
    """Make the voice chosen in the options, or its fallback where its weights are missing."""
    from voiced.plugin.voice import Manner  # noqa: PLC0415 - see above
    from voiced_local.tts.provider import KOKORO, PICO, LocalTts  # noqa: PLC0415 - see above

    missing = _missing(options)
    if missing is not None:
        if options.fallback == "none":
            raise missing
        host.log.warning("voice_replaced", wanted="claire", used="pico", reason=str(missing))
    voice = KOKORO if options.voice == "claire" and missing is None else PICO
    if voice is PICO:
        _require_pico()
    return LocalTts(host, voice, Manner(options.speed, options.pitch, options.volume, options.pause))


def voices(options: Options) -> tuple[str, ...]:
    """Return the model that speaks, as `tts` chooses it."""
    return ("kokoro",) if options.voice == "claire" and _missing(options) is None else ("pico",)


def _missing(options: Options) -> Unavailable | None:
    """Return why the weights of the wanted voice are not there."""
    from voiced_local.weights import find  # noqa: PLC0415 - see above

    if options.voice == "claire":
        try:
            find("kokoro")
        except Unavailable as missing:
            return missing
    return None


def _require_pico() -> None:
    from voiced_local.tts.pico import present  # noqa: PLC0415 - see above

    if not present():
        raise Unavailable("the Pico voice is not installed", fix="pip install 'voiced[pico]'")


def vad_webrtc(options: Options, host: Host) -> Vad:  # noqa: ARG001 - the contract's form
    """Make the detector that needs no model."""
    from voiced_local.vad.webrtc import WebrtcVad  # noqa: PLC0415 - see above

    return WebrtcVad(options.vad_level)


def vad_silero(options: Options, host: Host) -> Vad:  # noqa: ARG001 - the contract's form
    """Make the detector with a neural network. Raises Unavailable without its weights."""
    from voiced_local.vad.silero import SileroVad  # noqa: PLC0415 - see above
    from voiced_local.weights import loading  # noqa: PLC0415 - see above

    with loading("silero") as folder:
        return SileroVad(folder / "silero_vad.onnx", options.vad_level)


def llm(options: Options, host: Host) -> Llm:
    """Make the deterministic brain."""
    from voiced_local.brain import make_brain  # noqa: PLC0415 - see above

    return make_brain(options, host)


def whisper(options: Options, host: Host) -> Any:  # noqa: ARG001 - the contract's form
    """Load the recogniser; in the inference process."""
    from voiced_local.stt.whisper import Whisper  # noqa: PLC0415 - see above

    return Whisper(options.pad, options.beam)


def kokoro(options: Options, host: Host) -> Any:  # noqa: ARG001 - the contract's form
    """Load the natural voice; in the inference process."""
    from voiced_local.tts.kokoro import Kokoro  # noqa: PLC0415 - see above

    return Kokoro(options.threads)


def pico(options: Options, host: Host) -> Any:  # noqa: ARG001 - the contract's form
    """Load the fast voice; in the inference process."""
    from voiced_local.tts.pico import Pico  # noqa: PLC0415 - see above

    return Pico()


def use(options: Options, host: Host) -> Any:
    """Load the sentence encoder of the brain; in the inference process."""
    from voiced_local.brain.model import load  # noqa: PLC0415 - see above

    return load(options, host)
