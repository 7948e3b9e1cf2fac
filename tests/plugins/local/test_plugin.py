import subprocess
import sys

import pytest

from voiced.plugin import Unavailable
from voiced_local import Options, make, voiced_plugin
from voiced_local.weights import MODELS


def test_it_declares_what_the_embedded_default_needs():
    spec = voiced_plugin()
    assert {(provider.kind, provider.name) for provider in spec.providers} == {
        ("stt", "local"),
        ("tts", "local"),
        ("llm", "local"),
        ("vad", "webrtc"),
        ("vad", "silero"),
    }
    assert {model.name for model in spec.models} == {"whisper", "kokoro", "pico", "use"}


def test_importing_it_imports_no_heavy_library():
    code = (
        "import sys, voiced_local; voiced_local.voiced_plugin();"
        "print(sorted({'ctranslate2', 'onnxruntime', 'webrtcvad', 'trio'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_without_weights_the_voice_is_replaced_and_that_is_said(model_host, tmp_path, monkeypatch):
    monkeypatch.setenv("VOICED_MODELS", str(tmp_path))
    host = model_host({})
    assert "pico" in make.tts(Options(), host).fingerprint
    event, facts = host.log.lines[0]
    assert event == "voice_replaced"
    assert "python -m voiced_local.weights kokoro" in facts["reason"]


def test_without_weights_and_without_fallback_the_voice_is_unavailable(model_host, tmp_path, monkeypatch):
    monkeypatch.setenv("VOICED_MODELS", str(tmp_path))
    with pytest.raises(Unavailable, match=r"python -m voiced_local\.weights kokoro"):
        make.tts(Options(fallback="none"), model_host({}))
    with pytest.raises(Unavailable, match=r"python -m voiced_local\.weights silero"):
        make.vad_silero(Options(), model_host({}))


def test_the_fingerprint_tells_voices_and_paces_apart_and_nothing_else(model_host):
    def fingerprint(**options):
        return make.tts(Options(**options), model_host({})).fingerprint

    assert fingerprint(voice="pico") == fingerprint(voice="pico", threads=2, pad=5)
    for manner in ({"speed": 1.1}, {"pitch": 1.1}, {"volume": 1.1}, {"pause": 0.1}):
        assert fingerprint(voice="pico") != fingerprint(voice="pico", **manner)


def test_every_model_names_its_licence():
    assert all(model.licence for model in MODELS.values())
