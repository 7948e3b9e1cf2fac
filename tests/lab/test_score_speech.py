import pytest

from voiced.audio.wav import write_wav
from voiced.errors import BadInput
from voiced.lab.score_speech import read_rows, score
from voiced.plugin import MULAW_8K, PCM_16K, Finalise, Heard, SttCapabilities


class Parrot:
    """Hears the text that belongs to a length of sound, in two finals."""

    def __init__(self, texts):
        self._texts = texts

    @property
    def capabilities(self):
        return SttCapabilities()

    async def transcribe(self, audio, heard, hints=()):  # noqa: ARG002 - the contract's form
        seconds = 0.0
        async for item in audio:
            if isinstance(item, Finalise):
                first, second = self._texts[round(seconds - 0.5)]
                await heard.send(Heard("brouillon", False, 0, seconds))
                await heard.send(Heard(first, True, 0, seconds))
                await heard.send(Heard(second, True, seconds, seconds))
            else:
                seconds += item.seconds


@pytest.fixture
def sounds(tmp_path):
    write_wav(tmp_path / "one.wav", b"\xff" * 8000, MULAW_8K)
    write_wav(tmp_path / "two.wav", bytes(64000), PCM_16K)
    path = tmp_path / "list.tsv"
    path.write_text(
        "file\tkind\ttranscript\tvoice\n"
        "one.wav\tx\tJe voudrais deux places.\tAnne\n"
        'two.wav\tx\tD\'accord, "merci".\tPaul\n',
        "utf-8",
    )
    return path


async def test_errors_are_counted_by_voice_and_numbers_are_spelled_alike(sounds):
    report = await score(lambda: Parrot({1: ("je voudrais", "2 places"), 2: ("d'accord", "mercy")}), read_rows(sounds))
    assert report.wer("Anne") == 0
    assert report.wer("Paul") == pytest.approx(0.5)
    assert report.wer() == pytest.approx(1 / 6)
    assert [line.split()[0] for line in str(report).splitlines()] == ["Anne", "Paul", "all"]
    assert "16.7 %" in str(report)


async def test_what_was_heard_is_kept_for_the_reader(sounds):
    report = await score(lambda: Parrot({1: ("", ""), 2: ("d'accord", "merci")}), read_rows(sounds))
    assert [(one.heard, one.errors, one.words) for one in report.scored] == [("", 4, 4), ("d'accord merci", 0, 2)]


def test_a_list_without_transcripts_is_refused(tmp_path):
    path = tmp_path / "list.tsv"
    path.write_text("file\tvoice\n", "utf-8")
    with pytest.raises(BadInput, match="transcript"):
        read_rows(path)


def test_a_list_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadInput, match="cannot be read"):
        read_rows(tmp_path / "none.tsv")
