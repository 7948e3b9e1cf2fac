"""The voices of callers: recordings beside a scenario or built in, and any text through a voice."""

import pytest

from voiced.audio import MULAW_8K, write_wav
from voiced.audio.frame import PCM_16K
from voiced.errors import BadInput, ProviderTimeout
from voiced.lab.voices import recorded, voice_of
from voiced.plugin import Packet, TtsCapabilities


class Hummer:
    """A voice that hums a second for each clause."""

    fingerprint = "hum"

    def __init__(self, format, error=None):
        self.capabilities = TtsCapabilities(formats=(format,))
        self.error = error
        self.heard = []

    async def speak(self, clauses, audio, format):
        async for clause in clauses:
            self.heard.append(clause)
            if self.error:
                raise self.error
            for _ in range(10):
                await audio.send(Packet(bytes(format.size(0.1)), format))


def test_a_recording_beside_the_scenario_is_taken_before_one_that_is_built_in(tmp_path):
    write_wav(tmp_path / "kok_f_s02.wav", b"\x55" * 800, MULAW_8K)
    assert recorded("kok_f_s02.wav", tmp_path / "scenario.yaml") == b"\x55" * 800
    assert len(recorded("kok_f_s02.wav")) == 14_200


def test_a_recording_that_is_not_there(tmp_path):
    with pytest.raises(BadInput, match=r"nothing\.wav: there is no such sound"):
        recorded("nothing.wav", tmp_path / "scenario.yaml")


def test_a_recording_that_is_none(tmp_path):
    (tmp_path / "text.wav").write_text("not a sound")
    with pytest.raises(BadInput, match=r"text\.wav"):
        recorded("text.wav", tmp_path / "scenario.yaml")


@pytest.mark.parametrize("format", [MULAW_8K, PCM_16K])
async def test_any_text_through_a_voice(format):
    tts = Hummer(format)
    sound = await voice_of(tts)("À 14h.")
    assert abs(MULAW_8K.seconds(len(sound)) - 1.0) < 0.05
    assert tts.heard == ["À quatorze heures."]


async def test_a_voice_that_fails_is_told():
    with pytest.RaisesGroup(ProviderTimeout):
        await voice_of(Hummer(MULAW_8K, ProviderTimeout("slow")))("Bonjour.")
