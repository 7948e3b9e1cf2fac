"""The embedded default: French speech and dialog with no account and no key, on two CPU cores.

Importing this package is cheap; see `make` for what is imported when.
"""

from voiced.plugin import HERE, ModelSpec, PluginSpec, ProviderSpec, hookimpl
from voiced_local import make
from voiced_local.options import Options

__all__ = ["Options", "voiced_plugin"]


@hookimpl
def voiced_plugin() -> PluginSpec:
    """Declare the embedded providers and the models they share in the inference process."""
    return PluginSpec(
        name="local",
        about="French speech and dialog on this machine, without account or key",
        options=Options,
        goes_to=lambda _options: HERE,
        providers=(
            ProviderSpec("stt", "local", make.stt, "Whisper base, at each pause", lambda _options: ("whisper",)),
            ProviderSpec("tts", "local", make.tts, "Kokoro, or Pico where speed demands", make.voices),
            ProviderSpec("vad", "webrtc", make.vad_webrtc, "WebRTC's detector behind a level gate"),
            ProviderSpec("vad", "silero", make.vad_silero, "Silero behind WebRTC's detector, for noisy lines"),
            ProviderSpec("llm", "local", make.llm, "Flow, patterns and nearest sentences; invents nothing"),
        ),
        models=(
            ModelSpec("whisper", make.whisper, "Whisper base, 145 MB"),
            ModelSpec("kokoro", make.kokoro, "Kokoro-82M, 92 MB"),
            ModelSpec("pico", make.pico, "SVOX Pico, 5 MB"),
            ModelSpec("use", make.use, "Universal Sentence Encoder, 31 MB"),
        ),
    )
